import { readDomainRelationship } from '#lib/domain/kinds.ts'
import type { KubeObject } from '#lib/kube/object.ts'
import { type Rar, readRar } from '#lib/relationship/read-rar.ts'

const NAME_MAX = 253
const SUFFIX = 9

/** `{initiator}-{type}-{counterpart}`, lower case, cut to 253 (relationships.md 8.7). */
const baseName = (rar: Rar): string => {
  const { participants, interaction } = rar.spec
  const parts = [
    participants?.initiator.domainIdentityRef.name,
    interaction?.relationshipType,
    participants?.counterpart.domainIdentityRef.name,
  ]
  return parts.join('-').toLowerCase().slice(0, NAME_MAX)
}

const suffixedName = (rar: Rar, uid: string): string => `${baseName(rar).slice(0, NAME_MAX - SUFFIX)}-${uid.slice(0, SUFFIX - 1)}`

/** Whether a DomainRelationship says what the request asks for: same source, target and type. */
const says = (object: KubeObject, rar: Rar): boolean => {
  const { spec } = readDomainRelationship(object)
  return (
    spec.sourceIdentity === rar.spec.participants?.initiator.domainIdentityRef.name &&
    spec.targetIdentity === rar.spec.participants?.counterpart.domainIdentityRef.name &&
    spec.relationshipType === rar.spec.interaction?.relationshipType
  )
}

/** The relationship this request produced, found by the name rule and by meaning; the name with the request's uid wins. */
export function ownRelationship(rarObject: KubeObject, relationships: readonly KubeObject[]): KubeObject | undefined {
  const rar = readRar(rarObject)
  const names = [suffixedName(rar, rar.uid ?? ''), baseName(rar)]
  return names
    .map((name) => relationships.find((object) => object.metadata.name === name && says(object, rar)))
    .find((object) => object !== undefined)
}

/** Up to the first full stop, question or exclamation mark that ends a sentence; else the whole text on one line. */
const firstSentence = (text: string): string => {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  const end = /[.!?](?=\s|$)/.exec(line)
  return end === null ? `${line}.` : line.slice(0, end.index + 1)
}

export type Produced = { readonly name: string; readonly manifest: KubeObject }

/**
 * The DomainRelationship that admission produces (relationships.md 8.7), named around those that exist.
 * `boundAt` (RFC 3339, or the placeholder that stands for it until sealing) goes into a SnapshotBinding only;
 * `namespace` is where DomainRelationships live when the kind is namespaced.
 */
export function producedRelationship(
  rarObject: KubeObject,
  uid: string,
  existing: readonly KubeObject[],
  options: { readonly boundAt?: string; readonly namespace?: string } = {},
): Produced {
  const rar = readRar(rarObject)
  const { participants, interaction, justification } = rar.spec
  const taken = existing.some((object) => object.metadata.name === baseName(rar))
  const name = taken ? suffixedName(rar, uid) : baseName(rar)
  const binding = interaction?.bindingType
  const bindingStability = binding && {
    bindingType: binding,
    bindingState: 'Resolving',
    ...(binding === 'SnapshotBinding' && options.boundAt !== undefined && { boundAt: options.boundAt }),
    ...(binding === 'ContinuousBinding' &&
      interaction.constraintDeclaration && { constraintDeclaration: interaction.constraintDeclaration }),
    ...(interaction.selectionStrategy !== undefined && { selectionStrategy: interaction.selectionStrategy }),
  }
  return {
    name,
    manifest: {
      apiVersion: 'core.ontai.dev/v1alpha1',
      kind: 'DomainRelationship',
      metadata: { name, ...(options.namespace && { namespace: options.namespace }) },
      spec: {
        sourceIdentity: participants?.initiator.domainIdentityRef.name,
        targetIdentity: participants?.counterpart.domainIdentityRef.name,
        relationshipType: interaction?.relationshipType,
        ...(interaction?.protocol !== undefined && { protocol: interaction.protocol }),
        description: `${firstSentence(justification ?? '')} (${rarObject.metadata.name})`,
        ...(bindingStability && { bindingStability }),
      },
    },
  }
}
