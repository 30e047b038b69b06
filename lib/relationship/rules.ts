import type { AppPolicy } from '#lib/domain/app-kinds.ts'
import type { DomainPolicy } from '#lib/domain/kinds.ts'
import type { Finding, RuleId } from '#lib/relationship/evaluation.ts'
import type { Scene, Side } from '#lib/relationship/scene.ts'

type Outcome = Omit<Finding, 'rule'> | undefined
/** One rule seen from one side: `me` is the side whose verdict it enters. */
type Rule = { readonly id: RuleId; readonly check: (scene: Scene, me: Side, other: Side) => Outcome }

const AUTHORITY_TYPES: readonly string[] = ['signs', 'governs', 'provisions', 'delegates']
const TRUST_PROTOCOLS: readonly string[] = ['mtls', 'ed25519', 'rbac', 'kubernetes-admission']
/** Platform operators with their other names (relationships.md 7, E10). */
const OPERATORS: readonly (readonly string[])[] = [
  ['guardian'],
  ['platform'],
  ['wrapper', 'dispatcher'],
  ['conductor'],
  ['seam-core', 'seam'],
]

const violation = (message: string): Outcome => ({ severity: 'violation', message })
const ambiguous = (message: string): Outcome => ({ severity: 'ambiguous', message })
const info = (message: string): Outcome => ({ severity: 'info', message })
const names = (list: readonly { readonly name: string }[]): string => list.map((one) => one.name).join(', ')

function oneReadablePolicy(_: Scene, me: Side): Outcome {
  const [only] = me.policies
  if (only === undefined) return ambiguous(`No DomainPolicy names ${me.name}.`)
  if (me.policies.length > 1) return ambiguous(`${me.policies.length} DomainPolicies name ${me.name}: ${names(me.policies)}.`)
  return only.problems.length === 0 ? undefined : ambiguous(`DomainPolicy ${only.name} cannot be read: ${only.problems.join('; ')}.`)
}

function identityExists(_: Scene, me: Side): Outcome {
  if (me.identities.length === 0) return violation(`DomainIdentity ${me.name || '(unnamed)'} does not exist.`)
  return me.identities.length === 1 ? undefined : ambiguous(`${me.identities.length} DomainIdentities are called ${me.name}.`)
}

function notYetRelated(scene: Scene): Outcome {
  const { initiator, counterpart } = scene
  const type = scene.rar.spec.interaction?.relationshipType
  const existing = scene.relationships.find(
    ({ spec }) => spec.sourceIdentity === initiator.name && spec.targetIdentity === counterpart.name && spec.relationshipType === type,
  )
  return existing && violation(`${initiator.name} already ${type} ${counterpart.name} by DomainRelationship ${existing.name}.`)
}

function cardinality(scene: Scene, me: Side, other: Side): Outcome {
  const ceiling = me.policy?.spec.cardinalityCeiling
  if (ceiling === undefined) return undefined
  const related = new Set([other.name])
  for (const { spec } of scene.relationships) {
    const end = spec.sourceIdentity === me.name ? spec.targetIdentity : spec.targetIdentity === me.name ? spec.sourceIdentity : undefined
    // A tier 2 relationship names a class, which is no DomainIdentity (relationships.md 1).
    if (end !== undefined && end !== me.name && scene.knownIdentities.has(end)) related.add(end)
  }
  if (related.size <= ceiling) return undefined
  return violation(`${me.name} would be related to ${related.size} identities, DomainPolicy ${me.policy?.name} allows ${ceiling}.`)
}

function accessMode(_: Scene, me: Side, other: Side): Outcome {
  const [mine, theirs] = [me.policy?.spec.accessControlMode, other.policy?.spec.accessControlMode]
  if (mine === undefined || theirs === undefined || mine === theirs || mine === 'both' || theirs === 'both') return undefined
  return ambiguous(`${me.name} controls access by ${mine}, ${other.name} by ${theirs}.`)
}

function bindingSize(scene: Scene, me: Side): Outcome {
  const ceiling = me.policy?.spec.cardinalityCeiling
  const constraint = scene.rar.spec.interaction?.constraintDeclaration
  if (ceiling === undefined || constraint === undefined) return undefined
  const over = [
    ...(constraint.cardinalityFloor > ceiling ? [`floor ${constraint.cardinalityFloor}`] : []),
    ...(constraint.cardinalityCeiling > ceiling ? [`ceiling ${constraint.cardinalityCeiling}`] : []),
  ]
  if (over.length === 0) return undefined
  return violation(`The binding's ${over.join(' and ')} is above the ceiling ${ceiling} of DomainPolicy ${me.policy?.name}.`)
}

