import { conditionsOf, type KubeObject } from '#lib/kube/object.ts'
import type { Tone } from '#lib/status.ts'
import { conditionOf } from '#lib/topology/spec.ts'

export type ObjectState = { readonly tone: Tone; readonly state: string }

/** Conditions whose True is bad, worst first, with what the page says (kinds.md 7). */
const BAD_WHEN_TRUE: readonly (readonly [type: string, tone: Tone, state: string])[] = [
  ['HumanInterventionRequired', 'danger', 'Needs a person'],
  ['SecurityViolation', 'danger', 'Security violation'],
  ['Revoked', 'danger', 'Revoked'],
  ['ImmutabilityViolation', 'danger', 'Changed in place'],
  ['Failed', 'danger', 'Failed'],
  ['PhaseFailed', 'danger', 'Failed'],
  ['ControlPlaneUnreachable', 'danger', 'Unreachable'],
  ['KubeconfigUnavailable', 'danger', 'No kubeconfig'],
  ['ScreenProviderNotImplemented', 'danger', 'Not implemented'],
  ['Degraded', 'caution', 'Degraded'],
  ['Drifted', 'caution', 'Drifted'],
  ['DependencyBlocked', 'caution', 'Blocked'],
  ['PartialWorkerAvailability', 'caution', 'Workers missing'],
  ['VersionRegressionBlocked', 'caution', 'Regression refused'],
]

/** Conditions that decide whether the object is good, the first that is there. */
const GOOD_WHEN_TRUE: readonly (readonly [type: string, state: string])[] = [
  ['Ready', 'Ready'],
  ['Succeeded', 'Succeeded'],
  ['Available', 'Available'],
  ['TrustAnchorResolved', 'Resolved'],
  ['IdentityBindingValid', 'Valid'],
  ['Valid', 'Valid'],
]

/**
 * What an object's conditions say in one word. No condition that decides is `Declared`, never good: unknown is never shown as good
 * (product.md). A status that lags behind the spec is said to be so.
 */
export function objectState(object: KubeObject): ObjectState {
  if (object.metadata.deletionTimestamp !== undefined) return { tone: 'working', state: 'Being deleted' }
  const bad = BAD_WHEN_TRUE.find(([type]) => conditionOf(object, type) === 'True')
  if (bad) return { tone: bad[1], state: bad[2] }
  for (const [type, good] of GOOD_WHEN_TRUE) {
    const condition = conditionsOf(object).find((one) => one.type === type)
    if (!condition) continue
    const behind = condition.observedGeneration !== undefined && condition.observedGeneration < (object.metadata.generation ?? 0)
    if (condition.status === 'True')
      return behind ? { tone: 'working', state: `${good}, not for this version` } : { tone: 'ok', state: good }
    if (condition.status === 'False') return { tone: 'caution', state: `Not ${good.toLowerCase()}` }
    return { tone: 'unknown', state: 'Unknown' }
  }
  return conditionsOf(object).length > 0 ? { tone: 'unknown', state: 'Not evaluated' } : { tone: 'off', state: 'Declared' }
}
