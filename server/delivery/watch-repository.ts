import 'server-only'
import { AppError } from '#lib/error.ts'
import type { Db } from '#server/adapter/db/client.ts'
import type { World } from '#server/context.ts'
import { recordFacts } from '#server/delivery/record.ts'
import { forgetMerge, mergedDeliveries, rememberRepository, seenRepository } from '#server/delivery/repo.ts'
import { log } from '#server/log.ts'

/**
 * Fetches, and knows the repository again by its first commit: delivery never goes on in another one. Where main was
 * rewritten, merges that it no longer holds are forgotten, so that nothing is claimed from memory. Throws
 * AppError('unavailable') while the repository is silent or another one answers at its address.
 */
export async function watchRepository(world: World): Promise<void> {
  const { git, database } = world
  await git.fetch()
  const head = await git.head()
  const seen = await seenRepository(database.db, git.url)
  if (seen?.head === head && (git.expectedRoot === undefined || git.expectedRoot === seen.root)) return
  const roots = await git.roots()
  const root = git.expectedRoot ?? seen?.root ?? roots[0] ?? ''
  if (!roots.includes(root)) throw new AppError('unavailable', replacedText(git.url, root, roots))
  if (seen !== undefined && !(await git.isAncestor(seen.head, head))) await forgetLostMerges(world, seen.head, head)
  await rememberRepository(database.db, { url: git.url, root, head, seenAt: database.now() })
}

const replacedText = (url: string, root: string, roots: readonly string[]): string =>
  `Another repository answers at ${url}: it began with ${roots.map(short).join(', ')}, not with ${short(root)}. Delivery stops until the platform owner restores it, or accepts the new one by setting VORTEX_GIT_ROOT.`

async function forgetLostMerges(world: World, was: string, head: string): Promise<void> {
  const { git, database } = world
  log.warn('git.main.rewritten', { was, now: head })
  for (const { requestId, mergeCommit } of await mergedDeliveries(database.db)) {
    if (mergeCommit === null || (await git.isAncestor(mergeCommit, head))) continue
    const problem = `The history of ${git.branch} was rewritten (${short(was)} to ${short(head)}): the merge ${short(mergeCommit)} is gone from it. What follows is read again; who rewrote it merges the branch again, or a new request is filed.`
    await recordFacts(world, requestId, async (tx: Db, now) =>
      (await forgetMerge(tx, requestId, mergeCommit, problem, now))
        ? [{ action: 'manifest.merge.gone', body: { mergeCommit, was, now: head, problem } }]
        : [],
    )
  }
}

const short = (commit: string): string => commit.slice(0, 8)
