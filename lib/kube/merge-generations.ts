import { type KubeObject, placeOf } from '#lib/kube/object.ts'

/**
 * The objects of one concept that is served under several names at once, newest generation first: of those that bear the same
 * namespace and name the newest stands for all (conflicts.md G1). One list is given back as it is.
 */
export function mergeGenerations(lists: readonly (readonly KubeObject[])[]): readonly KubeObject[] {
  const filled = lists.filter(({ length }) => length > 0)
  const [first = [], ...older] = filled
  if (older.length === 0) return first
  const merged = new Map(first.map((object) => [placeOf(object), object]))
  for (const list of older) for (const object of list) if (!merged.has(placeOf(object))) merged.set(placeOf(object), object)
  return [...merged.values()]
}
