import { readAppIdentity } from '#lib/domain/app-kinds.ts'
import { reader, Ref } from '#lib/domain/read.ts'
import type { KubeObject } from '#lib/kube/object.ts'
import type { FactConcept, ProfileFacts } from '#lib/profile/facts.ts'
import { partyOf } from '#lib/relationship/party.ts'

const readOwned = reader({ domainIdentityRef: Ref.optional() })

/** The Domain objects that govern one DomainIdentity; `undefined` where there is none. */
export type DomainSet = {
  readonly identity: KubeObject
  readonly boundary: KubeObject | undefined
  readonly policy: KubeObject | undefined
  readonly event: KubeObject | undefined
  readonly workflow: KubeObject | undefined
  readonly resource: KubeObject | undefined
  readonly audit: KubeObject | undefined
  readonly relationships: readonly KubeObject[]
}

const owned = (facts: ProfileFacts, concept: FactConcept, name: string): KubeObject | undefined =>
  facts[concept].find((object) => readOwned(object).spec.domainIdentityRef?.name === name)

export function domainSet(facts: ProfileFacts, identityName: string): DomainSet | undefined {
  const identity = facts.domainIdentity.find((object) => object.metadata.name === identityName)
  if (identity === undefined) return undefined
  const from = (object: KubeObject): boolean =>
    typeof object.spec === 'object' &&
    object.spec !== null &&
    'sourceIdentity' in object.spec &&
    object.spec.sourceIdentity === identityName
  return {
    identity,
    boundary: owned(facts, 'domainBoundary', identityName),
    policy: owned(facts, 'domainPolicy', identityName),
    event: owned(facts, 'domainEvent', identityName),
    workflow: owned(facts, 'domainWorkflow', identityName),
    resource: owned(facts, 'domainResource', identityName),
    audit: owned(facts, 'domainAudit', identityName),
    relationships: facts.domainRelationship.filter(from),
  }
}

export type AuthoringDomain = {
  readonly domain: string
  readonly identities: readonly string[]
  /** Where applications of this domain live, most common first. */
  readonly namespaces: readonly string[]
}

/** Domains with the application identities whose party they are, and where their applications live. */
export function authoringDomains(facts: ProfileFacts): readonly AuthoringDomain[] {
  const byDomain = new Map<string, string[]>()
  for (const { metadata } of facts.domainIdentity) {
    const party = partyOf(metadata.name, facts.domainBoundary)
    if ('domain' in party) byDomain.set(party.domain, [...(byDomain.get(party.domain) ?? []), metadata.name])
  }
  return [...byDomain]
    .map(([domain, identities]) => ({ domain, identities: identities.toSorted(), namespaces: namespacesOf(facts, identities) }))
    .toSorted((a, b) => (a.domain < b.domain ? -1 : 1))
}

function namespacesOf(facts: ProfileFacts, identities: readonly string[]): readonly string[] {
  const counts = new Map<string, number>()
  for (const object of facts.appIdentity) {
    const { namespace } = object.metadata
    const root = readAppIdentity(object).spec.domainIdentityRef?.name
    if (namespace !== undefined && root !== undefined && identities.includes(root)) counts.set(namespace, (counts.get(namespace) ?? 0) + 1)
  }
  return [...counts].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).map(([namespace]) => namespace)
}
