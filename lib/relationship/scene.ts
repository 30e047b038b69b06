import { type AppPolicy, readAppBoundary, readAppIdentity, readAppPolicy } from '#lib/domain/app-kinds.ts'
import {
  type DomainIdentity,
  type DomainPolicy,
  type DomainRelationship,
  readDomainBoundary,
  readDomainIdentity,
  readDomainPolicy,
  readDomainRelationship,
} from '#lib/domain/kinds.ts'
import type { Tier } from '#lib/domain/read.ts'
import type { KubeObject } from '#lib/kube/object.ts'
import type { RelationshipObjects } from '#lib/relationship/evaluation.ts'
import { ownRelationship } from '#lib/relationship/produced.ts'
import { type Participant, type Rar, readRar } from '#lib/relationship/read-rar.ts'

/** One participant with everything declared about it. */
export type Side = {
  readonly name: string
  readonly identities: readonly DomainIdentity[]
  readonly policies: readonly DomainPolicy[]
  /** The governing policy: the only one, and readable in every field. */
  readonly policy: DomainPolicy | undefined
  readonly policyObject: KubeObject | undefined
  readonly appPolicies: readonly AppPolicy[]
  readonly tier: Tier | undefined
  /** Boundary fields that could not be read; a tier that is unreadable is not "none". */
  readonly tierProblems: readonly string[]
}

export type Scene = {
  readonly rar: Rar
  readonly initiator: Side
  readonly counterpart: Side
  readonly relationships: readonly DomainRelationship[]
  readonly knownIdentities: ReadonlySet<string>
}

/** Gathers the two participants from declared state. With `excludeOwn` the relationship this request produced is left out (relationships.md 7). */
export function sceneOf(rarObject: KubeObject, objects: RelationshipObjects, excludeOwn: boolean): Scene {
  const rar = readRar(rarObject)
  const own = excludeOwn ? ownRelationship(rarObject, objects.relationships) : undefined
  return {
    rar,
    initiator: sideOf(rar.spec.participants?.initiator, objects),
    counterpart: sideOf(rar.spec.participants?.counterpart, objects),
    relationships: objects.relationships.filter((object) => object !== own).map(readDomainRelationship),
    knownIdentities: new Set(objects.identities.map((object) => object.metadata.name)),
  }
}

function sideOf(participant: Participant | undefined, objects: RelationshipObjects): Side {
  const name = participant?.domainIdentityRef.name ?? ''
  const governing = objects.policies.filter((object) => readDomainPolicy(object).spec.domainIdentityRef?.name === name)
  const policies = governing.map(readDomainPolicy)
  const only = policies.length === 1 ? policies[0] : undefined
  const readable = only !== undefined && only.problems.length === 0
  return {
    name,
    identities: objects.identities.filter((object) => object.metadata.name === name).map(readDomainIdentity),
    policies,
    policy: readable ? only : undefined,
    policyObject: readable ? governing[0] : undefined,
    appPolicies: appPoliciesOf(participant, objects),
    ...tierOf(name, participant, objects),
  }
}

const appPoliciesOf = (participant: Participant | undefined, objects: RelationshipObjects): readonly AppPolicy[] => {
  const app = participant?.appIdentityRef
  if (app === undefined) return []
  return objects.appPolicies
    .map(readAppPolicy)
    .filter((policy) => policy.namespace === app.namespace && policy.spec.appIdentityRef?.name === app.name)
}

/** E7: the participant's AppBoundary's tier, else its only DomainBoundary's. */
function tierOf(name: string, participant: Participant | undefined, objects: RelationshipObjects): Pick<Side, 'tier' | 'tierProblems'> {
  const app = participant?.appIdentityRef
  const identity = objects.appIdentities.map(readAppIdentity).find((one) => one.name === app?.name && one.namespace === app.namespace)
  const appBoundary = objects.appBoundaries
    .map(readAppBoundary)
    .find((one) => identity !== undefined && one.namespace === identity.namespace && one.name === identity.spec.appBoundaryRef?.name)
  const domainBoundaries = objects.boundaries.map(readDomainBoundary).filter((one) => one.spec.domainIdentityRef?.name === name)
  const domainBoundary = domainBoundaries.length === 1 ? domainBoundaries[0] : undefined
  const problems = [appBoundary, domainBoundary]
    .flatMap((one) => one?.problems ?? [])
    .filter((text) => text.startsWith('spec.environmentTier'))
  return { tier: appBoundary?.spec.environmentTier ?? domainBoundary?.spec.environmentTier, tierProblems: problems }
}
