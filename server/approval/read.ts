import 'server-only'
import { assess, type Assessment } from '#lib/approval/assess.ts'
import type { Facts } from '#lib/approval/facts.ts'
import { AppError } from '#lib/error.ts'
import { branchProblem } from '#server/approval/branch-problem.ts'
import { askGuardian, deliveredOf, factsOf } from '#server/approval/facts.ts'
import {
  blockingThreads,
  type DecisionRow,
  decisionsOf,
  deliveriesOf,
  mergeAsked,
  type RequestRow,
  type VoteRow,
  votesOf,
} from '#server/approval/repo.ts'
import type { Subject } from '#server/approval/subject-type.ts'
import type { Ctx } from '#server/context.ts'

/** One request with everything the viewer's page or row is made of. */
export type Seen = {
  readonly row: RequestRow
  readonly subject: Subject
  readonly facts: Facts
  readonly now: Assessment
  readonly votes: readonly VoteRow[]
  readonly decision: DecisionRow | undefined
}

/** One request as `seeAll` sees it, with the branch of its proposal looked at: the page's merge button needs that too. */
export async function seeOne(ctx: Ctx, request: { readonly row: RequestRow; readonly subject: Subject }): Promise<Seen> {
  const [seen] = await seeAll(ctx, [request])
  if (seen === undefined) throw new AppError('internal', 'One request gives one view.')
  const [delivery] = await deliveriesOf(ctx.db, [request.row.id])
  const broken = await branchProblem(ctx, request.row.id, delivery).catch(unreadableBranch)
  if (broken === undefined || seen.facts.delivered === undefined) return seen
  const facts = { ...seen.facts, delivered: { ...seen.facts.delivered, broken } }
  return { ...seen, facts, now: assess(facts) }
}

const unreadableBranch = (error: unknown): string => {
  if (!(error instanceof AppError)) throw error
  return `Merging is closed: ${error.message}`
}

/** Assesses requests for the viewer with few round trips: what lies in the database is read once for all of them. */
export async function seeAll(
  ctx: Ctx,
  requests: readonly { readonly row: RequestRow; readonly subject: Subject }[],
): Promise<readonly Seen[]> {
  const ids = requests.map(({ row }) => row.id)
  const [votes, threads, decisions, deliveries, asked] = await Promise.all([
    votesOf(ctx.db, ids),
    blockingThreads(ctx.db, ids),
    decisionsOf(ctx.db, ids),
    deliveriesOf(ctx.db, ids),
    mergeAsked(ctx.db, ids),
  ])
  return Promise.all(
    requests.map(async ({ row, subject }): Promise<Seen> => {
      const own = votes.filter((vote) => vote.requestId === row.id)
      const { words } = await askGuardian(ctx, row, subject, own)
      const decision = decisions.find((one) => one.requestId === row.id)
      const delivery = deliveries.find((one) => one.requestId === row.id)
      const delivered = decision && deliveredOf({ subject, decision, delivery, votes: own, mergeAsked: asked.has(row.id) })
      const facts = factsOf(ctx, row, subject, { votes: own, threads: threads.filter((one) => one.requestId === row.id), words, delivered })
      return { row, subject, facts, now: assess(facts), votes: own, decision }
    }),
  )
}
