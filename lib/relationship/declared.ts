import type { Concept } from '#lib/kube/concept.ts'
import type { RelationshipObjects } from '#lib/relationship/evaluation.ts'

/** Which concept each part of the declared state is, that an admission is judged by. */
export const DECLARED = {
  identities: 'domainIdentity',
  policies: 'domainPolicy',
  boundaries: 'domainBoundary',
  relationships: 'domainRelationship',
  appBoundaries: 'appBoundary',
  appPolicies: 'appPolicy',
  appIdentities: 'appIdentity',
} as const satisfies Record<keyof RelationshipObjects, Concept>
