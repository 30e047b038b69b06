import 'server-only'
import { z } from 'zod'
import { AppError } from '#lib/error.ts'
import { mergeMessage } from '#lib/delivery/message.ts'
import type { Git } from '#server/adapter/git/git.ts'
import type { World } from '#server/context.ts'
import { branchState, refuseBroken, treeProblem } from '#server/delivery/chain.ts'
import { changedEvaluation } from '#server/delivery/evaluation.ts'
import { movedText, overtaken } from '#server/delivery/overtaken.ts'
import { proposeAgain, recordFacts } from '#server/delivery/record.ts'
import { loadSealed, type Sealed, signaturesOf } from '#server/delivery/sealed.ts'
import { setDelivery } from '#server/delivery/repo.ts'
import { noLongerPermitted } from '#server/delivery/still-permitted.ts'
import { voidDecision } from '#server/delivery/void.ts'
import { watchRepository } from '#server/delivery/watch-repository.ts'
import { endWork, type Work } from '#server/outbox/queue.ts'

const Payload = z.looseObject({ by: z.string() })
const TRIES = 5

/**
 * Merges a proposal into main for the person who asked: a signed merge commit, pushed only if main still stands where it
 * was read. Refused when the branch is no longer our commit or the evaluation moved (decisions.md 11). That main has it
 * is not concluded from here: the follower reads it back.
 */
export async function mergeProposal(world: World, row: Work): Promise<void> {
  const { git, database } = world
  const sealed = await loadSealed(database.db, row.requestId)
  const { by } = Payload.parse(row.payload)
  if (sealed.way?.voidedAt) throw new AppError('conflict', sealed.way.problem ?? 'The decision is void.')
  const commit = sealed.way?.commit
  if (commit === null || commit === undefined)
    throw new AppError('conflict', 'There is no proposal in the repository yet, so there is nothing to merge.')
  await watchRepository(world)
  for (let attempt = 1; (await git.carriedBy(commit)) === undefined; attempt += 1) {
    if (!(await mayStillMerge(world, sealed, commit))) return
    const closed = await noLongerPermitted(git, sealed, by, database.now())
    if (closed !== undefined) throw new AppError('conflict', closed)
    try {
      const main = await git.head()
      await git.advanceMain(await mergeCommit(git, sealed, { commit, main, by, at: row.createdAt }), main)
    } catch (error) {
      const moved = error instanceof AppError && error.code === 'conflict' && /has moved/.test(error.message)
      if (!moved) throw error
      if (attempt === TRIES) throw new AppError('unavailable', 'Main keeps moving; the merge is tried again.', { cause: error })
    }
    await git.fetch()
  }
  await recordFacts(world, row.requestId, async (tx, now) => {
    if (!(await endWork(tx, row.id, now, undefined))) return []
    await setDelivery(tx, row.requestId, { problem: null, updatedAt: now })
    return [{ action: 'manifest.merge.pushed', body: { commit, requestedBy: by } }]
  })
}

/** False when the decision became void. Throws where the merge must wait (branch gone) or never come (meaning moved). */
async function mayStillMerge(world: World, sealed: Sealed, commit: string): Promise<boolean> {
  const found = await branchState(world.git, sealed, commit)
  if (found.state === 'foreign') {
    await voidDecision(world, sealed, found)
    return false
  }
  if (found.state === 'none') {
    await proposeAgain(world, sealed)
    throw new AppError('unavailable', `The branch ${sealed.branch} is gone. Vortex proposes it again before it merges.`)
  }
  const changed = await changedEvaluation(world, sealed)
  if (changed !== undefined) throw new AppError('conflict', `${changed} Nothing was merged; file a new request.`)
  return true
}

/** Main's tree with the sealed files. Where main changed one of them since the proposal, people weighed something else. */
async function mergeCommit(
  git: Git,
  sealed: Sealed,
  input: { readonly commit: string; readonly main: string; readonly by: string; readonly at: Date },
): Promise<string> {
  const [change] = await git.log({ ref: input.commit, limit: 1 })
  const base = change?.parents[0]
  if (base === undefined) throw new AppError('conflict', 'The proposal has no commit before it.')
  const moved = await overtaken(git, sealed, base, input.main)
  if (moved.length > 0) throw new AppError('conflict', `${movedText(moved)} Nothing was merged; file a new request.`)
  const [person] = await signaturesOf(git, [input.by])
  const deciders = (await signaturesOf(git, sealed.approvers)).map(({ name, email }) => `${name} <${email}>`)
  const merge = await git.commit({
    base: input.main,
    parents: [input.main, input.commit],
    files: sealed.files,
    message: mergeMessage({ ...sealed.proposal, deciders }, sealed.branch, input.by),
    author: person ?? git.identity,
    at: input.at,
  })
  const why = await treeProblem(git, input.main, merge, sealed.files)
  refuseBroken(why === undefined ? undefined : { step: 'merge', why: `merge ${merge.slice(0, 8)} ${why}` })
  return merge
}
