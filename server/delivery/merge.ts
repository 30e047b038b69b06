import 'server-only'
import { z } from 'zod'
import { AppError } from '#lib/error.ts'
import { mergeMessage } from '#lib/delivery/message.ts'
import type { Git } from '#server/adapter/git/git.ts'
import type { World } from '#server/context.ts'
import { changedEvaluation } from '#server/delivery/evaluation.ts'
import { recordFacts } from '#server/delivery/record.ts'
import { differing, loadSealed, type Sealed, signaturesOf } from '#server/delivery/sealed.ts'
import { loadDelivery, setDelivery } from '#server/delivery/repo.ts'
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
  const known = await loadDelivery(database.db, row.requestId)
  const commit = known?.commit
  if (commit === null || commit === undefined)
    throw new AppError('conflict', 'There is no proposal in the repository yet, so there is nothing to merge.')
  await git.fetch()
  for (let attempt = 1; (await git.carriedBy(commit)) === undefined; attempt += 1) {
    await refuseIfMoved(world, sealed, commit)
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

async function refuseIfMoved(world: World, sealed: Sealed, commit: string): Promise<void> {
  const head = await world.git.resolve(sealed.branch)
  if (head !== commit) {
    const is = head === undefined ? 'is gone' : `stands at ${head.slice(0, 8)}, which Vortex did not make`
    throw new AppError('conflict', `The branch ${sealed.branch} ${is}. A foreign commit voids the proposal; nothing was merged.`)
  }
  const changed = await changedEvaluation(world, sealed)
  if (changed !== undefined) throw new AppError('conflict', `${changed} Nothing was merged; file a new request.`)
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
  const before = await Promise.all(sealed.files.map(async ({ path }) => ({ path, bytes: await git.read(base, path) })))
  const moved = new Set(await differing(git, input.main, before))
  const clash = (await differing(git, input.main, sealed.files)).filter((path) => moved.has(path))
  if (clash.length > 0)
    throw new AppError('conflict', `Main changed ${clash.join(', ')} after the decision. Nothing was merged; file a new request.`)
  const [person] = await signaturesOf(git, [input.by])
  const deciders = (await signaturesOf(git, sealed.approvers)).map(({ name, email }) => `${name} <${email}>`)
  return git.commit({
    base: input.main,
    parents: [input.main, input.commit],
    files: sealed.files,
    message: mergeMessage({ ...sealed.proposal, deciders }, sealed.branch, input.by),
    author: person ?? git.identity,
    at: input.at,
  })
}
