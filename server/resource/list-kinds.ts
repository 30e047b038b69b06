import 'server-only'
import { z } from 'zod'
import { groupOfPart } from '#lib/kube/group-part.ts'
import { foldKinds } from '#lib/resource/fold-kinds.ts'
import type { KindsView } from '#lib/resource/view.ts'
import { askedCluster } from '#server/access/in-cluster.ts'
import { everyKind } from '#server/adapter/kube/every-kind.ts'
import { lineOf, shelvesOf } from '#server/resource/kind-lines.ts'
import { query } from '#server/verb.ts'

const Input = z.object({
  cluster: z.string().trim().max(253).optional(),
  q: z.string().trim().max(253, 'At most 253 characters.').default(''),
  group: z.string().max(253).transform(groupOfPart).optional(),
  page: z.coerce.number().int().min(1).max(1_000_000).catch(1),
})

/** Every kind that the cluster serves, whatever its group, with counts and health; and what of the contracts it does not serve. */
export const listKinds = query({
  name: 'resource.kinds',
  input: Input,
  needs: () => ({ signedIn: true }),
  machine: true,
  async run(asker, { cluster, q, group, page }): Promise<KindsView> {
    const ctx = askedCluster(asker, cluster)
    const served = everyKind(ctx.kube)
    const { state, problem } = ctx.kube.age()
    const silent = served.length === 0 && state === 'down'
    const { all, missing } = shelvesOf(served)
    const words = q.toLowerCase().split(/\s+/)
    const wanted = all.filter(
      ({ named, text }) => (group === undefined || named.group === group) && words.every((word) => text.includes(word)),
    )
    const lines = wanted.map(({ kind, named }) => lineOf(ctx, kind, named))
    return {
      cluster: ctx.kube.cluster,
      clusters: ctx.clusters.map((kube) => ({ name: kube.cluster, state: kube.age().state })),
      ...foldKinds(lines, page),
      found: wanted.length,
      total: served.length,
      // A cluster that did not answer was not heard to lack anything.
      missing: silent ? [] : missing,
      problem: silent ? (problem ?? 'it has not answered yet') : undefined,
    }
  },
})
