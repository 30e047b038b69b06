import 'server-only'
import { brokenText } from '#lib/delivery/chain.ts'
import { AppError } from '#lib/error.ts'
import { loginOfEmail } from '#lib/policy/rights.ts'
import type { Git, GitChange } from '#server/adapter/git/git.ts'
import type { World } from '#server/context.ts'
import { branchState } from '#server/delivery/chain.ts'
import { observeCluster } from '#server/delivery/observe-cluster.ts'
import { type Fact, proposeAgain, recordFacts } from '#server/delivery/record.ts'
import { type DeliveryRow, openDeliveries, reach, replaceProblem, voidDeliveries } from '#server/delivery/repo.ts'
import { differing, loadSealed, type Sealed } from '#server/delivery/sealed.ts'
import { voidDecision } from '#server/delivery/void.ts'
import { watchRepository } from '#server/delivery/watch-repository.ts'
import { loadPolicy } from '#server/policy/load.ts'
import { causeText, log } from '#server/log.ts'

type Step = Parameters<typeof reach>[2]

/**
 * Reads back how far each decision has come: merged from Git, applied and admitted from the API server, never from our own
 * intent (decisions.md 18). One that cannot be read stays as it is; throws when any could not, so that the caller backs off.
 */
export async function follow(world: World): Promise<void> {
  const [open, voided] = await Promise.all([openDeliveries(world.database.db), voidDeliveries(world.database.db)])
  if (open.length + voided.length === 0) return
  await watchRepository(world)
  for (const row of voided) await followVoid(world, row)
  let failure: unknown
  for (const row of await openDeliveries(world.database.db)) {
    try {
      await followOne(world, row)
    } catch (error) {
      // What the chain refuses stays refused: it is said on the page, and nothing waits for it.
      if (error instanceof AppError && error.code === 'invalid') await recordProblem(world, row, error.message)
      else failure ??= error
      log.warn('delivery.follow', { request: row.requestId, error: causeText(error) })
    }
  }
  if (failure !== undefined) throw failure
}

async function followOne(world: World, row: DeliveryRow): Promise<void> {
  if (row.commit === null) return
  const sealed = await loadSealed(world.database.db, row.requestId)
  const current = row.mergedAt === null ? await followMerge(world, sealed, row, row.commit) : row
  if (current.mergedAt !== null && current.mergeCommit !== null) await followCluster(world, sealed, current, current.mergeCommit)
}

/** A void branch that somebody merged by hand is told, loudly: main holds what nobody approved. */
async function followVoid(world: World, row: DeliveryRow): Promise<void> {
  const carried = row.commit === null ? undefined : await world.git.carriedBy(row.commit)
  if (carried === undefined) return
  const mergedBy = await personOf(world.git, carried.author)
  const problem = `${mergedBy} merged the branch with ${carried.commit.slice(0, 8)} although the decision is void. Revert it on ${world.git.branch}: git revert -m 1 ${carried.commit.slice(0, 8)}.`
  await update(
    world,
    row,
    'mergedAt',
    { mergeCommit: carried.commit, mergedAt: new Date(carried.committer.at), mergedBy, problem },
    { action: 'manifest.merged.void', body: { commit: row.commit, mergeCommit: carried.commit, mergedBy, problem } },
  )
}

/** Where main and a branch stood when nothing was found to do: until one of them moves, their objects say the same. Before a merge all is read again. */
const unmoved = new Map<string, string>()

async function followMerge(world: World, sealed: Sealed, row: DeliveryRow, commit: string): Promise<DeliveryRow> {
  const { git } = world
  const seen = `${await git.head()} ${(await git.resolve(sealed.branch)) ?? 'gone'} ${commit}`
  if (unmoved.get(row.requestId) === seen) return row
  const carried = (await git.carriedBy(commit)) ?? (await squashed(git, sealed))
  if (carried === undefined) {
    await followBranch(world, sealed, row)
    unmoved.set(row.requestId, seen)
    return row
  }
  const [wrong] = await differing(git, carried.commit, sealed.files)
  const merged = {
    mergeCommit: carried.commit,
    mergedAt: new Date(carried.committer.at),
    mergedBy: await personOf(git, carried.author),
    problem: wrong === undefined ? null : evilMerge(carried, wrong),
  }
  await update(world, row, 'mergedAt', merged, {
    action: 'manifest.merged',
    body: { commit, mergeCommit: merged.mergeCommit, mergedBy: merged.mergedBy, mergedAt: merged.mergedAt.toISOString() },
  })
  return { ...row, ...merged }
}

