import 'server-only'
import { z } from 'zod'
import { atLeast } from '#lib/access/level.ts'
import type { KubeObject } from '#lib/kube/object.ts'
import { refOf } from '#lib/kube/ref.ts'
import type { Hit, HitsView } from '#lib/resource/view.ts'
import { everyKind } from '#server/adapter/kube/every-kind.ts'
import { createScene } from '#server/history/scene.ts'
import { indexed } from '#server/resource/search-index.ts'
import { query } from '#server/verb.ts'

const HITS_MAX = 20
const KINDS_MAX = 5
/** Looked into for their level, at most; past that the search says that there is more. */
const LABELLED_MAX = 500

const Input = z.object({ q: z.string().trim().min(1, 'Say what to find.').max(200, 'At most 200 characters.') })

const labelTexts = (labels: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(labels).map(([key, value]) => `${key}=${value}`)

/** Any object by kind, namespace, name or label. Labels need Operational, so they find only what this viewer may read (retrieval.md 3.1). */
export const searchObjects = query({
  name: 'resource.search',
  input: Input,
  needs: () => ({ signedIn: true }),
  machine: true,
  async run(ctx, { q }): Promise<HitsView> {
    const words = q.toLowerCase().split(/\s+/)
    const [home] = ctx.clusters
    const served = ctx.clusters.flatMap((kube) => everyKind(kube).map(({ group, kind }) => ({ kube, group, kind })))
    const followed = served.filter(({ kube, group, kind }) => !kube.isLeftOut(group, kind))
    const lists = followed.map((each) => ({ ...each, all: each.kube.listKind(each.group, each.kind) }))
    const found = matched(
      lists.flatMap(({ kube, all }) => (all.state === 'down' ? [] : [{ cluster: kube.cluster, objects: all.value }])),
      words,
    )
    const elsewhere = (cluster: string): string | undefined => (cluster === home.cluster ? undefined : cluster)
    const hits: Hit[] = found.byName.map(({ cluster, object }) => ({
      ref: refOf(cluster, object),
      elsewhere: elsewhere(cluster),
      label: undefined,
    }))
    if (hits.length < HITS_MAX && found.byLabel.length > 0) {
      const scene = await createScene(ctx)
      for (const { cluster, object } of found.byLabel) {
        if (hits.length >= HITS_MAX) break
        const ref = refOf(cluster, object)
        if (atLeast(await scene.levelOfEvent({ subjects: [{ text: '', ref }] }), 'Operational'))
          hits.push({ ref, elsewhere: elsewhere(cluster), label: labelFound(object, words) })
      }
    }
    return {
      kinds: served
        .filter(({ group, kind }) => words.every((word) => `${kind}.${group}`.toLowerCase().includes(word)))
        .slice(0, KINDS_MAX)
        .map(({ kube, group, kind }) => ({ group, kind, elsewhere: elsewhere(kube.cluster) })),
      hits,
      more: found.more,
      silent: [
        ...ctx.clusters.flatMap((kube) => (kube.servedKinds().length === 0 ? [`everything in ${kube.cluster}`] : [])),
        ...lists.flatMap(({ kube, kind, all }) =>
          all.state === 'down' ? [elsewhere(kube.cluster) === undefined ? kind : `${kind} in ${kube.cluster}`] : [],
        ),
      ],
      unopened: served.length - followed.length,
    }
  },
})

const labelFound = (object: KubeObject, words: readonly string[]): string | undefined =>
  labelTexts(object.metadata.labels ?? {}).find((text) => words.some((word) => text.toLowerCase().includes(word)))

type Found = { readonly cluster: string; readonly object: KubeObject }
type Matched = { readonly byName: readonly Found[]; readonly byLabel: readonly Found[]; readonly more: boolean }
type Searched = { readonly cluster: string; readonly objects: readonly KubeObject[] }

/** The best first: the very name, names that begin so, names that hold it, then namespace and kind; labels apart. */
function matched(lists: readonly Searched[], words: readonly string[]): Matched {
  const ranks: readonly [Found[], Found[], Found[], Found[]] = [[], [], [], []]
  const byLabel: Found[] = []
  const first = words[0] ?? ''
  let seen = 0
  for (const { cluster, objects } of lists)
    for (const object of objects) {
      const { name, open, labels } = indexed(object)
      if (words.every((word) => open.includes(word))) {
        seen += 1
        const rank = name === first ? 0 : name.startsWith(first) ? 1 : name.includes(first) ? 2 : 3
        if (ranks[rank].length < HITS_MAX) ranks[rank].push({ cluster, object })
      } else if (byLabel.length < LABELLED_MAX && labels !== '' && words.every((word) => open.includes(word) || labels.includes(word)))
        byLabel.push({ cluster, object })
    }
  const byName = ranks.flat().slice(0, HITS_MAX)
  return { byName, byLabel, more: seen > byName.length }
}
