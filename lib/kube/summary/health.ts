import type { Concept } from '#lib/kube/concept.ts'
import { isBuiltIn } from '#lib/kube/built-in.ts'
import { groupOf, type KubeObject } from '#lib/kube/object.ts'
import { builtInHealth, builtInPolarity } from '#lib/kube/summary/built-in-health.ts'
import { type Polarity, polarityOf } from '#lib/kube/summary/polarity.ts'
import type { Health, HealthReading } from '#lib/kube/summary/reading.ts'
import { firstAt, inWords, textAt } from '#lib/kube/summary/read.ts'

type Read = { readonly type: string; readonly status: string; readonly detail: string | undefined; readonly polarity: Polarity }

const reading = (health: Health, words: string, detail?: string): HealthReading => ({ health, words, detail })

/** The condition that decides for a kind, where it is not Ready (kinds.md 4). Without it the object is not evaluated yet. */
const DECIDING: Partial<Record<Concept, readonly string[]>> = {
  pack: ['Available'],
  packExecution: ['Succeeded'],
  rbacPolicy: ['RBACPolicyValid'],
  rbacProfile: ['Provisioned'],
  permissionSet: ['PermissionSetValid'],
  permissionSnapshot: ['Fresh', 'Compliant'],
  identityProvider: ['Valid'],
  identityBinding: ['IdentityBindingValid', 'TrustAnchorResolved'],
  membership: ['Admitted'],
  hardeningProfile: ['Valid'],
  talosEtcdBackupSchedule: ['Active'],
  talosMachineConfigBackupSchedule: ['Active'],
}

type Phase = { readonly at: string; readonly as: Readonly<Record<string, Health>> }

/** Kinds whose state is one word, not a condition. */
const PHASES: Partial<Record<Concept, Phase>> = {
  rar: {
    at: 'status.phase',
    as: { Admitted: 'ok', Rejected: 'danger', Withdrawn: 'caution', Pending: 'caution', Evaluated: 'caution', AwaitingApproval: 'caution' },
  },
  runner: { at: 'status.phase', as: { Completed: 'ok', Failed: 'danger' } },
  packLog: { at: 'spec.status', as: { Succeeded: 'ok', Failed: 'danger' } },
  drift: { at: 'spec.state', as: { confirmed: 'ok', pending: 'caution', delivered: 'caution', queued: 'caution' } },
  hatBinding: {
    at: 'status.phase',
    as: { Active: 'ok', Pending: 'caution', Warmup: 'caution', Probation: 'caution', Revoked: 'danger' },
  },
  hatSwap: {
    at: 'spec.event',
    as: { Throttled: 'caution', Probation: 'caution', SwapOn: 'ok', SwapOff: 'ok', WarmupBegin: 'ok', WarmupEnd: 'ok', QuorumGrant: 'ok' },
  },
  packReceipt: { at: 'status.driftStatus', as: { InSync: 'ok', Clean: 'ok', Drifted: 'caution' } },
  permissionSnapshotReceipt: { at: 'status.syncStatus', as: { InSync: 'ok', OutOfSync: 'caution', DegradedSecurityState: 'danger' } },
  talosMachineConfigRestore: {
    at: 'status.phase',
    as: { Succeeded: 'ok', Failed: 'danger', PartiallyFailed: 'danger', Pending: 'caution', Running: 'caution' },
  },
  domainRelationship: {
    at: 'spec.bindingStability.bindingState',
    as: { Stable: 'ok', Resolving: 'caution', Diverged: 'caution', Degraded: 'danger', Invalid: 'danger' },
  },
}

/** A flag of the status that says the same as the deciding condition. */
const FLAGS: Partial<Record<Concept, string>> = {
  membership: 'status.admitted',
  rbacProfile: 'status.provisioned',
  packReceipt: 'status.verified|spec.signatureVerified',
  seamInfrastructureCluster: 'status.ready',
  seamInfrastructureMachine: 'status.ready',
  appBoundary: 'status.ready',
  appIdentity: 'status.ready',
  appProfile: 'status.ready',
}

/** Kinds that are declared and never report: no state is no fault of theirs. */
const STATELESS: ReadonlySet<Concept> = new Set([
  'machineConfig',
  'packBuild',
  'seamInfrastructureMachineTemplate',
  'clusterLog',
  'zone',
  'hat',
  'hatPolicy',
])

