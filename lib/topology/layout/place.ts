import type { Ordered } from '#lib/topology/layout/order.ts'

const ROUNDS = 6

/**
 * A height for every vertex: near the mean of its neighbours, in the order of its column, never closer than `gap(a, b)`.
 * Each column is solved exactly (isotonic regression), columns in turn, left to right and back.
 */
export function heights(graph: Ordered, gap: (above: number, below: number) => number): Float64Array {
  const y = new Float64Array(graph.left.length)
  for (const column of graph.columns) {
    let at = 0
    for (const [i, vertex] of column.entries()) {
      if (i > 0) at += gap(column[i - 1] ?? 0, vertex)
      y[vertex] = at
    }
    for (const vertex of column) y[vertex] = (y[vertex] ?? 0) - at / 2
  }
  for (let round = 0; round < ROUNDS; round++) {
    const forward = round % 2 === 0
    for (let step = 0; step < graph.columns.length; step++) {
      const column = graph.columns[forward ? step : graph.columns.length - 1 - step] ?? []
      settleColumn(column, wishes(column, graph, y, forward, round === ROUNDS - 1), gap, y)
    }
  }
  return y
}

function wishes(column: readonly number[], graph: Ordered, y: Float64Array, forward: boolean, both: boolean): readonly number[] {
  return column.map((vertex) => {
    const before = forward ? graph.left[vertex] : graph.right[vertex]
    const after = forward ? graph.right[vertex] : graph.left[vertex]
    const around = both ? [...(before ?? []), ...(after ?? [])] : before?.length ? before : (after ?? [])
    if (around.length === 0) return y[vertex] ?? 0
    let sum = 0
    for (const one of around) sum += y[one] ?? 0
    return sum / around.length
  })
}

/** Pool adjacent violators on the wishes minus the room that the column needs above each vertex. */
function settleColumn(column: readonly number[], wished: readonly number[], gap: (a: number, b: number) => number, y: Float64Array): void {
  const room = new Float64Array(column.length)
  for (let i = 1; i < column.length; i++) room[i] = (room[i - 1] ?? 0) + gap(column[i - 1] ?? 0, column[i] ?? 0)
  const pools: { sum: number; size: number }[] = []
  for (const [i, wish] of wished.entries()) {
    let pool = { sum: wish - (room[i] ?? 0), size: 1 }
    for (let last = pools.at(-1); last && last.sum / last.size > pool.sum / pool.size; last = pools.at(-1)) {
      pool = { sum: last.sum + pool.sum, size: last.size + pool.size }
      pools.pop()
    }
    pools.push(pool)
  }
  let i = 0
  for (const pool of pools) for (let n = 0; n < pool.size; n++, i++) y[column[i] ?? 0] = pool.sum / pool.size + (room[i] ?? 0)
}
