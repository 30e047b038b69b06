import { readAppProfile } from '#lib/domain/app-kinds.ts'
import { reader, Ref } from '#lib/domain/read.ts'
import type { KubeObject } from '#lib/kube/object.ts'
import { appIdentityOf } from '#lib/profile/check-profile-object.ts'
import { type AppConcept, failed, type ProfileFacts, type RuleFinding } from '#lib/profile/facts.ts'

const readAnchors = reader({ appIdentityRef: Ref.optional(), domainIdentityRef: Ref.optional(), domainBoundaryRef: Ref.optional() })
const ANCHORS = ['appIdentityRef', 'domainIdentityRef', 'domainBoundaryRef'] as const

/**
 * What stands in one request must belong to one application, and may not take an object from another: its party alone decides.
 * `now` is declared state without the draft.
 */
export function belonging(
  concept: AppConcept,
  object: KubeObject,
  profile: KubeObject | undefined,
  now: ProfileFacts,
): readonly RuleFinding[] {
  return [...taken(concept, object, now), ...(profile === undefined ? [] : strangers(concept, object, profile))]
}

function taken(concept: AppConcept, object: KubeObject, now: ProfileFacts): readonly RuleFinding[] {
  const { name, namespace } = object.metadata
  const before = now[concept].find((one) => one.metadata.name === name && one.metadata.namespace === namespace)
  if (before === undefined) return []
  const [was, will] = [readAnchors(before).spec, readAnchors(object).spec]
  return ANCHORS.flatMap((anchor) =>
    was[anchor] === undefined || was[anchor].name === will[anchor]?.name
      ? []
      : [
          failed(
            'MOVE',
            ['spec', anchor, 'name'],
            `${object.kind} ${name} exists and belongs to ${was[anchor].name}. Choose another name.`,
          ),
        ],
  )
}

function strangers(concept: AppConcept, object: KubeObject, profile: KubeObject): readonly RuleFinding[] {
  const { appIdentityRef, appBoundaryRef } = readAppProfile(profile).spec
  const [mine, path] =
    concept === 'appBoundary'
      ? [appBoundaryRef?.name === object.metadata.name, ['metadata', 'name']]
      : concept === 'appIdentity'
        ? [appIdentityRef?.name === object.metadata.name, ['metadata', 'name']]
        : [appIdentityOf(object) === appIdentityRef?.name, ['spec', 'appIdentityRef', 'name']]
  return mine ? [] : [failed('OTHER', path, `${object.kind} ${object.metadata.name} is no part of AppProfile ${profile.metadata.name}.`)]
}
