import type { Edge, Effect } from '#lib/approval/evidence.ts'

type Grant = Effect['grants'][number]

/** Everybody who reaches `end` along the edges, directly or through others, without `end` itself, by name. */
export function reaching(end: string, edges: readonly Pick<Edge, 'from' | 'to'>[]): readonly string[] {
  const into = Map.groupBy(edges, (edge) => edge.to)
  const seen = new Set([end])
  const queue = [end]
  for (let at = 0; at < queue.length; at += 1)
    for (const { from } of into.get(queue[at] ?? '') ?? [])
      if (!seen.has(from)) {
        seen.add(from)
        queue.push(from)
      }
  seen.delete(end)
  return [...seen].toSorted()
}

/**
 * What the relationship would change: the initiator, and whoever reaches the initiator, would reach the counterpart.
 * `edges` are the declared relationships without the one that is asked for.
 */
export function effectOf(adds: Edge, edges: readonly Edge[], grants: readonly Grant[]): Effect {
  const others = edges.filter((edge) => !(edge.from === adds.from && edge.to === adds.to && edge.type === adds.type))
  const before = reaching(adds.to, others)
  const known = new Set(before)
  const ends = new Set([adds.from, adds.to])
  return {
    adds,
    edges: others.filter((edge) => ends.has(edge.from) || ends.has(edge.to)),
    reaching: { before, added: reaching(adds.to, [...others, adds]).filter((name) => !known.has(name)) },
    grants: grants.filter((grant) => ends.has(grant.identity)),
  }
}