function sameTier(_: Scene, me: Side, other: Side): Outcome {
  if (me.tierProblems.length > 0) return ambiguous(`The environment tier of ${me.name} cannot be read: ${me.tierProblems.join('; ')}.`)
  if (me.tier === undefined || other.tier === undefined || me.tier === other.tier) return undefined
  return ambiguous(`${me.name} is in ${me.tier}, ${other.name} in ${other.tier}.`)
}

/** What of an AppPolicy lies above a DomainPolicy's ceilings, in words. */
function aboveCeilings(app: AppPolicy, domain: DomainPolicy): readonly string[] {
  const pairs: readonly (readonly [string, number | undefined, number | undefined])[] = [
    ['retryEnvelope.maxAttempts', app.spec.retryEnvelope?.maxAttempts, domain.spec.retryEnvelope?.maxAttempts],
    ['retryEnvelope.backoffSeconds', app.spec.retryEnvelope?.backoffSeconds, domain.spec.retryEnvelope?.backoffSeconds],
    ['circuitBreakerThreshold', app.spec.circuitBreakerThreshold, domain.spec.circuitBreakerThreshold],
    ['rateLimitRequestsPerSecond', app.spec.rateLimitRequestsPerSecond, domain.spec.rateLimitRequestsPerSecond],
  ]
  return pairs.flatMap(([field, value, ceiling]) =>
    value !== undefined && ceiling !== undefined && value > ceiling ? [`${field} ${value} > ${ceiling}`] : [],
  )
}

/** The other participant's AppPolicy under this side's ceilings, so that each verdict speaks of one DomainPolicy. */
function otherInsideCeilings(_: Scene, me: Side, other: Side): Outcome {
  const [app] = other.appPolicies
  if (app === undefined) return undefined
  if (other.appPolicies.length > 1)
    return ambiguous(`${other.appPolicies.length} AppPolicies name the AppIdentity of ${other.name}: ${names(other.appPolicies)}.`)
  if (app.problems.length > 0) return ambiguous(`AppPolicy ${app.name} of ${other.name} cannot be read: ${app.problems.join('; ')}.`)
  if (me.policy === undefined) return undefined
  const over = aboveCeilings(app, me.policy)
  return over.length === 0
    ? undefined
    : ambiguous(`AppPolicy ${app.name} of ${other.name} is outside DomainPolicy ${me.policy.name}: ${over.join(', ')}.`)
}

function authorityBearing(scene: Scene): Outcome {
  const type = scene.rar.spec.interaction?.relationshipType
  return type !== undefined && AUTHORITY_TYPES.includes(type) ? info(`The type ${type} bears authority.`) : undefined
}

function platformOperator(_: Scene, me: Side): Outcome {
  for (const identity of me.identities) {
    const aliases = OPERATORS.find((group) => group.includes(identity.spec.operatorOwner?.toLowerCase() ?? ''))
    const bears = aliases?.find((alias) => alias === identity.name || alias === identity.spec.name?.toLowerCase())
    if (bears !== undefined) return info(`${me.name} is the platform operator ${bears}.`)
  }
  return undefined
}

function trustPath(scene: Scene): Outcome {
  const { bindingType, protocol } = scene.rar.spec.interaction ?? {}
  if (bindingType !== 'SnapshotBinding' || protocol === undefined || !TRUST_PROTOCOLS.includes(protocol.toLowerCase())) return undefined
  return info(`A SnapshotBinding over ${protocol} is a trust path.`)
}

/** E1 to E11 in order (relationships.md 7). */
export const RULES: readonly Rule[] = [
  { id: 'E1', check: oneReadablePolicy },
  { id: 'E2', check: identityExists },
  { id: 'E3', check: notYetRelated },
  { id: 'E4', check: cardinality },
  { id: 'E5', check: accessMode },
  { id: 'E6', check: bindingSize },
  { id: 'E7', check: sameTier },
  { id: 'E8', check: otherInsideCeilings },
  { id: 'E9', check: authorityBearing },
  { id: 'E10', check: platformOperator },
  { id: 'E11', check: trustPath },
]

/** What each rule asks, in one line, for pages that explain a verdict. */
export const RULE_TEXT = {
  E1: 'One DomainPolicy governs each participant',
  E2: 'Both DomainIdentities exist',
  E3: 'Not already related in this direction with this type',
  E4: 'Related identities stay within the cardinality ceiling',
  E5: 'Access control modes fit together',
  E6: 'Binding floor and ceiling stay within the cardinality ceiling',
  E7: 'Both stand in the same environment tier',
  E8: 'Retry, breaker and rate stay within the other side’s ceilings',
  E9: 'The relationship type bears authority',
  E10: 'A participant is a platform operator',
  E11: 'The binding is a trust path',
} satisfies Record<RuleId, string>
