import { refKey, refOf, type ResourceRef } from '#lib/kube/ref.ts'
import type { KubeObject } from '#lib/kube/object.ts'
import { byText, byWeight, type Finding, type Graph, type GraphEdge, type GraphNode, type NodeRecord } from '#lib/topology/graph.ts'

export type NodeDraft = Omit<GraphNode, 'restricted' | 'records' | 'members'> & { readonly records?: readonly NodeRecord[] }
export type EdgeDraft = Omit<GraphEdge, 'id' | 'ref' | 'fields' | 'binding' | 'state'> &
  Partial<Pick<GraphEdge, 'ref' | 'fields' | 'binding' | 'state'>>
export type FindingDraft = Omit<Finding, 'id' | 'detail'> & { readonly rule: string; readonly detail?: string | undefined }

/** The graph while it is being built: what each source adds is merged by id, edges wait for their nodes. */
export type Draft = {
  readonly cluster: string
  readonly node: (node: NodeDraft) => string
  readonly has: (id: string) => boolean
  readonly get: (id: string) => GraphNode | undefined
  readonly change: (id: string, change: Partial<Omit<GraphNode, 'id'>>) => void
  readonly record: (id: string, record: NodeRecord) => void
  /** Puts an object behind a node; it is found under its own name from then on. */
  readonly member: (id: string, object: KubeObject) => void
  readonly alias: (ref: Omit<ResourceRef, 'cluster'>, id: string) => void
  /** The node of an object, or of the object behind which it stands. */
  readonly find: (ref: Omit<ResourceRef, 'cluster'>) => string | undefined
  /** The only node with this kind and name, in one namespace when it is given. */
  readonly findByName: (kind: string, name: string, namespace?: string) => string | undefined
  readonly edge: (edge: EdgeDraft) => void
  readonly finding: (finding: FindingDraft) => void
  readonly done: (leftOut: Graph['leftOut']) => Graph
}

export function createDraft(cluster: string): Draft {
  const nodes = new Map<string, GraphNode>()
  const aliases = new Map<string, string>()
  const named = new Map<string, { id: string; namespace: string }[]>()
  const edges = new Map<string, GraphEdge>()
  const findings = new Map<string, Finding>()

  const change = (id: string, part: Partial<Omit<GraphNode, 'id'>>): void => {
    const node = nodes.get(id)
    if (node) nodes.set(id, { ...node, ...part })
  }
  const alias = (ref: Omit<ResourceRef, 'cluster'>, id: string): void => {
    if (aliases.has(refKey(ref))) return
    aliases.set(refKey(ref), id)
    const key = `${ref.kind}/${ref.name}`
    named.set(key, [...(named.get(key) ?? []), { id, namespace: ref.namespace }])
  }
  const findByName = (kind: string, name: string, namespace?: string): string | undefined => {
    const found = named.get(`${kind}/${name}`) ?? []
    const here = found.filter((one) => namespace === undefined || one.namespace === namespace)
    const ids = new Set(here.map((one) => one.id))
    return ids.size === 1 ? here[0]?.id : undefined
  }
  return {
    cluster,
    node: (node) => {
      const known = nodes.get(node.id)
      nodes.set(node.id, {
        restricted: false,
        members: [],
        ...known,
        ...node,
        records: [...(known?.records ?? []), ...(node.records ?? [])],
      })
      if (node.ref) alias(node.ref, node.id)
      return node.id
    },
    has: (id) => nodes.has(id),
    get: (id) => nodes.get(id),
    change,
    record: (id, record) => change(id, { records: [...(nodes.get(id)?.records ?? []), record] }),
    member: (id, object) => {
      const ref = refOf(cluster, object)
      alias(ref, id)
      change(id, { members: [...(nodes.get(id)?.members ?? []), ref] })
    },
    alias,
    find: (ref) => aliases.get(refKey(ref)),
    findByName,
    edge: (edge) => {
      const id = `${edge.evidence} ${edge.from} ${edge.type} ${edge.to} ${edge.by}`
      edges.set(id, { state: 'none', binding: undefined, ref: undefined, fields: [], ...edge, id })
    },
    finding: ({ rule, detail, ...finding }) => {
      const id = `${rule} ${finding.nodes.join(' ')} ${finding.text}`
      findings.set(id, { ...finding, id, detail })
    },
    done: (leftOut) => ({
      nodes: [...nodes.values()].toSorted((a, b) => byText(a.id, b.id)),
      edges: [...edges.values()]
        .filter((edge) => edge.from !== edge.to && nodes.has(edge.from) && nodes.has(edge.to))
        .toSorted((a, b) => byText(a.id, b.id)),
      findings: [...findings.values()].toSorted(byWeight),
      leftOut,
      aliases,
    }),
  }
}
