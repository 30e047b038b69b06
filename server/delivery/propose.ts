import 'server-only'
import { AppError } from '#lib/error.ts'
import { proposalMessage } from '#lib/delivery/message.ts'
import type { Git } from '#server/adapter/git/git.ts'
import type { World } from '#server/context.ts'
import { recordFacts } from '#server/delivery/record.ts'
import { differing, loadSealed, type Sealed, signaturesOf } from '#server/delivery/sealed.ts'
import { reach, rememberBranch } from '#server/delivery/repo.ts'
import { endWork, type Work } from '#server/outbox/queue.ts'

/**
 * Commits exactly the sealed bytes to the decision's own branch. Safe to repeat after a kill at any point: what an earlier
 * try pushed is found by its trailers, bytes and signature, and taken as it is. A branch that is not ours is a conflict.
 */
export async function propose(world: World, row: Work): Promise<void> {
  const { git, database } = world
  const sealed = await loadSealed(database.db, row.requestId)
  await rememberBranch(database.db, row.requestId, sealed.branch, new Date())
  await git.fetch()
  const commit = (await findOwn(git, sealed)) ?? (await push(git, sealed))
  await recordFacts(world, row.requestId, async (tx, now) => {
    if (!(await endWork(tx, row.id, now, undefined))) return []
    const first = await reach(tx, row.requestId, 'proposedAt', { commit, proposedAt: now, problem: null, updatedAt: now })
    const body = { commit, branch: sealed.branch, digest: sealed.proposal.digest, sealedDigest: sealed.proposal.sealedDigest, git: git.url }
    return first ? [{ action: 'manifest.committed', body }] : []
  })
}

async function push(git: Git, sealed: Sealed): Promise<string> {
  const commit = await build(git, sealed)
  try {
    await git.createBranch(sealed.branch, commit)
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'conflict') throw error
    await git.fetch()
    const own = await findOwn(git, sealed)
    if (own !== undefined) return own
    // Refused by the repository's own rules: people may change them, so it is tried again.
    throw new AppError('unavailable', error.message, { cause: error.cause })
  }
  return commit
}

async function build(git: Git, sealed: Sealed): Promise<string> {
  const base = await git.head()
  const people = await signaturesOf(git, sealed.approvers)
  const deciders = people.map(({ name, email }) => `${name} <${email}>`)
  const message = proposalMessage({ ...sealed.proposal, deciders })
  const commit = await git.commit({ base, files: sealed.files, message, author: git.identity, at: sealed.sealedAt })
  const wrong = await differing(git, commit, sealed.files)
  if (wrong.length > 0)
    throw new AppError('invalid', `The commit does not hold the sealed bytes of ${wrong.join(', ')}. Nothing was pushed.`)
  return commit
}

/** Our own commit of an earlier try: on the branch, or already on main. Throws `conflict` when the branch is somebody else's. */
async function findOwn(git: Git, sealed: Sealed): Promise<string | undefined> {
  const onBranch = await git.resolve(sealed.branch)
  if (onBranch !== undefined) {
    if (await isOwn(git, onBranch, sealed)) return onBranch
    throw new AppError('conflict', `The branch ${sealed.branch} holds a commit that Vortex did not make. It voids the proposal.`)
  }
  const path = sealed.files[0]?.path
  const candidates = path === undefined ? [] : await git.log({ path, limit: 20 })
  for (const { commit } of candidates) if (await isOwn(git, commit, sealed)) return commit
  return undefined
}

/** Signed by this portal, naming this decision, holding exactly the sealed bytes and touching nothing else. */
export async function isOwn(git: Git, commit: string, sealed: Sealed): Promise<boolean> {
  const [change] = await git.log({ ref: commit, limit: 1 })
  if (change === undefined || change.parents.length !== 1) return false
  const trailer = (key: string): string | undefined => change.trailers.find((each) => each.key === key)?.value
  if (trailer('Vortex-Request') !== sealed.proposal.requestId || trailer('Vortex-Digest') !== sealed.proposal.digest) return false
  const paths = new Set(sealed.files.map(({ path }) => path))
  if (!change.paths.every(({ path }) => paths.has(path))) return false
  return (await git.signature(commit)) === 'vortex' && (await differing(git, commit, sealed.files)).length === 0
}
