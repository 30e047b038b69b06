import { byText } from '#lib/topology/graph.ts'
import type { TopologyView, ViewEdge, ViewNode } from '#lib/topology/view.ts'

/** One row of the tree that says in words what the canvas draws. */
export type OutlineItem = {
  readonly key: string
  readonly row: 'heading' | 'node' | 'edge'
  /** What the row says and what type-ahead compares. */
  readonly text: string
  /** The node that the row stands for; the other end for an edge. */
  readonly node: ViewNode | undefined
  readonly edge: ViewEdge | undefined
  readonly direction: 'out' | 'in' | undefined
  readonly children: readonly OutlineItem[]
}

/** An item with its place in the tree, as `aria-level`, `aria-posinset` and `aria-setsize` want it. */
export type OutlineRow = {
  readonly item: OutlineItem
  readonly level: number
  readonly position: number
  readonly size: number
  readonly parent: string | undefined
}

type Shape = Pick<TopologyView, 'nodes' | 'edges'>

/** With a focus: its surroundings by distance, then everything farther away. Without: by domain. Nodes hold their edges. */
export function outlineOf(
  view: Shape,
  distance: ReadonlyMap<string, number> | undefined,
  focus: string | undefined,
): readonly OutlineItem[] {
  const byId = new Map(view.nodes.map((node) => [node.id, node]))
  const edges = edgesByNode(view.edges)
  const item = (node: ViewNode): OutlineItem => ({
    key: node.id,
    row: 'node',
    text: node.name,
    node,
    edge: undefined,
    direction: undefined,
    children: edgeItems(node, edges.get(node.id) ?? [], byId),
  })
  const heading = (key: string, text: string, nodes: readonly ViewNode[]): readonly OutlineItem[] =>
    nodes.length === 0
      ? []
      : [
          {
            key,
            row: 'heading',
            text: `${text}, ${nodes.length}`,
            node: undefined,
            edge: undefined,
            direction: undefined,
            children: nodes.map(item),
          },
        ]

  if (distance && focus !== undefined) {
    const near = view.nodes.filter((node) => distance.has(node.id))
    const far = view.nodes.filter((node) => !distance.has(node.id))
    const hop = (node: ViewNode): number => distance.get(node.id) ?? 0
    return [
      ...heading(
        'near',
        `Around ${byId.get(focus)?.name ?? 'the focus'}`,
        near.toSorted((a, b) => hop(a) - hop(b) || inOrder(a, b)),
      ),
      ...heading('far', 'Farther away', far.toSorted(inOrder)),
    ]
  }
  const domains = [...new Set(view.nodes.map((node) => node.domain))].toSorted(byText)
  return domains.flatMap((domain) =>
    heading(`domain ${domain}`, domain === '' ? 'Platform' : domain, view.nodes.filter((node) => node.domain === domain).toSorted(inOrder)),
  )
}

const ORDER = ['zone', 'authority', 'cluster', 'identity', 'instance', 'pack', 'run', 'provider', 'binding', 'object', 'group', 'record']
const inOrder = (a: ViewNode, b: ViewNode): number =>
  ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || byText(a.name, b.name) || byText(a.id, b.id)

function edgesByNode(edges: readonly ViewEdge[]): ReadonlyMap<string, readonly ViewEdge[]> {
  const map = new Map<string, ViewEdge[]>()
  for (const edge of edges)
    for (const id of [edge.from, edge.to]) {
      const list = map.get(id)
      if (list) list.push(edge)
      else map.set(id, [edge])
    }
  return map
}

function edgeItems(node: ViewNode, edges: readonly ViewEdge[], byId: ReadonlyMap<string, ViewNode>): readonly OutlineItem[] {
  return edges
    .flatMap((edge): readonly OutlineItem[] => {
      const direction = edge.from === node.id ? 'out' : 'in'
      const other = byId.get(direction === 'out' ? edge.to : edge.from)
      if (!other) return []
      const text = direction === 'out' ? `${edge.type} ${other.name}` : `${other.name} ${edge.type} this`
      return [{ key: `${node.id} ${edge.id}`, row: 'edge', text, node: other, edge, direction, children: [] }]
    })
    .toSorted(
      (a, b) =>
        byText(a.direction === 'out' ? '0' : '1', b.direction === 'out' ? '0' : '1') || byText(a.text, b.text) || byText(a.key, b.key),
    )
}

/** The rows that can be seen: children only of what is open. */
export function outlineRows(items: readonly OutlineItem[], open: ReadonlySet<string>): readonly OutlineRow[] {
  const rows: OutlineRow[] = []
  const walk = (list: readonly OutlineItem[], level: number, parent: string | undefined): void => {
    for (const [i, item] of list.entries()) {
      rows.push({ item, level, position: i + 1, size: list.length, parent })
      if (open.has(item.key)) walk(item.children, level + 1, item.key)
    }
  }
  walk(items, 1, undefined)
  return rows
}
