import 'server-only'
import { AppError } from '#lib/error.ts'
import { proposalMessage } from '#lib/delivery/message.ts'
import type { Git } from '#server/adapter/git/git.ts'
import type { World } from '#server/context.ts'
import { branchState, brokenCommit, refuseBroken } from '#server/delivery/chain.ts'
import { movedText, overtaken } from '#server/delivery/overtaken.ts'
import { recordFacts } from '#server/delivery/record.ts'
import { loadSealed, type Sealed, signaturesOf } from '#server/delivery/sealed.ts'
import { reach, rememberBranch, setDelivery } from '#server/delivery/repo.ts'
import { voidDecision } from '#server/delivery/void.ts'
import { watchRepository } from '#server/delivery/watch-repository.ts'
import { endWork, type Work } from '#server/outbox/queue.ts'

/**
 * Commits exactly the sealed bytes to the decision's own branch. Safe to repeat after a kill at any point: what an earlier
 * try pushed is found by its trailers, bytes and signature, and taken as it is. A branch that is not ours voids the decision.
 */
export async function propose(world: World, row: Work): Promise<void> {
  const { git, database } = world
  const sealed = await loadSealed(database.db, row.requestId)
  if (sealed.way?.voidedAt) throw new AppError('conflict', sealed.way.problem ?? 'The decision is void.')
  await rememberBranch(database.db, row.requestId, sealed.branch, database.now())
  await watchRepository(world)
  const known = sealed.way?.commit
  const found = await branchState(git, sealed, known)
  if (found.state === 'foreign') return void (await voidDecision(world, sealed, found))
  const commit = found.state === 'own' ? found.commit : ((await carried(git, sealed)) ?? (await push(world, sealed)))
  if (commit === undefined) return
  await recordFacts(world, row.requestId, async (tx, now) => {
    if (!(await endWork(tx, row.id, now, undefined))) return []
    const first = await reach(tx, row.requestId, 'proposedAt', { commit, proposedAt: now, problem: null, updatedAt: now })
    const body = { commit, branch: sealed.branch, digest: sealed.proposal.digest, sealedDigest: sealed.proposal.sealedDigest, git: git.url }
    if (first) return [{ action: 'manifest.committed', body }]
    await setDelivery(tx, row.requestId, { commit, problem: null, updatedAt: now })
    return [{ action: 'manifest.committed.again', body }]
  })
}

/** Pushes a new branch; undefined when somebody else's took its name meanwhile and the decision became void. */
async function push(world: World, sealed: Sealed): Promise<string | undefined> {
  const { git } = world
  const commit = await build(git, sealed)
  try {
    await git.createBranch(sealed.branch, commit)
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'conflict') throw error
    await git.fetch()
    const found = await branchState(git, sealed, undefined)
    if (found.state === 'own') return found.commit
    if (found.state === 'none') throw new AppError('unavailable', error.message, { cause: error.cause })
    await voidDecision(world, sealed, found)
    return undefined
  }
  return commit
}

/** The commit to push: the one that was proposed before, where the branch was deleted and the commit is still at hand; else a new one on main. */
async function build(git: Git, sealed: Sealed): Promise<string> {
  const known = sealed.way?.commit
  if (typeof known === 'string' && (await git.resolve(known)) === known && (await brokenCommit(git, known, sealed)) === undefined)
    return known
  const base = await git.head()
  const moved = await overtaken(git, sealed, sealed.decidedOn, base)
  if (moved.length > 0) throw new AppError('conflict', `${movedText(moved)} Nothing was proposed; file a new request.`)
  const people = await signaturesOf(git, sealed.approvers)
  const deciders = people.map(({ name, email }) => `${name} <${email}>`)
  const message = proposalMessage({ ...sealed.proposal, deciders })
  const commit = await git.commit({ base, files: sealed.files, message, author: git.identity, at: sealed.sealedAt })
  refuseBroken(await brokenCommit(git, commit, sealed))
  return commit
}

/** Our own commit, already on main: its branch was merged and deleted before anybody here could record it. */
async function carried(git: Git, sealed: Sealed): Promise<string | undefined> {
  const path = sealed.files[0]?.path
  const candidates = path === undefined ? [] : await git.log({ path, limit: 20 })
  for (const { commit } of candidates) if ((await brokenCommit(git, commit, sealed)) === undefined) return commit
  return undefined
}
