import { atLeast, type Level, lowest, restricted } from '#lib/access/level.ts'
import type { Field, Graph, GraphNode } from '#lib/topology/graph.ts'

/** What is asked about a node: its domain (empty: none) and the object that would be read. */
export type LevelOf = (about: Pick<GraphNode, 'domain' | 'ref'>) => Level

const blank = (fields: readonly Field[]): readonly Field[] => fields.map(({ label }) => ({ label, value: restricted('Full') }))

/**
 * The graph as one person may see it. Nothing is left out: a restricted node keeps kind, name, domain and state, every other field reads
 * "Restricted, needs Full" (decisions.md 23); an edge keeps its ends, type, evidence and binding state (retrieval.md 3).
 */
export function redact(graph: Graph, levelOf: LevelOf): Graph {
  const level = new Map(graph.nodes.map((node) => [node.id, levelOf(node)]))
  const closed = (id: string): boolean => !atLeast(level.get(id) ?? 'Dependency', 'Operational')
  return {
    ...graph,
    nodes: graph.nodes.map((node) => (closed(node.id) ? restrictedNode(node) : node)),
    edges: graph.edges.map((edge) => {
      const least = lowest(level.get(edge.from) ?? 'Dependency', level.get(edge.to) ?? 'Dependency')
      return atLeast(least, 'Operational') ? edge : { ...edge, fields: blank(edge.fields) }
    }),
    findings: graph.findings.map((finding) =>
      finding.detail !== undefined && finding.nodes.some(closed) ? { ...finding, detail: restricted('Full') } : finding,
    ),
  }
}

/** How many records and members there are is hidden too: counts of hidden things must not leak (retrieval.md 3.1). */
const restrictedNode = (node: GraphNode): GraphNode => ({
  ...node,
  restricted: true,
  place: '',
  fields: blank(node.fields),
  records: node.records.length === 0 ? [] : [{ line: 0, text: restricted('Full'), inferred: false }],
  members: [],
})
