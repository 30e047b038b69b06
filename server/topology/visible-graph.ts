import 'server-only'
import type { Level } from '#lib/access/level.ts'
import type { Permission } from '#lib/access/viewer.ts'
import { AppError } from '#lib/error.ts'
import type { ServedKind } from '#lib/kube/concept.ts'
import type { Graph, GraphNode } from '#lib/topology/graph.ts'
import { redact } from '#lib/topology/redact.ts'
import { type LevelAnswer, levelOf } from '#server/access/level.ts'
import type { Ctx } from '#server/context.ts'
import { type LoadedGraph, loadGraph } from '#server/topology/load-graph.ts'

export type VisibleGraph = LoadedGraph & {
  readonly levelOf: (node: Pick<GraphNode, 'domain' | 'ref'>) => Level
  /** Rules that kept something back, in words. */
  readonly access: readonly string[]
}

type About = Pick<GraphNode, 'domain' | 'ref'>
const keyOf = ({ domain, ref }: About): string => `${domain} ${ref?.group ?? ''}/${ref?.kind ?? ''}`

/** The graph as the viewer may see it: one question per domain and kind, asked at once (retrieval.md 3.3). */
export async function visibleGraph(ctx: Ctx): Promise<VisibleGraph> {
  const loaded = await loadGraph(ctx)
  const served = new Map(ctx.kube.servedKinds().map((kind) => [`${kind.group}/${kind.kind}`, kind]))
  const about = new Map<string, About>(loaded.graph.nodes.map((node) => [keyOf(node), node]))
  const answers = new Map(await Promise.all([...about].map(async ([key, one]) => [key, await answerFor(ctx, one, served)] as const)))
  const level = (node: About): Level => answers.get(keyOf(node))?.level ?? 'Dependency'
  const kept = [...answers.values()].filter((answer) => answer.level === 'Dependency').map((answer) => answer.rule)
  const graph: Graph = redact(loaded.graph, level)
  return { ...loaded, graph, levelOf: level, access: [...new Set(kept)].toSorted() }
}

async function answerFor(ctx: Ctx, { domain, ref }: About, served: ReadonlyMap<string, ServedKind>): Promise<LevelAnswer> {
  const kind = ref && served.get(`${ref.group}/${ref.kind}`)
  // What only the zone knows is read where the zone is read.
  const permission: Permission = kind
    ? { verb: 'get', group: kind.group, resource: kind.plural }
    : { verb: 'get', group: '', resource: 'configmaps' }
  return domain === '' ? platformLevel(ctx, permission) : levelOf(ctx, domain, permission)
}

/** What belongs to no domain has no entry in the policy file: Guardian alone decides, and never gives Full. */
async function platformLevel(ctx: Ctx, permission: Permission): Promise<LevelAnswer> {
  try {
    const { allowed, reason } = await ctx.guardian.check(ctx.viewer.login, permission)
    return { level: allowed ? 'Operational' : 'Dependency', rule: `Guardian on ${permission.resource}: ${reason}.` }
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'unavailable') throw error
    return { level: 'Dependency', rule: 'Guardian did not answer, so nobody gets more than Dependency.' }
  }
}
