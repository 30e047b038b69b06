import type { KubeObject } from '#lib/kube/object.ts'
import { groupOf } from '#lib/kube/object.ts'
import type { Health, HealthReading } from '#lib/kube/summary/reading.ts'
import type { Polarity } from '#lib/kube/summary/polarity.ts'
import { firstAt, textAt } from '#lib/kube/summary/read.ts'

type Said = { readonly type: string; readonly status: string; readonly detail: string | undefined }

const of = (polarity: Polarity, types: string): readonly (readonly [string, Polarity])[] => types.split(' ').map((type) => [type, polarity])

/** Conditions of the API server's own kinds that other kinds do not have, or mean otherwise. */
const POLARITY: ReadonlyMap<string, Polarity> = new Map([
  ...of('good', 'Complete AbleToScale ScalingActive DisruptionAllowed Approved Accepted Programmed'),
  ...of('danger', 'FailureTarget'),
  ...of('caution', 'ReplicaFailure MemoryPressure PIDPressure NetworkUnavailable Suspended Denied Dangling DisruptionTarget'),
])

/** A Deployment says `Progressing` for ever: it is done where the new replicas are there, and has failed where that is False. */
export function builtInPolarity({ type, status, detail }: Said): Polarity | undefined {
  if (type !== 'Progressing') return POLARITY.get(type)
  if (status === 'False') return 'good'
  return detail?.startsWith('NewReplicaSetAvailable') === true ? 'neutral' : 'progress'
}

/** Kinds whose state is one word; a word that is not here leaves it to the conditions. */
const PHASES: ReadonlyMap<string, Readonly<Record<string, Health>>> = new Map([
  ['/Pod', { Succeeded: 'ok', Failed: 'danger', Pending: 'caution', Unknown: 'unknown' }],
  ['/PersistentVolumeClaim', { Bound: 'ok', Pending: 'caution', Lost: 'danger' }],
  ['/PersistentVolume', { Bound: 'ok', Available: 'ok', Pending: 'caution', Released: 'caution', Failed: 'danger' }],
])

/** Kinds that report how many are ready, and no condition: what is wanted, and what is there. */
const COUNTED: ReadonlyMap<string, readonly [wanted: string, ready: string]> = new Map([
  ['apps/ReplicaSet', ['spec.replicas', 'status.readyReplicas']],
  ['apps/StatefulSet', ['spec.replicas', 'status.readyReplicas']],
  ['apps/DaemonSet', ['status.desiredNumberScheduled', 'status.numberReady']],
  ['/ReplicationController', ['spec.replicas', 'status.readyReplicas']],
])

/** Kinds that something reports on; the others are declared only. */
const REPORTING: ReadonlySet<string> = new Set([...PHASES.keys(), ...COUNTED.keys(), '/Node', 'apps/Deployment', 'batch/Job'])

/** How an object of a kind of the API server itself stands, before its conditions are asked; undefined where these decide. */
export function builtInHealth(object: KubeObject, conditions: readonly Said[]): HealthReading | undefined {
  const kind = `${groupOf(object)}/${object.kind}`
  const phase = textAt(object, 'status.phase')
  const phases = PHASES.get(kind)
  const health = phase !== undefined && phases !== undefined && Object.hasOwn(phases, phase) ? phases[phase] : undefined
  if (health !== undefined)
    return { health, words: `phase is ${phase}.`, detail: conditions.find(({ status }) => status === 'False')?.detail }
  if (kind === 'batch/Job' && conditions.length === 0 && Number(firstAt(object, 'status.active')) > 0)
    return { health: 'caution', words: 'It is under way.', detail: undefined }
  const counted = COUNTED.get(kind)
  if (counted !== undefined) return countedHealth(object, counted)
  if (conditions.length > 0 || REPORTING.has(kind)) return undefined
  return { health: 'unknown', words: 'Objects of this kind report no state.', detail: undefined }
}

/** The numbers are of the status: they need what the rest of it needs. */
function countedHealth(object: KubeObject, [wantedAt, readyAt]: readonly [string, string]): HealthReading | undefined {
  const [wanted, ready] = [firstAt(object, wantedAt), firstAt(object, readyAt) ?? 0]
  if (object.status === undefined || typeof wanted !== 'number' || typeof ready !== 'number') return undefined
  const detail = `${ready} of ${wanted}`
  return ready >= wanted
    ? { health: 'ok', words: 'All that are wanted are ready.', detail }
    : { health: 'caution', words: 'Not all are ready.', detail }
}
