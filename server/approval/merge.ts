import 'server-only'
import { z } from 'zod'
import { assess } from '#lib/approval/assess.ts'
import { AppError } from '#lib/error.ts'
import { branchProblem } from '#server/approval/branch-problem.ts'
import { deliveredOf, factsOf } from '#server/approval/facts.ts'
import { topicsOf } from '#server/approval/notify.ts'
import { recordingRefusals, refusal } from '#server/approval/refusal.ts'
import { type DecisionRow, decisionsOf, deliveriesOf, enqueue, lockRequest, mergeAsked, votesOf } from '#server/approval/repo.ts'
import { subjectKey } from '#server/approval/seal.ts'
import type { Subject } from '#server/approval/subject-type.ts'
import { syncRequest } from '#server/approval/sync.ts'
import type { Ctx } from '#server/context.ts'
import { command } from '#server/verb.ts'

type Prepared = { readonly subject: Subject; readonly decision: DecisionRow; readonly branchProblem: string | undefined }

async function prepare(ctx: Ctx, { id }: { readonly id: string }): Promise<Prepared> {
  await ctx.git.fetch()
  const { subject } = await syncRequest(ctx, id, { fresh: true })
  const [decision] = await decisionsOf(ctx.db, [id])
  const [delivery] = await deliveriesOf(ctx.db, [id])
  if (decision === undefined) throw new AppError('conflict', 'There is nothing to merge before the decision is sealed.')
  return { subject, decision, branchProblem: await branchProblem(ctx, id, delivery) }
}

const merge = command({
  name: 'approval.requestMerge',
  input: z.object({ id: z.uuid() }),
  needs: () => ({ rule: 'assess' }),
  prepare,
  async run(ctx, { id }, { subject, decision, branchProblem: broken }) {
    const row = await lockRequest(ctx.db, id)
    if (row === undefined) throw new AppError('not_found', 'There is no such request.')
    const [delivery] = await deliveriesOf(ctx.db, [id])
    const votes = await votesOf(ctx.db, [id])
    const asked = (await mergeAsked(ctx.db, [id])).has(id)
    const delivered = deliveredOf({ subject, decision, delivery, votes, mergeAsked: asked, branchProblem: broken })
    const permit = assess(factsOf(ctx, row, subject, { votes, threads: [], words: {}, delivered })).may.merge
    if (!permit.allowed) throw refusal(permit, permit.who.length > 0 || ctx.viewer.kind !== 'person' ? 'forbidden' : 'conflict')
    await enqueue(ctx.db, 'git.merge', id, { by: ctx.viewer.login }, ctx.now)
    await ctx.database.notify(ctx.db, 'vortex_outbox', id)
    const body = {
      branch: delivery?.branch ?? '',
      commit: delivery?.commit ?? '',
      digest: decision.digest,
      sealedDigest: decision.sealedDigest,
    }
    return {
      value: { id, asked: true },
      ledger: [{ action: 'manifest.merge-requested', subject: subjectKey(row), requestId: id, body }],
      changed: [...topicsOf(id), 'deliveries', `delivery:${id}`],
    }
  },
})

/** Asks for the merge of a sealed proposal: who may is in the policy file, and what is merged must be what was sealed (decisions.md 5, 11). */
export const requestMerge = recordingRefusals(merge)
