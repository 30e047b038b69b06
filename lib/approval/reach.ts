/** One declared relationship: `from` depends on what `to` offers. */
type Edge = { readonly from: string; readonly to: string }

/** How many others depend on one of `ends`, directly or through others; the ends themselves are not counted. Third rank of the inbox (product.md). */
export function reachOf(ends: readonly string[], edges: readonly Edge[]): number {
  const dependants = Map.groupBy(edges, (edge) => edge.to)
  const seen = new Set(ends)
  const queue = [...seen]
  for (let at = 0; at < queue.length; at += 1)
    for (const { from } of dependants.get(queue[at] ?? '') ?? [])
      if (!seen.has(from)) {
        seen.add(from)
        queue.push(from)
      }
  return seen.size - new Set(ends).size
}
