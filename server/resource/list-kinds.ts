import 'server-only'
import { z } from 'zod'
import { CONCEPT } from '#lib/kube/concept.ts'
import { unserved } from '#lib/kube/resolve.ts'
import type { KindsView } from '#lib/resource/view.ts'
import { askedCluster } from '#server/access/in-cluster.ts'
import { kindLine } from '#server/resource/kind-lines.ts'
import { query } from '#server/verb.ts'

/** Every kind that the cluster serves, whatever its group, with counts and health; and what of the contracts it does not serve. */
export const listKinds = query({
  name: 'resource.kinds',
  input: z.object({ cluster: z.string().trim().max(253).optional() }),
  needs: () => ({ signedIn: true }),
  machine: true,
  async run(asker, { cluster }): Promise<KindsView> {
    const ctx = askedCluster(asker, cluster)
    const served = ctx.kube.servedKinds()
    const { state, problem } = ctx.kube.age()
    const silent = served.length === 0 && state === 'down'
    return {
      cluster: ctx.kube.cluster,
      clusters: ctx.clusters.map((kube) => ({ name: kube.cluster, state: kube.age().state })),
      lines: served
        .map((kind) => kindLine(ctx, kind))
        .toSorted((a, b) => (a.known ?? a.kind).localeCompare(b.known ?? b.kind, 'en') || a.group.localeCompare(b.group, 'en')),
      // A cluster that did not answer was not heard to lack anything.
      missing: silent
        ? []
        : unserved(served).map((concept) => ({
            family: CONCEPT[concept].family,
            kind: CONCEPT[concept].kind,
            names: CONCEPT[concept].names.map(({ group, kind }) => `${kind}.${group}`),
          })),
      problem: silent ? (problem ?? 'it has not answered yet') : undefined,
    }
  },
})
