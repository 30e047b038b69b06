import { byText } from '#lib/topology/graph.ts'
import { ordered } from '#lib/topology/layout/order.ts'
import { heights } from '#lib/topology/layout/place.ts'
import { columnsOf, type Digraph, withoutCycles } from '#lib/topology/layout/rank.ts'

/** Size of a node and the room around it, in pixels at zoom 1. */
export const NODE_WIDTH = 168
export const NODE_HEIGHT = 44
const COLUMN = NODE_WIDTH + 56
const ROW = NODE_HEIGHT + 16
const PASS = 18
const GAP = 56

export type Point = { readonly x: number; readonly y: number }
export type Layout = {
  readonly at: ReadonlyMap<string, Point>
  readonly width: number
  readonly height: number
  readonly crossings: number
}

type Block = { readonly at: readonly (readonly [id: string, x: number, y: number])[]; readonly width: number; readonly height: number }

/**
 * Places nodes left to right in the order of their edges; no two overlap. Pure and deterministic: the order of the input does not matter,
 * the same graph gives the same numbers (goals.md G1). Points are centres.
 */
export function layout(graph: {
  readonly nodes: readonly { readonly id: string }[]
  readonly edges: readonly { readonly from: string; readonly to: string }[]
}): Layout {
  const ids = graph.nodes.map((node) => node.id).toSorted(byText)
  const index = new Map(ids.map((id, i) => [id, i]))
  const pairs = distinctPairs(graph.edges, index)
  let crossed = 0
  const blocks: Block[] = []
  const alone: string[] = []
  for (const component of components(ids.length, pairs)) {
    if (component.vertices.length === 1) {
      alone.push(ids[component.vertices[0] ?? 0] ?? '')
      continue
    }
    const { block, crossings } = layered(component, ids)
    crossed += crossings
    blocks.push(block)
  }
  blocks.sort((a, b) => b.at.length - a.at.length || byText(a.at[0]?.[0] ?? '', b.at[0]?.[0] ?? ''))
  if (alone.length > 0) blocks.push(grid(alone, Math.max(3, Math.round((blocks[0]?.width ?? 0) / COLUMN))))
  return { ...shelves(blocks), crossings: crossed }
}

function distinctPairs(
  edges: readonly { readonly from: string; readonly to: string }[],
  index: ReadonlyMap<string, number>,
): readonly (readonly [number, number])[] {
  const size = index.size
  const seen = new Set<number>()
  for (const { from, to } of edges) {
    const [a, b] = [index.get(from), index.get(to)]
    if (a !== undefined && b !== undefined && a !== b) seen.add(a * size + b)
  }
  return [...seen].toSorted((a, b) => a - b).map((code) => [Math.floor(code / size), code % size])
}

type Component = { readonly vertices: number[]; readonly edges: (readonly [number, number])[] }

/** Weakly connected parts, each with its vertices in the order of their names. */
function components(count: number, pairs: readonly (readonly [number, number])[]): readonly Component[] {
  const parent = Int32Array.from({ length: count }, (_, i) => i)
  const root = (vertex: number): number => {
    let at = vertex
    while (parent[at] !== at) {
      parent[at] = parent[parent[at] ?? 0] ?? 0
      at = parent[at] ?? 0
    }
    return at
  }
  for (const [a, b] of pairs) {
    const [one, two] = [root(a), root(b)]
    parent[Math.max(one, two)] = Math.min(one, two)
  }
  const parts = new Map<number, Component>()
  for (let vertex = 0; vertex < count; vertex++) {
    const part = parts.get(root(vertex)) ?? { vertices: [], edges: [] }
    part.vertices.push(vertex)
    parts.set(root(vertex), part)
  }
  for (const pair of pairs) parts.get(root(pair[0]))?.edges.push(pair)
  return [...parts.values()]
}

function layered(component: Component, ids: readonly string[]): { readonly block: Block; readonly crossings: number } {
  const local = new Map(component.vertices.map((vertex, i) => [vertex, i]))
  const graph: Digraph = withoutCycles({
    count: component.vertices.length,
    edges: distinct(component.edges.map(([from, to]) => [local.get(from) ?? 0, local.get(to) ?? 0])),
  })
  const columnOf = columnsOf(graph)
  const order = ordered(graph, columnOf)
  const count = graph.count
  const gap = (above: number, below: number): number =>
    above < count && below < count ? ROW : above < count || below < count ? ROW / 2 + PASS : PASS
  const y = heights(order, gap)
  let top = Infinity
  let bottom = -Infinity
  for (let vertex = 0; vertex < count; vertex++) {
    top = Math.min(top, y[vertex] ?? 0)
    bottom = Math.max(bottom, y[vertex] ?? 0)
  }
  const at = component.vertices.map(
    (vertex, i) =>
      [ids[vertex] ?? '', (columnOf[i] ?? 0) * COLUMN + NODE_WIDTH / 2, Math.round((y[i] ?? 0) - top) + NODE_HEIGHT / 2] as const,
  )
  return {
    block: { at, width: (order.columns.length - 1) * COLUMN + NODE_WIDTH, height: Math.round(bottom - top) + NODE_HEIGHT },
    crossings: order.crossings,
  }
}

/** Turning an edge round can make two that are equal; two that face each other count once. */
function distinct(edges: readonly (readonly [number, number])[]): Digraph['edges'] {
  const seen = new Set<string>()
  return edges.filter(([a, b]) => {
    const key = a < b ? `${a} ${b}` : `${b} ${a}`
    return !seen.has(key) && seen.add(key)
  })
}

function grid(ids: readonly string[], across: number): Block {
  const columns = Math.min(across, ids.length)
  const rows = Math.ceil(ids.length / columns)
  return {
    at: ids.map((id, i) => [id, (i % columns) * COLUMN + NODE_WIDTH / 2, Math.floor(i / columns) * ROW + NODE_HEIGHT / 2]),
    width: (columns - 1) * COLUMN + NODE_WIDTH,
    height: (rows - 1) * ROW + NODE_HEIGHT,
  }
}

/** Parts side by side on shelves as wide as the widest part, or as a screen when all are small. */
function shelves(blocks: readonly Block[]): Omit<Layout, 'crossings'> {
  const area = blocks.reduce((sum, block) => sum + (block.width + GAP) * (block.height + GAP), 0)
  const limit = Math.max(Math.sqrt(area * 1.8), ...blocks.map((block) => block.width))
  const at = new Map<string, Point>()
  let [x, y, shelf, width] = [0, 0, 0, 0]
  for (const block of blocks) {
    if (x > 0 && x + block.width > limit) {
      y += shelf + GAP
      x = 0
      shelf = 0
    }
    for (const [id, px, py] of block.at) at.set(id, { x: Math.round(px + x), y: Math.round(py + y) })
    x += block.width + GAP
    shelf = Math.max(shelf, block.height)
    width = Math.max(width, x - GAP)
  }
  return { at, width: Math.round(width), height: Math.round(y + shelf) }
}
