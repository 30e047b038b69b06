import { readDomainRelationship } from '#lib/domain/kinds.ts'
import type { RequestView } from '#lib/approval/view.ts'
import type { KubeObject } from '#lib/kube/object.ts'
import { refKey, refOf } from '#lib/kube/ref.ts'
import { partyOf } from '#lib/relationship/party.ts'

type Graph = RequestView['graph']
type Edge = Graph['edges'][number]

const EDGES_MAX = 24

/** Both participants, everything declared one step around them, and the edge that would be new. What is left out is counted. */
export function requestGraph(input: {
  readonly from: string
  readonly to: string
  readonly type: string
  /** False once the relationship stands: then it is one of the declared edges. */
  readonly proposed: boolean
  readonly relationships: readonly KubeObject[]
  readonly boundaries: readonly KubeObject[]
  readonly identities: readonly KubeObject[]
}): Graph {
  const ends = [input.from, input.to]
  const declared = input.relationships.map(readDomainRelationship).flatMap(({ spec }): readonly Edge[] => {
    const { sourceIdentity: from, targetIdentity: to, relationshipType: type } = spec
    if (from === undefined || to === undefined || type === undefined || !(ends.includes(from) || ends.includes(to))) return []
    return [{ from, to, type, proposed: false }]
  })
  const stands = declared.some((edge) => edge.from === input.from && edge.to === input.to && edge.type === input.type)
  const fresh: readonly Edge[] = stands || !input.proposed ? [] : [{ from: input.from, to: input.to, type: input.type, proposed: true }]
  const shown = [...fresh, ...declared.toSorted(byName)].slice(0, EDGES_MAX)
  const names = [...new Set([...ends, ...shown.flatMap((edge) => [edge.from, edge.to])])]
  const id = (name: string): string => {
    const object = input.identities.find((identity) => identity.metadata.name === name)
    return object === undefined ? name : refKey(refOf('', object))
  }
  return {
    nodes: names.map((name) => ({ id: id(name), label: name, domain: domainOf(name, input.boundaries) })),
    edges: shown.map((edge) => ({ ...edge, from: id(edge.from), to: id(edge.to) })),
    hidden: fresh.length + declared.length - shown.length,
  }
}

const byName = (a: Edge, b: Edge): number => {
  const [one, two] = [`${a.from} ${a.to} ${a.type}`, `${b.from} ${b.to} ${b.type}`]
  return one < two ? -1 : one > two ? 1 : 0
}

function domainOf(name: string, boundaries: readonly KubeObject[]): string {
  const party = partyOf(name, boundaries)
  return 'domain' in party ? party.domain : 'no party'
}