/** How an object stands, with the reason in words. Never throws: what is ill-typed counts as absent. */
export function healthOf(object: KubeObject, concept: Concept | undefined): HealthReading {
  if (object.metadata.deletionTimestamp !== undefined) return reading('caution', 'Being deleted.')
  const own = concept === undefined && isBuiltIn({ group: groupOf(object), kind: object.kind })
  const conditions = conditionsRead(object, own)
  const stale = staleWords(object)
  const decided =
    (own ? builtInHealth(object, conditions) : undefined) ??
    worst(conditions) ??
    flagged(object, concept) ??
    phased(object, concept) ??
    deciding(conditions, concept)
  if (decided !== undefined) return decided.health === 'ok' && stale !== undefined ? reading('unknown', stale) : decided
  if (conditions.length > 0)
    return reading('unknown', `No condition that decides is reported, only ${inWords(conditions.map(({ type }) => type)) ?? 'others'}.`)
  const declaresOnly = object.spec === undefined && object.status === undefined
  if (declaresOnly || (concept !== undefined && STATELESS.has(concept))) return reading('unknown', 'Objects of this kind report no state.')
  return object.status === undefined || object.status === null
    ? reading('unknown', 'No status yet: nothing has evaluated it.')
    : reading('unknown', 'No condition is reported: nothing was evaluated yet.')
}

function conditionsRead(object: KubeObject, own: boolean): readonly Read[] {
  const list = firstAt(object, 'status.conditions')
  if (!Array.isArray(list)) return []
  return list.flatMap((each: unknown): readonly Read[] => {
    const [type, status, reason, message] = ['type', 'status', 'reason', 'message'].map((key) => textAt(each, key))
    if (type === undefined || status === undefined) return []
    const detail = [reason, message].filter((part) => part !== undefined).join(': ')
    const said = { type, status, detail: inWords(detail) }
    return [{ ...said, polarity: (own ? builtInPolarity(said) : undefined) ?? polarityOf(type) }]
  })
}

/** A status of an older generation speaks about another spec (kinds.md 4, ameide.md 3, trap 3). */
function staleWords(object: KubeObject): string | undefined {
  const { generation } = object.metadata
  const observed = firstAt(object, 'status.observedGeneration')
  if (typeof generation !== 'number' || typeof observed !== 'number' || observed >= generation) return undefined
  return `Reported for generation ${observed}, the object is at ${generation}: not evaluated yet.`
}

const says = ({ type, status, detail }: Read, health: Health): HealthReading => reading(health, `${type} is ${status}.`, detail)

/** The worst thing that a condition says: True where that is bad, then unknown, then under way, then False where True would be good. */
function worst(conditions: readonly Read[]): HealthReading | undefined {
  const isTrue = (polarity: Polarity) => (each: Read) => each.polarity === polarity && each.status === 'True'
  const danger = conditions.find(isTrue('danger'))
  if (danger) return says(danger, 'danger')
  const caution = conditions.find(isTrue('caution')) ?? conditions.find(isTrue('progress'))
  if (caution) return says(caution, 'caution')
  const lacking = conditions.find((each) => each.polarity === 'good' && each.status === 'False' && !isExpected(each))
  if (lacking) return says(lacking, 'caution')
  const unknown = conditions.find((each) => each.polarity !== 'neutral' && each.status !== 'True' && each.status !== 'False')
  return unknown && says(unknown, 'unknown')
}

/** The lineage controller is not running everywhere: expected, neutral (kinds.md 7.4). */
const isExpected = ({ type, detail }: Read): boolean => type === 'LineageSynced' && detail?.startsWith('LineageControllerAbsent') === true

function flagged(object: KubeObject, concept: Concept | undefined): HealthReading | undefined {
  const path = concept && FLAGS[concept]
  if (path === undefined) return undefined
  const value = firstAt(object, path)
  const name = path.split('|')[0]?.split('.').at(-1) ?? path
  if (typeof value !== 'boolean') return undefined
  return value ? reading('ok', `${name} is true.`) : reading('caution', `${name} is false.`)
}

function phased(object: KubeObject, concept: Concept | undefined): HealthReading | undefined {
  const phase = concept && PHASES[concept]
  if (phase === undefined) return undefined
  const value = textAt(object, phase.at)
  if (value === undefined) return undefined
  const word = phase.at.split('.').at(-1) ?? phase.at
  const health = Object.hasOwn(phase.as, value) ? phase.as[value] : undefined
  return health === undefined
    ? reading('unknown', `${word} is ${inWords(value) ?? 'empty'}, a word that is not known.`)
    : reading(health, `${word} is ${value}.`)
}

function deciding(conditions: readonly Read[], concept: Concept | undefined): HealthReading | undefined {
  if (conditions.length === 0) return undefined
  const wanted = (concept && DECIDING[concept]) ?? ['Ready']
  const good = conditions.filter(({ polarity, status }) => polarity === 'good' && status === 'True')
  const missing = wanted.find((type) => !conditions.some((each) => each.type === type))
  if (missing === undefined)
    return reading(
      'ok',
      `${wanted.join(' and ')} ${wanted.length > 1 ? 'are' : 'is'} True.`,
      good.find(({ type }) => type === wanted[0])?.detail,
    )
  // A stranger's kind may decide by another word; a known kind's deciding condition that is absent was not evaluated yet.
  const first = good[0]
  if (concept === undefined || DECIDING[concept] === undefined) return first && says(first, 'ok')
  return reading('unknown', `${missing} is not reported: not evaluated yet.`)
}
