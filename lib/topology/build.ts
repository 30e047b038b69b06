import { parseZone } from '#lib/dsns/parse.ts'
import { groupOf, type KubeObject } from '#lib/kube/object.ts'
import { refKey, refOf } from '#lib/kube/ref.ts'
import { addAncestry } from '#lib/topology/ancestry-part.ts'
import { type Concepts, sortConcepts } from '#lib/topology/concepts.ts'
import { createDraft } from '#lib/topology/draft.ts'
import { installedPack } from '#lib/topology/expectation.ts'
import { byText, type Graph } from '#lib/topology/graph.ts'
import { addIdentities } from '#lib/topology/identity-part.ts'
import { addPlatform } from '#lib/topology/platform-part.ts'
import { addRelations } from '#lib/topology/relation-part.ts'
import { addUnreadZone, addZone } from '#lib/topology/zone-part.ts'

export type GraphInputs = {
  /** The cluster whose API server was read; `management` in the zone means it. */
  readonly cluster: string
  /** Objects of every served kind. */
  readonly objects: readonly KubeObject[]
  /** False when the API server could not be read: then no record is called stale. */
  readonly apiRead: boolean
  /** Zone text; undefined when no source of it answers, empty when it is not rendered yet. */
  readonly zone: string | undefined
  /** Disagreements between the zone's sources. */
  readonly zoneFindings: readonly string[]
  /** Epoch milliseconds. */
  readonly now: number
}

/** Joins what is declared, observed, asked for and published into one graph. Pure: the same inputs give the same graph. */
export function buildGraph(inputs: GraphInputs): Graph {
  const concepts = sortConcepts(inputs.objects)
  const draft = createDraft(inputs.cluster)
  const expected = addPlatform(draft, concepts)
  addIdentities(draft, concepts)
  addRelations(draft, concepts)
  addAncestry(draft, concepts)
  const rendered = inputs.zone !== undefined && inputs.zone.trim() !== ''
  if (rendered)
    addZone(draft, {
      zone: parseZone(inputs.zone ?? '', {
        clusters: concepts.platform.cluster.map((object) => object.metadata.name),
        packs: concepts.platform.packInstalled.map(installedPack),
      }),
      expected,
      apiRead: inputs.apiRead,
      now: inputs.now,
    })
  else addUnreadZone(draft, expected)
  for (const text of inputs.zoneFindings) draft.finding({ rule: 'zone', tone: 'caution', text, nodes: rendered ? ['zone'] : [] })
  const { aliases } = draft.done([])
  return draft.done(leftOut(concepts, aliases))
}

/** What was read and has no place in the picture, counted by kind, so that nothing is dropped silently (product.md). */
function leftOut(concepts: Concepts, aliases: ReadonlyMap<string, string>): Graph['leftOut'] {
  const counts = new Map<string, number>()
  for (const object of concepts.all)
    if (isGoverned(object) && !aliases.has(refKey(refOf('', object)))) counts.set(object.kind, (counts.get(object.kind) ?? 0) + 1)
  return [...counts].map(([kind, count]) => ({ kind, count })).toSorted((a, b) => byText(a.kind, b.kind))
}

const isGoverned = (object: KubeObject): boolean => groupOf(object) !== '' && !groupOf(object).endsWith('.k8s.io')
