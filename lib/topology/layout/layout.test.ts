import { describe, expect, it } from 'vitest'
import { layout, NODE_HEIGHT, NODE_WIDTH } from '#lib/topology/layout/layout.ts'

type Edges = readonly (readonly [string, string])[]
const graph = (edges: Edges, more: readonly string[] = []) => ({
  nodes: [...new Set([...edges.flat(), ...more])].map((id) => ({ id })),
  edges: edges.map(([from, to]) => ({ from, to })),
})
const flat = (result: ReturnType<typeof layout>) => JSON.stringify([...result.at].toSorted(([a], [b]) => (a < b ? -1 : 1)))

/** A repeatable stream of numbers in [0, 1). */
function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296
    return state / 4_294_967_296
  }
}
function randomGraph(count: number, edges: number, seed: number) {
  const next = numbers(seed)
  const pick = () => `n${Math.floor(next() * count)}`
  return graph(
    Array.from({ length: edges }, () => [pick(), pick()] as const),
    Array.from({ length: count }, (_, i) => `n${i}`),
  )
}
function overlaps(result: ReturnType<typeof layout>): number {
  const points = [...result.at.values()]
  let count = 0
  for (const [i, a] of points.entries())
    for (const b of points.slice(i + 1)) if (Math.abs(a.x - b.x) < NODE_WIDTH && Math.abs(a.y - b.y) < NODE_HEIGHT) count++
  return count
}

describe('layout', () => {
  it('draws a chain from left to right on one line', () => {
    const { at } = layout(
      graph([
        ['c', 'a'],
        ['a', 'b'],
      ]),
    )
    expect([at.get('c'), at.get('a'), at.get('b')].map((point) => point?.y)).toEqual([22, 22, 22])
    expect((at.get('c')?.x ?? 0) < (at.get('a')?.x ?? 0) && (at.get('a')?.x ?? 0) < (at.get('b')?.x ?? 0)).toBe(true)
  })

  it('keeps every edge of an acyclic graph pointing right', () => {
    const next = numbers(7)
    const edges = Array.from({ length: 120 }, () => {
      const [a, b] = [Math.floor(next() * 50), Math.floor(next() * 50)]
      return [`n${Math.min(a, b)}`, `n${Math.max(a, b)}`] as const
    }).filter(([a, b]) => a !== b)
    const { at } = layout(graph(edges))
    for (const [from, to] of edges) expect(at.get(from)?.x).toBeLessThan(at.get(to)?.x ?? 0)
  })

  it('gives the same bytes for the same graph in any order', () => {
    const one = randomGraph(60, 110, 3)
    const other = { nodes: one.nodes.toReversed(), edges: one.edges.toReversed() }
    expect(flat(layout(one))).toBe(flat(layout(other)))
  })

  it.each([1, 2, 3, 4, 5])('lets no two nodes overlap (seed %i)', (seed) => {
    const result = layout(randomGraph(120, 160, seed))
    expect(result.at.size).toBe(120)
    expect(overlaps(result)).toBe(0)
  })

  it('untangles two crossed pairs and a twisted ladder', () => {
    expect(
      layout(
        graph([
          ['a', 'y'],
          ['b', 'x'],
          ['r', 'a'],
          ['r', 'b'],
        ]),
      ).crossings,
    ).toBe(0)
    const twisted = Array.from({ length: 9 }, (_, i) => [`a${i}`, `b${8 - i}`] as const)
    expect(layout(graph([...twisted, ...twisted.map(([a]) => ['root', a] as const)])).crossings).toBe(0)
  })

  it('survives cycles, loops, doubles and edges to nowhere', () => {
    const result = layout({
      ...graph(
        [
          ['a', 'b'],
          ['b', 'c'],
          ['c', 'a'],
          ['a', 'a'],
          ['a', 'b'],
        ],
        ['lone'],
      ),
      edges: [
        { from: 'a', to: 'b' },
        { from: 'b', to: 'c' },
        { from: 'c', to: 'a' },
        { from: 'a', to: 'a' },
        { from: 'a', to: 'gone' },
      ],
    })
    expect(result.at.size).toBe(4)
    expect(overlaps(result)).toBe(0)
  })

  it('draws nothing for nothing', () => {
    expect(layout({ nodes: [], edges: [] })).toEqual({ at: new Map(), width: 0, height: 0, crossings: 0 })
  })

  it('gives each of 2,000 nodes a place of its own', () => {
    const result = layout(randomGraph(2_000, 2_600, 11))
    expect(result.at.size).toBe(2_000)
    expect(overlaps(result)).toBe(0)
  })
})
