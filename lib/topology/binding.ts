import { conditionsOf, type KubeObject } from '#lib/kube/object.ts'
import type { BindingState, Field, GraphEdge } from '#lib/topology/graph.ts'
import { fieldsOf, listOf, recordOf, textOf } from '#lib/topology/spec.ts'

export type Binding = Pick<GraphEdge, 'state' | 'binding'> & { readonly fields: readonly Field[]; readonly byClass: boolean }

const WORDS: Readonly<Record<string, BindingState>> = {
  stable: 'stable',
  resolving: 'resolving',
  diverged: 'diverged',
  degraded: 'degraded',
  invalid: 'invalid',
}

/** A state word in any case; an unknown word is `unknown`, an absent one undefined. */
const stateOf = (value: unknown): BindingState | undefined => {
  const word = textOf(value)
  return word === undefined ? undefined : (WORDS[word.toLowerCase()] ?? 'unknown')
}

/** Reads a BindingStability; without one the state is `none`. `byClass` is a guess: the schema does not tell tier 1 from 2 (relationships.md 1). */
export function bindingOf(raw: unknown): Binding {
  if (raw === undefined) return { state: 'none', binding: undefined, fields: [], byClass: false }
  const stability = recordOf(raw)
  const constraint = recordOf(stability['constraintDeclaration'])
  const [floor, ceiling] = [constraint['cardinalityFloor'], constraint['cardinalityCeiling']]
  const type = textOf(stability['bindingType'])
  return {
    state: stateOf(stability['bindingState']) ?? 'unknown',
    binding: type === 'SnapshotBinding' ? 'snapshot' : type === 'ContinuousBinding' ? 'continuous' : undefined,
    byClass: stability['selectionStrategy'] !== undefined || stability['constraintDeclaration'] !== undefined,
    fields: fieldsOf({
      'Bound at': textOf(stability['boundAt']),
      Strategy: textOf(stability['selectionStrategy']),
      Boundary: textOf(constraint['boundaryScope']),
      Policy: textOf(constraint['policyScope']),
      'Floor and ceiling': floor === undefined && ceiling === undefined ? undefined : `${String(floor)} to ${String(ceiling)}`,
    }),
  }
}

/**
 * What a controller observed about the binding of an object, or of one of its wirings: a status field or a condition named after a state.
 * No controller is required to write either, so nothing is the usual answer.
 */
export function observedBinding(
  object: KubeObject,
  wiring?: string,
): { readonly state: BindingState; readonly fields: readonly Field[] } | undefined {
  const status = recordOf(object.status)
  const entry = listOf(status['wirings'])
    .map(recordOf)
    .find((one) => wiring !== undefined && one['name'] === wiring)
  const direct = stateOf(recordOf(entry ?? status)['bindingState'])
  if (direct !== undefined) return { state: direct, fields: fieldsOf({ Observed: textOf(recordOf(entry ?? status)['message']) }) }
  const told = conditionsOf(object).find(
    (condition) =>
      condition.status === 'True' && WORDS[condition.type.toLowerCase()] !== undefined && concerns(condition.message, wiring, object),
  )
  if (!told) return undefined
  return {
    state: WORDS[told.type.toLowerCase()] ?? 'unknown',
    fields: fieldsOf({ Reason: textOf(told.reason), Observed: textOf(told.message), Since: textOf(told.lastTransitionTime) }),
  }
}

/** A condition speaks of the whole object; with several wirings only of the one that its message names. */
const concerns = (message: string, wiring: string | undefined, object: KubeObject): boolean =>
  wiring === undefined || listOf(recordOf(object.spec)['wirings']).length <= 1 || message.includes(wiring)