const evilMerge = ({ commit, author }: GitChange, path: string): string =>
  brokenText({ step: 'merge', why: `merge ${commit.slice(0, 8)} by ${author.name} holds ${path} not as it was sealed.` })

/**
 * A forge may squash or rebase: then main holds exactly the sealed bytes without holding our commit. Where the branch is gone
 * too, the last commits of main are looked through: the next change of a file may have been quicker than we.
 */
async function squashed(git: Git, sealed: Sealed): Promise<GitChange | undefined> {
  const path = sealed.files.find(({ bytes }) => bytes !== undefined)?.path
  if (path === undefined) return undefined
  if ((await differing(git, await git.head(), sealed.files)).length === 0) return (await git.log({ path, limit: 1 }))[0]
  if ((await git.resolve(sealed.branch)) !== undefined) return undefined
  for (const change of await git.log({ path, limit: SQUASHED_MAX }))
    if ((await differing(git, change.commit, sealed.files)).length === 0) return change
  return undefined
}

const SQUASHED_MAX = 20

/** What became of the branch: gone is proposed again, a foreign commit voids; other problems stay: whoever found them takes them back. */
async function followBranch(world: World, sealed: Sealed, row: DeliveryRow): Promise<void> {
  const found = await branchState(world.git, sealed, row.commit)
  if (found.state === 'none') await proposeAgain(world, sealed)
  if (found.state === 'foreign') await voidDecision(world, sealed, found)
}

async function followCluster(world: World, sealed: Sealed, row: DeliveryRow, mergeCommit: string): Promise<void> {
  const seen = await observeCluster(world, sealed, mergeCommit)
  const notBefore = row.mergedAt?.getTime() ?? 0
  const time = (text: string): Date => new Date(Math.max(new Date(text).getTime(), notBefore))
  const { applied, admitted } = seen
  if (applied !== undefined && row.appliedAt === null) {
    await update(
      world,
      row,
      'appliedAt',
      { appliedAt: time(applied), problem: null },
      {
        action: 'manifest.applied.observed',
        body: { mergeCommit, cluster: world.kube.cluster, at: applied },
      },
    )
  }
  if (applied !== undefined && admitted !== undefined) {
    await update(
      world,
      row,
      'admittedAt',
      { admittedAt: time(admitted), problem: null },
      {
        action: ADMITTED[sealed.proposal.kind],
        body: { outcome: sealed.proposal.outcome, cluster: world.kube.cluster, at: admitted },
      },
    )
    return
  }
  const reverted = applied === undefined ? await revertedBy(world.git, sealed) : undefined
  await recordProblem(world, row, reverted ?? seen.problem ?? null)
}

const ADMITTED = {
  admission: 'relationship.outcome.observed',
  profile: 'profile.ready.observed',
  policy: 'policy.in-force.observed',
  undo: 'undo.outcome.observed',
} as const satisfies Record<Sealed['proposal']['kind'], string>

async function revertedBy(git: Git, sealed: Sealed): Promise<string | undefined> {
  const changed = await differing(git, await git.head(), sealed.files)
  const [path] = changed
  if (path === undefined) return undefined
  const [last] = await git.log({ path, limit: 1 })
  return `Main no longer holds the sealed bytes of ${changed.join(', ')}: commit ${last?.commit.slice(0, 8) ?? 'unknown'} by ${last?.author.name ?? 'unknown'} changed them before they were applied.`
}

/** One step, once. */
async function update(
  world: World,
  row: DeliveryRow,
  step: Step,
  change: Omit<Partial<DeliveryRow>, 'requestId'>,
  fact: Fact,
): Promise<void> {
  await recordFacts(world, row.requestId, async (tx, now) =>
    (await reach(tx, row.requestId, step, { ...change, updatedAt: now })) ? [fact] : [],
  )
}

async function recordProblem(world: World, row: DeliveryRow, problem: string | null): Promise<void> {
  if (problem === row.problem) return
  const fact: Fact =
    problem === null ? { action: 'delivery.problem.gone', body: { was: row.problem } } : { action: 'delivery.problem', body: { problem } }
  await recordFacts(world, row.requestId, async (tx, now) =>
    (await replaceProblem(tx, row.requestId, row.problem, problem, now)) ? [fact] : [],
  )
}

/** The login behind a Git author, as the policy file on main knows the address; else the name as it stands. */
async function personOf(git: Git, author: GitChange['author']): Promise<string> {
  const policy = await loadPolicy({ git })
  return (policy.ok ? loginOfEmail(policy.policy, author.email) : undefined) ?? author.name
}
