import type { Condition } from '#lib/kube/object.ts'

type Draft = Pick<Condition, 'type' | 'status' | 'reason' | 'message'>

/**
 * The conditions to write: drafts over what stands there, others kept. `lastTransitionTime` moves only when the status moves
 * (metav1.Condition), so an unchanged verdict is an unchanged object. `now` is RFC 3339 to the second.
 */
export function mergeConditions(
  existing: readonly Condition[],
  drafts: readonly Draft[],
  now: string,
  generation: number | undefined,
): readonly Condition[] {
  const written = drafts.map((draft): Condition => {
    const before = existing.find((condition) => condition.type === draft.type)
    return {
      type: draft.type,
      status: draft.status,
      reason: draft.reason,
      message: draft.message,
      lastTransitionTime: before?.status === draft.status ? before.lastTransitionTime : now,
      ...(generation !== undefined && { observedGeneration: generation }),
    }
  })
  const ours = new Set(drafts.map((draft) => draft.type))
  return [...existing.filter((condition) => !ours.has(condition.type)), ...written]
}
