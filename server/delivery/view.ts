import 'server-only'
import { branchName } from '#lib/approval/digest.ts'
import type { DeliveryView } from '#lib/approval/view.ts'
import { deliverySteps } from '#lib/delivery/steps.ts'
import type { DeliveryLine } from '#lib/delivery/view.ts'
import { mayMerge } from '#lib/policy/rights.ts'
import type { Ctx } from '#server/context.ts'
import { decided, type DecidedFilter, type DecidedRow, type WorkRow, workOf } from '#server/delivery/repo.ts'
import { loadPolicy } from '#server/policy/load.ts'

/** Where the decision of one request stands; undefined while nothing is sealed. */
export async function deliveryOf(ctx: Pick<Ctx, 'db' | 'git'>, requestId: string): Promise<DeliveryView | undefined> {
  const [line] = await deliveryLines(ctx, { requestId }, 1)
  if (line === undefined) return undefined
  const { sealedAt: _, updatedAt: __, ...view } = line
  return view
}

/** Sealed decisions with their way to the cluster, newest first. */
export async function deliveryLines(ctx: Pick<Ctx, 'db' | 'git'>, filter: DecidedFilter, limit: number): Promise<readonly DeliveryLine[]> {
  const rows = await decided(ctx.db, filter, limit)
  if (rows.length === 0) return []
  const work = await workOf(
    ctx.db,
    rows.map(({ request }) => request.id),
  )
  const policy = await loadPolicy(ctx).catch(() => undefined)
  return rows.map((row) => {
    const own = work.filter(({ requestId }) => requestId === row.decision.requestId)
    const sole = row.decision.approvers.length === 1 ? row.decision.approvers[0] : undefined
    return lineOf(row, own, policy?.ok === true ? mayMerge(policy.policy, '', sole).who : [])
  })
}

function lineOf(row: DecidedRow, work: readonly WorkRow[], whoMayMerge: readonly string[]): DeliveryLine {
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
