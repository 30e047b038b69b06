import type { Tone } from '#lib/status.ts'
import type { BindingState, Evidence, Graph, NodeKind } from '#lib/topology/graph.ts'

/** What is shown; an absent list shows everything. */
export type GraphFilter = {
  readonly evidence?: readonly Evidence[] | undefined
  readonly binding?: readonly BindingState[] | undefined
  readonly kind?: readonly NodeKind[] | undefined
  readonly tone?: readonly Tone[] | undefined
  /** `` (empty) names the nodes that belong to no domain. */
  readonly domain?: readonly string[] | undefined
  readonly text?: string | undefined
}

export type HiddenReason = 'kind' | 'state' | 'domain' | 'text' | 'evidence' | 'grouped' | 'outside the hops'
export type Hidden = { readonly reason: HiddenReason; readonly count: number }

/** Leaves what the filter asks for and counts every node that it hides, under the first reason that hides it. */
export function applyFilter(graph: Graph, filter: GraphFilter): { readonly graph: Graph; readonly hidden: readonly Hidden[] } {
  const counts = new Map<HiddenReason, number>()
  const hide = (reason: HiddenReason): false => {
    counts.set(reason, (counts.get(reason) ?? 0) + 1)
    return false
  }
  const needle = filter.text?.trim().toLowerCase() ?? ''
  const fits = graph.nodes.filter((node) => {
    if (filter.kind && !filter.kind.includes(node.kind)) return hide('kind')
    if (filter.tone && !filter.tone.includes(node.tone)) return hide('state')
    if (filter.domain && !filter.domain.includes(node.domain)) return hide('domain')
    return needle === '' || `${node.name} ${node.label} ${node.domain} ${node.state}`.toLowerCase().includes(needle) || hide('text')
  })
  const ids = new Set(fits.map((node) => node.id))
  const edges = graph.edges.filter(
    (edge) =>
      ids.has(edge.from) &&
      ids.has(edge.to) &&
      (!filter.evidence || filter.evidence.includes(edge.evidence)) &&
      (!filter.binding || filter.binding.includes(edge.state)),
  )
  // Whoever asks for one kind of edge wants its ends, not everything that has none.
  const ends = filter.evidence || filter.binding ? new Set(edges.flatMap((edge) => [edge.from, edge.to])) : undefined
  const nodes = fits.filter((node) => !ends || ends.has(node.id) || hide('evidence'))
  return { graph: { ...graph, nodes, edges }, hidden: [...counts].map(([reason, count]) => ({ reason, count })) }
}

export type Facets = {
  readonly kind: readonly (readonly [NodeKind, number])[]
  readonly tone: readonly (readonly [Tone, number])[]
  readonly evidence: readonly (readonly [Evidence, number])[]
  readonly binding: readonly (readonly [BindingState, number])[]
  readonly domain: readonly (readonly [string, number])[]
}

/** What is on screen, counted; the legend and the filter menus hold nothing else (ui.md 5.8). */
export function facetsOf(graph: Pick<Graph, 'nodes' | 'edges'>): Facets {
  const count = <T extends string>(values: readonly T[]): readonly (readonly [T, number])[] => {
    const counts = new Map<T, number>()
    for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
    return [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1))
  }
  return {
    kind: count(graph.nodes.map((node) => node.kind)),
    tone: count(graph.nodes.map((node) => node.tone)),
    domain: count(graph.nodes.map((node) => node.domain)),
    evidence: count(graph.edges.map((edge) => edge.evidence)),
    binding: count(graph.edges.map((edge) => edge.state)),
  }
}
