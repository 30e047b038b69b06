import { CONCEPT } from '#lib/kube/concept.ts'
import type { KubeObject } from '#lib/kube/object.ts'
import { type FactConcept, failed, type ProfileFacts, type RuleFinding } from '#lib/profile/facts.ts'

type Ref = { readonly name: string } | undefined
export type Resolved = { readonly object: KubeObject | undefined; readonly findings: readonly RuleFinding[] }

/**
 * Follows one reference (domain-and-app-core.md 5.2). A Domain object is looked up by name in the whole cluster and must be the
 * only one of that name; an App object in the namespace of the object that names it. A missing optional reference is no finding.
 */
export function resolveRef(facts: ProfileFacts, from: KubeObject, field: string, ref: Ref, concept: FactConcept): Resolved {
  if (ref === undefined) return { object: undefined, findings: [] }
  const { kind } = CONCEPT[concept]
  const path = ['spec', field, 'name']
  const named = facts[concept].filter((object) => object.metadata.name === ref.name)
  if (concept.startsWith('app')) {
    const namespace = from.metadata.namespace ?? ''
    const object = named.find((candidate) => (candidate.metadata.namespace ?? '') === namespace)
    if (object !== undefined) return { object, findings: [] }
    const elsewhere = named.length > 0 ? ' It exists in another namespace, which a reference cannot reach.' : ''
    return {
      object: undefined,
      findings: [failed('REF', path, `${kind} ${ref.name} does not exist in namespace ${namespace}.${elsewhere}`)],
    }
  }
  if (named.length === 1) return { object: named[0], findings: [] }
  const message =
    named.length === 0
      ? `${kind} ${ref.name} does not exist.`
      : `${named.length} objects of kind ${kind} are called ${ref.name}. One is wanted.`
  return { object: undefined, findings: [failed('REF', path, message)] }
}
