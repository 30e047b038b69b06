import 'server-only'
import { z } from 'zod'
import type { SourceAge } from '#lib/sourced.ts'
import { query } from '#server/verb.ts'

/** How old each source is, for the head of every page. Sources that are not configured say `off`. */
export const listSources = query({
  name: 'sources.list',
  input: z.object({}),
  needs: () => ({ signedIn: true }),
  machine: true,
  run: async (ctx): Promise<readonly SourceAge[]> => [ctx.kube.age(), ctx.guardian.age(), ctx.git.age(), ctx.dsns.age(), ctx.audit.age()],
})
