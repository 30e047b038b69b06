import 'server-only'
import type { GitChange } from '#server/adapter/git/git.ts'
import type { RequestRow } from '#server/approval/repo.ts'
import { atCommit } from '#server/approval/sources.ts'
import type { Ctx } from '#server/context.ts'

const COMMITS_MAX = 200

/** Commits that touched the request's document, for naming who contributed. `head` is undefined while Git cannot be read. */
export async function requestCommits(ctx: Ctx, row: RequestRow, head: string | undefined, path: string): Promise<readonly GitChange[]> {
  if (head === undefined) return []
  const portal = ctx.git.identity.email
  const read = await atCommit(`signed log ${ctx.git.url} ${head} ${path}`, async () => {
    const commits = await ctx.git.log({ path, limit: COMMITS_MAX })
    return Promise.all(commits.map(async (change) => ({ change, ours: await isOurs(ctx, change) })))
  })
  return read.flatMap(({ change, ours }) => {
    if (!ours) return [change]
    // The commits that carry the decision came after everybody who could contribute to the request.
    return row.state === 'open' && change.author.email !== portal ? [{ ...change, committer: change.author }] : []
  })
}

/** The portal commits for people and is nobody's contributor, but only where its own signature holds. */
const isOurs = async (ctx: Ctx, change: GitChange): Promise<boolean> =>
  change.committer.email === ctx.git.identity.email && (await ctx.git.signature(change.commit)) === 'vortex'
