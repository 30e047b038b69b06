import type { Digraph } from '#lib/topology/layout/rank.ts'

/** Vertices per column from top to bottom. Those from `count` on stand for the places where a long edge passes. */
export type Ordered = {
  readonly columns: readonly number[][]
  readonly left: readonly number[][]
  readonly right: readonly number[][]
  readonly crossings: number
}

const SWEEPS = 10
/** An edge longer than this is not bent around others; it would cost more vertices than it saves crossings. */
const SPAN_MAX = 12

/** Orders each column so that few edges cross: barycenter sweeps both ways, the best order seen is kept (Sugiyama). */
export function ordered(graph: Digraph, columnOf: Int32Array): Ordered {
  const layers = withPasses(graph, columnOf)
  let best = layers.columns.map((column) => [...column])
  let fewest = crossings(layers.columns, layers.right, layers.total)
  for (let sweep = 0; sweep < SWEEPS && fewest > 0; sweep++) {
    const forward = sweep % 2 === 0
    const neighbours = forward ? layers.left : layers.right
    const order = layers.columns.map((_, i) => (forward ? i : layers.columns.length - 1 - i))
    const position = positions(layers.columns, layers.total)
    for (const i of order) {
      const column = layers.columns[i] ?? []
      sortByBarycenter(column, neighbours, position, sweep % 4 >= 2)
      for (const [at, vertex] of column.entries()) position[vertex] = at
    }
    const count = crossings(layers.columns, layers.right, layers.total)
    if (count < fewest) {
      fewest = count
      best = layers.columns.map((column) => [...column])
    }
  }
  return { columns: best, left: layers.left, right: layers.right, crossings: fewest }
}

function withPasses({ count, edges }: Digraph, columnOf: Int32Array) {
  const columns: number[][] = []
  const left: number[][] = Array.from({ length: count }, () => [])
  const right: number[][] = Array.from({ length: count }, () => [])
  for (let vertex = 0; vertex < count; vertex++) (columns[columnOf[vertex] ?? 0] ??= []).push(vertex)
  let total = count
  const join = (from: number, to: number): void => {
    right[from]?.push(to)
    left[to]?.push(from)
  }
  for (const [from, to] of edges) {
    const [first, last] = [columnOf[from] ?? 0, columnOf[to] ?? 0]
    if (last - first > SPAN_MAX) continue
    let before = from
    for (let column = first + 1; column < last; column++) {
      const pass = total++
      left.push([])
      right.push([])
      ;(columns[column] ??= []).push(pass)
      join(before, pass)
      before = pass
    }
    join(before, to)
  }
  for (let i = 0; i < columns.length; i++) columns[i] ??= []
  return { columns, left, right, total }
}

function positions(columns: readonly number[][], total: number): Int32Array {
  const position = new Int32Array(total)
  for (const column of columns) for (const [at, vertex] of column.entries()) position[vertex] = at
  return position
}

/** Vertices without a neighbour on that side keep their place; ties keep or turn their order, which leads out of dead ends. */
function sortByBarycenter(column: number[], neighbours: readonly number[][], position: Int32Array, turnTies: boolean): void {
  const weight = new Map(
    column.map((vertex, at) => {
      const around = neighbours[vertex] ?? []
      if (around.length === 0) return [vertex, at] as const
      let sum = 0
      for (const one of around) sum += position[one] ?? 0
      return [vertex, sum / around.length] as const
    }),
  )
  const before = new Map(column.map((vertex, at) => [vertex, turnTies ? -at : at] as const))
  column.sort((a, b) => (weight.get(a) ?? 0) - (weight.get(b) ?? 0) || (before.get(a) ?? 0) - (before.get(b) ?? 0))
}

/** Crossings between neighbouring columns, counted with a Fenwick tree: edges times log of the column. */
export function crossings(columns: readonly number[][], right: readonly number[][], total: number): number {
  const position = positions(columns, total)
  let count = 0
  for (let i = 0; i + 1 < columns.length; i++) {
    const size = (columns[i + 1]?.length ?? 0) + 1
    const tree = new Int32Array(size + 1)
    let seen = 0
    for (const vertex of columns[i] ?? []) {
      const ends = (right[vertex] ?? []).map((to) => position[to] ?? 0)
      for (const end of ends) {
        let below = 0
        for (let at = end + 1; at > 0; at -= at & -at) below += tree[at] ?? 0
        count += seen - below
      }
      for (const end of ends) for (let at = end + 1; at <= size; at += at & -at) tree[at] = (tree[at] ?? 0) + 1
      seen += ends.length
    }
  }
  return count
}
