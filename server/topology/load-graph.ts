import 'server-only'
import type { Kube } from '#server/adapter/kube/kube.ts'
import type { Ctx } from '#server/context.ts'
import type { Concept } from '#lib/kube/concept.ts'
import type { KubeObject } from '#lib/kube/object.ts'
import { meaningOf } from '#lib/kube/resolve.ts'
import { buildGraph } from '#lib/topology/build.ts'
import type { Graph } from '#lib/topology/graph.ts'
import type { TopologyView } from '#lib/topology/view.ts'

export type LoadedGraph = {
  readonly graph: Graph
  readonly apiRead: boolean
  readonly zone: TopologyView['zone']
}

/** One build serves everybody who looks within this time; it is the same for all until it is redacted. */
const SHARED_MS = 500
const shared = new WeakMap<Kube, { readonly at: number; readonly graph: Promise<LoadedGraph> }>()

/** The whole graph from the API server and the zone, before any redaction. Never give it out as it is. */
export function loadGraph(ctx: Pick<Ctx, 'kube' | 'dsns' | 'now'>): Promise<LoadedGraph> {
  const at = ctx.now.getTime()
  const held = shared.get(ctx.kube)
  if (held && Math.abs(at - held.at) < SHARED_MS) return held.graph
  const graph = build(ctx)
  shared.set(ctx.kube, { at, graph })
  graph.catch(() => shared.delete(ctx.kube))
  return graph
}

async function build({ kube, dsns, now }: Pick<Ctx, 'kube' | 'dsns' | 'now'>): Promise<LoadedGraph> {
  const reading = await dsns.read()
  const { objects, apiRead } = objectsOf(kube)
  const graph = buildGraph({
    cluster: kube.cluster,
    objects,
    apiRead,
    zone: reading.state === 'down' ? undefined : reading.value.text,
    zoneFindings: reading.state === 'down' ? [`DSNS cannot be read: ${reading.problem}`] : reading.value.findings,
    now: now.getTime(),
  })
  return { graph, apiRead, zone: zoneOf(reading) }
}

/** Core and built-in kinds are not governed; ConfigMaps reach the graph as the zone only. */
function objectsOf(kube: Kube): { readonly objects: readonly KubeObject[]; readonly apiRead: boolean } {
  const kinds = kube.servedKinds().filter(({ group }) => group !== '' && !group.endsWith('.k8s.io'))
  const meant = new Set<Concept>()
  // A thing that stands in two generations is one node (conflicts.md G1).
  const lists = kinds.flatMap((each) => {
    const concept = meaningOf(each)?.concept
    if (concept === undefined) return [kube.listKind(each.group, each.kind)]
    if (meant.has(concept)) return []
    meant.add(concept)
    return [kube.list(concept)]
  })
  return {
    objects: lists.flatMap((list) => (list.state === 'down' ? [] : list.value)),
    apiRead: lists.length > 0 && lists.every((list) => list.state !== 'down'),
  }
}

function zoneOf(reading: Awaited<ReturnType<Ctx['dsns']['read']>>): TopologyView['zone'] {
  if (reading.state === 'down') return { state: 'down', from: undefined, problem: reading.problem }
  const problem = reading.state === 'stale' ? reading.problem : undefined
  return { state: reading.value.text.trim() === '' ? 'not rendered' : 'rendered', from: reading.value.from, problem }
}
