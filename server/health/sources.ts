import 'server-only'
import { z } from 'zod'
import type { SourceAge } from '#lib/sourced.ts'
import type { World } from '#server/context.ts'
import { query } from '#server/verb.ts'

/** How old each source is; where several clusters are read, each under its name. */
export const sourceAges = ({ clusters, guardian, git, dsns, audit }: Omit<World, 'database' | 'kube'>): readonly SourceAge[] => [
  ...clusters.map((kube) => (clusters.length === 1 ? kube.age() : { ...kube.age(), cluster: kube.cluster })),
  guardian.age(),
  git.age(),
  dsns.age(),
  audit.age(),
]

/** How old each source is, for the head of every page. Sources that are not configured say `off`. */
export const listSources = query({
  name: 'sources.list',
  input: z.object({}),
  needs: () => ({ signedIn: true }),
  machine: true,
  run: async (ctx): Promise<readonly SourceAge[]> => sourceAges(ctx),
})
