import type { Concept } from '#lib/kube/concept.ts'
import type { KubeObject } from '#lib/kube/object.ts'

/** The nine App kinds in the order in which they reconcile (domain-and-app-core.md 6). */
export const APP_CONCEPTS = [
  'appBoundary',
  'appIdentity',
  'appPolicy',
  'appResourceProfile',
  'appAuditPolicy',
  'appTopology',
  'appEventSchema',
  'appWorkflow',
  'appProfile',
] as const satisfies readonly Concept[]

export const FACT_CONCEPTS = [
  ...APP_CONCEPTS,
  'domainIdentity',
  'domainBoundary',
  'domainPolicy',
  'domainRelationship',
  'domainEvent',
  'domainWorkflow',
  'domainResource',
  'domainAudit',
  'cluster',
] as const satisfies readonly Concept[]

export type AppConcept = (typeof APP_CONCEPTS)[number]
/** Every App kind but the profile that holds them together. */
export type ChildConcept = Exclude<AppConcept, 'appProfile'>
export type FactConcept = (typeof FACT_CONCEPTS)[number]

/** The declared state that profile rules read. */
export type ProfileFacts = Readonly<Record<FactConcept, readonly KubeObject[]>>

/** The same facts with `objects` laid over them: what a draft would look like once applied. */
export function withDraft(facts: ProfileFacts, draft: Readonly<Partial<Record<FactConcept, readonly KubeObject[]>>>): ProfileFacts {
  const over = (concept: FactConcept): readonly KubeObject[] => {
    const added = draft[concept] ?? []
    const key = (object: KubeObject): string => `${object.metadata.namespace ?? ''}/${object.metadata.name}`
    const replaced = new Set(added.map(key))
    return [...facts[concept].filter((object) => !replaced.has(key(object))), ...added]
  }
  // safe: every fact concept gets its list
  return Object.fromEntries(FACT_CONCEPTS.map((concept) => [concept, over(concept)])) as ProfileFacts
}

/** One thing that is wrong with an object: the rule, the field, in words. A warning does not keep it from becoming Ready. */
export type RuleFinding = {
  readonly rule: string
  /** JSON path inside the object, as keys and indexes. */
  readonly path: readonly (string | number)[]
  readonly severity: 'error' | 'warning'
  readonly message: string
}

export const failed = (rule: string, path: RuleFinding['path'], message: string): RuleFinding => ({
  rule,
  path,
  severity: 'error',
  message,
})
export const warned = (rule: string, path: RuleFinding['path'], message: string): RuleFinding => ({
  rule,
  path,
  severity: 'warning',
  message,
})
