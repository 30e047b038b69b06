import type { RequestView } from '#lib/approval/view.ts'

type Graph = RequestView['graph']
export type PlacedNode = Graph['nodes'][number] & { readonly x: number; readonly y: number }
export type PlacedEdge = Graph['edges'][number] & {
  readonly path: string
  readonly labelX: number
  readonly labelY: number
  readonly anchor: Anchor
}
type Anchor = 'start' | 'middle' | 'end'
export type Placed = {
  readonly width: number
  readonly height: number
  readonly nodes: readonly PlacedNode[]
  readonly edges: readonly PlacedEdge[]
}

export const NODE = { width: 208, height: 40 } as const
const GAP = { x: 112, y: 16 } as const
const MARGIN = 4

/** Left to right in order of dependency: a node stands one column right of the furthest that points to it. Cycles stop at the number of nodes. */
function columns({ nodes, edges }: Graph): ReadonlyMap<string, number> {
  const column = new Map(nodes.map((node) => [node.id, 0]))
  for (let round = 1; round < Math.min(nodes.length, 6); round += 1)
    for (const { from, to } of edges) {
      const wanted = (column.get(from) ?? 0) + 1
      if (from !== to && column.has(to) && (column.get(to) ?? 0) < wanted && wanted <= round) column.set(to, wanted)
    }
  return column
}

/** Places the few nodes around a request. Pure, so that the same request is always drawn the same. */
export function placeGraph(graph: Graph): Placed {
  const column = columns(graph)
  const rows = new Map<number, number>()
  const proposed = new Set(graph.edges.filter((edge) => edge.proposed).flatMap((edge) => [edge.from, edge.to]))
  const ordered = [...graph.nodes].sort((a, b) => Number(proposed.has(b.id)) - Number(proposed.has(a.id)) || a.id.localeCompare(b.id))
  const nodes = ordered.map((node): PlacedNode => {
    const at = column.get(node.id) ?? 0
    const row = rows.get(at) ?? 0
    rows.set(at, row + 1)
    return { ...node, x: MARGIN + at * (NODE.width + GAP.x), y: MARGIN + row * (NODE.height + GAP.y) }
  })
  const place = new Map(nodes.map((node) => [node.id, node]))
  const edges = graph.edges.flatMap((edge): PlacedEdge[] => {
    const from = place.get(edge.from)
    const to = place.get(edge.to)
    const crowded = graph.edges.filter((other) => other.from === edge.from).length > 1
    return from && to ? [{ ...edge, ...line(from, to, edge.proposed ? 'middle' : crowded ? 'end' : 'start') }] : []
  })
  return {
    width: Math.max(...nodes.map((node) => node.x), 0) + NODE.width + MARGIN,
    height: Math.max(...nodes.map((node) => node.y), 0) + NODE.height + MARGIN,
    nodes,
    edges,
  }
}

/** A curve from the right side of one box to the left side of the other; backwards, it goes below. */
function line(from: PlacedNode, to: PlacedNode, anchor: Anchor): Pick<PlacedEdge, 'path' | 'labelX' | 'labelY' | 'anchor'> {
  const forward = to.x > from.x
  const startX = forward ? from.x + NODE.width : from.x + NODE.width / 2
  const startY = forward ? from.y + NODE.height / 2 : from.y + NODE.height
  const endX = forward ? to.x - 2 : to.x + NODE.width / 2
  const endY = forward ? to.y + NODE.height / 2 : to.y + NODE.height
  const middle = (startX + endX) / 2
  const path = forward
    ? `M${startX} ${startY}C${middle} ${startY} ${middle} ${endY} ${endX} ${endY}`
    : `M${startX} ${startY}C${startX} ${startY + 24} ${endX} ${endY + 24} ${endX} ${endY}`
  if (!forward) return { path, anchor: 'middle', labelX: middle, labelY: Math.max(startY, endY) + 14 }
  const place = { start: [startX + 8, startY], middle: [middle, (startY + endY) / 2], end: [endX - 12, endY] } as const
  const [labelX, labelY] = place[anchor]
  return { path, anchor, labelX, labelY: labelY - 5 }
}
