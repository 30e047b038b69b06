import 'server-only'
import { byWeight, type Graph } from '#lib/topology/graph.ts'
import { applyFilter, facetsOf, type Hidden } from '#lib/topology/filter.ts'
import { layout } from '#lib/topology/layout/layout.ts'
import { neighbourhood, resolveFocus } from '#lib/topology/neighbourhood.ts'
import { COUNT_ABOVE, GROUP_ABOVE, rollUp } from '#lib/topology/roll-up.ts'
import { TopologyInput, type TopologyView, type ViewNode } from '#lib/topology/view.ts'
import { visibleGraph } from '#server/topology/visible-graph.ts'
import { query } from '#server/verb.ts'

/** The topology as the viewer may see it: filtered, placed, with what is hidden counted and every source's age. */
export const getGraph = query({
  name: 'topology.get',
  input: TopologyInput,
  needs: () => ({ signedIn: true }),
  machine: true,
  run: async (ctx, input): Promise<TopologyView> => {
    const visible = await visibleGraph(ctx)
    const wanted = input.focus === undefined || input.focus === '' ? undefined : input.focus
    const focus = wanted === undefined ? undefined : resolveFocus(visible.graph, wanted)
    const filtered = applyFilter(visible.graph, { ...input, text: input.q })
    const fitted = fit(filtered.graph, focus, input.hops)
    const inView = focus !== undefined && fitted.graph.nodes.some((node) => node.id === focus)
    return {
      nodes: placed(fitted.graph),
      edges: fitted.graph.edges.map(({ fields: _fields, ...edge }) => edge),
      findings: visible.graph.findings.toSorted(byWeight),
      hidden: [...filtered.hidden, ...fitted.hidden],
      total: visible.graph.nodes.length,
      leftOut: visible.graph.leftOut,
      focus: inView ? focus : undefined,
      focusProblem: focusProblem(wanted, focus, inView),
      hops: input.hops,
      facets: facetsOf(filtered.graph),
      drawn: fitted.drawn,
      zone: visible.zone,
      ages: [ctx.kube.age(), ctx.dsns.age(), ctx.guardian.age()],
      access: visible.access,
    }
  },
})

function focusProblem(wanted: string | undefined, focus: string | undefined, inView: boolean): string | undefined {
  if (wanted === undefined || inView) return undefined
  return focus === undefined ? 'Nothing with this name is in the topology.' : 'The filter hides the node in focus.'
}

type Fitted = { readonly graph: Graph; readonly hidden: readonly Hidden[]; readonly drawn: TopologyView['drawn'] }

/** Past what can be drawn, nodes away from the focus are folded; past what can be folded, only counts are left (ui.md 5.8). */
function fit(graph: Graph, focus: string | undefined, hops: number): Fitted {
  if (graph.nodes.length <= GROUP_ABOVE) return { graph, hidden: [], drawn: 'all' }
  const near = focus === undefined ? undefined : neighbourhood(graph.edges, focus, hops)
  const rolled = rollUp(graph, (id) => near?.has(id) ?? false)
  if (rolled.graph.nodes.length <= COUNT_ABOVE)
    return { graph: rolled.graph, hidden: [{ reason: 'grouped', count: rolled.folded }], drawn: 'grouped' }
  return { graph: { ...graph, nodes: [], edges: [] }, hidden: [{ reason: 'grouped', count: graph.nodes.length }], drawn: 'counts' }
}

function placed(graph: Graph): readonly ViewNode[] {
  const { at } = layout(graph)
  return graph.nodes.map(({ fields: _fields, records: _records, members: _members, place: _place, ...node }) => ({
    ...node,
    ...(at.get(node.id) ?? { x: 0, y: 0 }),
  }))
}
