import 'server-only'
import { and, desc, eq, isNotNull, isNull, sql, type SQL } from 'drizzle-orm'
import { branchName } from '#lib/approval/digest.ts'
import type { DeliveryView } from '#lib/approval/view.ts'
import { deliverySteps } from '#lib/delivery/steps.ts'
import type { DeliveryLine } from '#lib/delivery/view.ts'
import { mayMerge } from '#lib/policy/rights.ts'
import { changeRequest, decision, delivery, outbox } from '#server/adapter/db/schema.ts'
import type { Ctx } from '#server/context.ts'
import { loadPolicy } from '#server/policy/load.ts'

type Row = {
  readonly request: typeof changeRequest.$inferSelect
  readonly decision: typeof decision.$inferSelect
  readonly delivery: typeof delivery.$inferSelect | null
}

/** Where the decision of one request stands; undefined while nothing is sealed. */
export async function deliveryOf(ctx: Pick<Ctx, 'db' | 'git'>, requestId: string): Promise<DeliveryView | undefined> {
  const [line] = await deliveryLines(ctx, { where: eq(decision.requestId, requestId), limit: 1 })
  if (line === undefined) return undefined
  const { sealedAt: _, updatedAt: __, ...view } = line
  return view
}

/** Sealed decisions with their way to the cluster, newest first. */
export async function deliveryLines(
  ctx: Pick<Ctx, 'db' | 'git'>,
  options: { readonly where?: SQL | undefined; readonly limit: number },
): Promise<readonly DeliveryLine[]> {
  const rows = await ctx.db
    .select({ request: changeRequest, decision, delivery })
    .from(decision)
    .innerJoin(changeRequest, eq(changeRequest.id, decision.requestId))
    .leftJoin(delivery, eq(delivery.requestId, decision.requestId))
    .where(options.where)
    .orderBy(desc(decision.sealedAt), desc(decision.requestId))
    .limit(options.limit)
  if (rows.length === 0) return []
  const ids = rows.map((row) => row.decision.requestId)
  const work = await ctx.db
    .select()
    .from(outbox)
    .where(sql`${outbox.requestId} in ${ids}`)
  const policy = await loadPolicy(ctx).catch(() => undefined)
  return rows.map((row) => {
    const own = work.filter(({ requestId }) => requestId === row.decision.requestId)
    const sole = row.decision.approvers.length === 1 ? row.decision.approvers[0] : undefined
    return lineOf(row, own, policy?.ok === true ? mayMerge(policy.policy, '', sole).who : [])
  })
}

function lineOf(row: Row, work: readonly (typeof outbox.$inferSelect)[], whoMayMerge: readonly string[]): DeliveryLine {
  const { request, decision: sealed, delivery: way } = row
  const open = work.filter(({ doneAt }) => doneAt === null)
  // A proposal that failed for good before the delivery row knew of it.
  const failed = work.find(({ kind, doneAt, problem }) => kind === 'git.propose' && doneAt !== null && problem !== null)?.problem
  const problem = way?.problem ?? failed ?? undefined
  const branch = way?.branch ?? branchName(request.name, sealed.digest)
  const steps = deliverySteps({
    kind: request.kind,
    outcome: sealed.outcome,
    branch,
    sealedAt: sealed.sealedAt.toISOString(),
    sealedBy: sealed.sealedBy,
    commit: way?.commit ?? undefined,
    proposedAt: way?.proposedAt?.toISOString(),
    mergeCommit: way?.mergeCommit ?? undefined,
    mergedAt: way?.mergedAt?.toISOString(),
    mergedBy: way?.mergedBy ?? undefined,
    appliedAt: way?.appliedAt?.toISOString(),
    admittedAt: way?.admittedAt?.toISOString(),
    problem,
    retrying: open.find((each) => each.problem !== null)?.problem ?? undefined,
    merging: open.some(({ kind }) => kind === 'git.merge'),
    mayMerge: whoMayMerge,
  })
  return {
    requestId: request.id,
    name: request.name,
    kind: request.kind,
    outcome: sealed.outcome,
    branch,
    commit: way?.commit ?? undefined,
    mergeCommit: way?.mergeCommit ?? undefined,
    steps,
    problem,
    sealedAt: sealed.sealedAt.toISOString(),
    updatedAt: (way?.updatedAt ?? sealed.sealedAt).toISOString(),
  }
}

/** How many are on their way and how many have arrived. */
export async function deliveryCounts({ db }: Pick<Ctx, 'db'>): Promise<{ readonly open: number; readonly done: number }> {
  const count = async (where: SQL | undefined): Promise<number> => {
    const [row] = await db
      .select({ n: sql<string>`count(*)` })
      .from(decision)
      .leftJoin(delivery, eq(delivery.requestId, decision.requestId))
      .where(where)
    return Number(row?.n ?? 0)
  }
  const [open, done] = await Promise.all([count(isOpen), count(isDone)])
  return { open, done }
}

export const isOpen = isNull(delivery.admittedAt)
export const isDone = isNotNull(delivery.admittedAt)

/** Keyset condition of a page that starts after `cursor` (sealed time and id). */
export function afterCursor(cursor: { readonly at: Date; readonly id: string } | undefined, only: SQL | undefined): SQL | undefined {
  if (cursor === undefined) return only
  return and(only, sql`(${decision.sealedAt}, ${decision.requestId}) < (${cursor.at.toISOString()}::timestamptz, ${cursor.id}::uuid)`)
}
