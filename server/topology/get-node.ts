import 'server-only'
import { z } from 'zod'
import { AppError } from '#lib/error.ts'
import type { Graph, GraphEdge } from '#lib/topology/graph.ts'
import { resolveFocus } from '#lib/topology/neighbourhood.ts'
import type { NodeLink, NodeView } from '#lib/topology/view.ts'
import { visibleGraph } from '#server/topology/visible-graph.ts'
import { query } from '#server/verb.ts'

/** One node with what the viewer may see of it: fields, records, what it leads to and what leads to it, findings. */
export const getNode = query({
  name: 'topology.node',
  input: z.object({ id: z.string().min(1).max(600) }),
  needs: () => ({ signedIn: true }),
  machine: true,
  run: async (ctx, { id: asked }): Promise<NodeView> => {
    const { graph, levelOf } = await visibleGraph(ctx)
    const id = resolveFocus(graph, asked)
    const found = graph.nodes.find((node) => node.id === id)
    if (!found) throw new AppError('not_found', 'Nothing with this name is in the topology.')
    const { fields, records, members, ...node } = found
    const others = new Map(graph.nodes.map((one) => [one.id, one]))
    const link = (edge: GraphEdge, other: string): readonly NodeLink[] => linkTo(edge, others.get(other))
    return {
      node,
      level: levelOf(found),
      fields,
      records,
      members,
      out: graph.edges.filter((edge) => edge.from === id).flatMap((edge) => link(edge, edge.to)),
      in: graph.edges.filter((edge) => edge.to === id).flatMap((edge) => link(edge, edge.from)),
      findings: graph.findings.filter((finding) => finding.nodes.includes(found.id)),
    }
  },
})

function linkTo({ fields, ...edge }: GraphEdge, other: Graph['nodes'][number] | undefined): readonly NodeLink[] {
  if (!other) return []
  const { id, name, label, tone, state, restricted } = other
  return [{ edge, fields, other: { id, name, label, tone, state, restricted } }]
}
