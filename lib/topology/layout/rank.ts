/** A component as numbers: vertices 0..count-1, edges without loops and doubles. */
export type Digraph = { readonly count: number; readonly edges: readonly (readonly [from: number, to: number])[] }

/** Turns every edge that closes a cycle round, so that the rest is acyclic. Depth first in the order of the numbers: always the same. */
export function withoutCycles({ count, edges }: Digraph): Digraph {
  const out = adjacency(count, edges, 0)
  const state = new Uint8Array(count) // 0 new, 1 on the path, 2 done
  const turned = new Set<number>()
  for (const start of startOrder(count, edges)) {
    if (state[start] !== 0) continue
    const path: { vertex: number; next: number }[] = [{ vertex: start, next: 0 }]
    state[start] = 1
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const edge = out[top.vertex]?.[top.next++]
      if (edge === undefined) {
        state[top.vertex] = 2
        path.pop()
        continue
      }
      const to = edges[edge]?.[1] ?? 0
      if (state[to] === 1) turned.add(edge)
      else if (state[to] === 0) {
        state[to] = 1
        path.push({ vertex: to, next: 0 })
      }
    }
  }
  return { count, edges: edges.map(([from, to], i) => (turned.has(i) ? [to, from] : [from, to])) }
}

/** Roots first: a walk from a root turns fewer edges than one from the middle. */
function startOrder(count: number, edges: Digraph['edges']): readonly number[] {
  const entered = new Uint8Array(count)
  for (const [, to] of edges) entered[to] = 1
  const all = Array.from({ length: count }, (_, vertex) => vertex)
  return [...all.filter((vertex) => entered[vertex] === 0), ...all.filter((vertex) => entered[vertex] === 1)]
}

/** Edge numbers by their end (0 from, 1 to). */
function adjacency(count: number, edges: Digraph['edges'], end: 0 | 1): readonly number[][] {
  const lists: number[][] = Array.from({ length: count }, () => [])
  for (const [i, edge] of edges.entries()) lists[edge[end]]?.push(i)
  return lists
}

/** The column of each vertex: one right of the last thing that leads to it; then roots are drawn close to what they lead to. */
export function columnsOf({ count, edges }: Digraph): Int32Array {
  const out = adjacency(count, edges, 0)
  const waiting = new Int32Array(count)
  for (const [, to] of edges) waiting[to] = (waiting[to] ?? 0) + 1
  const columns = new Int32Array(count)
  const queue: number[] = []
  for (let vertex = 0; vertex < count; vertex++) if (waiting[vertex] === 0) queue.push(vertex)
  for (let head = 0; head < queue.length; head++) {
    const vertex = queue[head] ?? 0
    for (const edge of out[vertex] ?? []) {
      const to = edges[edge]?.[1] ?? 0
      columns[to] = Math.max(columns[to] ?? 0, (columns[vertex] ?? 0) + 1)
      waiting[to] = (waiting[to] ?? 0) - 1
      if (waiting[to] === 0) queue.push(to)
    }
  }
  const entered = new Uint8Array(count)
  for (const [, to] of edges) entered[to] = 1
  for (let vertex = 0; vertex < count; vertex++) {
    const targets = (out[vertex] ?? []).map((edge) => columns[edges[edge]?.[1] ?? 0] ?? 0)
    if (entered[vertex] === 0 && targets.length > 0) columns[vertex] = targets.reduce((least, column) => Math.min(least, column)) - 1
  }
  return columns
}
