import { BINDING_STATES, type Graph, type GraphEdge, type GraphNode } from '#lib/topology/graph.ts'
import type { Tone } from '#lib/status.ts'

/** Past this many nodes, those of one place and kind are drawn as one (ui.md 5.8). */
export const GROUP_ABOVE = 400
/** Past this many even groups are too many: the page shows counts and asks for a filter. */
export const COUNT_ABOVE = 2_000

const WORST: readonly Tone[] = ['danger', 'caution', 'waiting', 'working', 'unknown', 'restricted', 'ok', 'off']

/** Folds nodes of one kind in one place into a group node; those in `keep` stay. Edges between groups are joined and keep the worst state. */
export function rollUp(graph: Graph, keep: (id: string) => boolean): { readonly graph: Graph; readonly folded: number } {
  const groups = new Map<string, GraphNode[]>()
  const stay: GraphNode[] = []
  for (const node of graph.nodes) {
    if (keep(node.id) || node.kind === 'zone' || node.kind === 'cluster') stay.push(node)
    else {
      const key = `group/${node.kind}/${node.place || node.domain || 'platform'}`
      const list = groups.get(key)
      if (list) list.push(node)
      else groups.set(key, [node])
    }
  }
  const home = new Map<string, string>()
  const nodes = [...stay]
  let folded = 0
  for (const [key, members] of groups) {
    const [only] = members
    if (members.length === 1 && only) {
      nodes.push(only)
      continue
    }
    folded += members.length
    for (const { id } of members) home.set(id, key)
    nodes.push(groupNode(key, members))
  }
  return { graph: { ...graph, nodes: nodes.toSorted((a, b) => (a.id < b.id ? -1 : 1)), edges: joined(graph.edges, home) }, folded }
}

function groupNode(id: string, members: readonly GraphNode[]): GraphNode {
  const tone = WORST.find((one) => members.some((member) => member.tone === one)) ?? 'unknown'
  const worst = members.filter((member) => member.tone === tone)
  const [first] = members
  return {
    id,
    kind: 'group',
    label: `${members.length} × ${first?.label ?? 'object'}`,
    name: first?.place || first?.domain || 'platform',
    domain: first?.domain ?? '',
    place: first?.place ?? '',
    tone,
    state: `${worst.length} ${worst[0]?.state ?? ''}`.trim(),
    presence: 'api',
    restricted: false,
    ref: undefined,
    fields: [],
    records: [],
    members: [],
  }
}

function joined(edges: readonly GraphEdge[], home: ReadonlyMap<string, string>): readonly GraphEdge[] {
  const made = new Map<string, GraphEdge>()
  for (const edge of edges) {
    const [from, to] = [home.get(edge.from) ?? edge.from, home.get(edge.to) ?? edge.to]
    if (from === edge.from && to === edge.to) {
      made.set(edge.id, edge)
      continue
    }
    if (from === to) continue
    const id = `${edge.evidence} ${from} ${edge.type} ${to}`
    const before = made.get(id)
    const state = before && BINDING_STATES.indexOf(before.state) > BINDING_STATES.indexOf(edge.state) ? before.state : edge.state
    made.set(id, { ...edge, id, from, to, state, by: 'several', ref: undefined, fields: [] })
  }
  return [...made.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1))
}
