import 'server-only'
import { z } from 'zod'
import { type SampleView, samplePermit } from '#lib/approval/sample.ts'
import { AppError } from '#lib/error.ts'
import { isSampled, namedFor } from '#lib/policy/rights.ts'
import { topicsOf } from '#server/approval/notify.ts'
import { recordingRefusals, refusal } from '#server/approval/refusal.ts'
import { decisionsOf, insertSampleReview, loadRequest, lockRequest, type RequestRow, sampleReviewOf } from '#server/approval/repo.ts'
import { subjectKey } from '#server/approval/seal.ts'
import type { Ctx } from '#server/context.ts'
import { loadPolicy } from '#server/policy/load.ts'
import { command, query } from '#server/verb.ts'

/** The sample that a request is, or undefined where nobody needs to look at it again: a person decided, or it was not drawn. */
async function sampleOf(ctx: Ctx, row: RequestRow): Promise<SampleView | undefined> {
  const [decision] = await decisionsOf(ctx.db, [row.id])
  if (decision?.sealedBy !== 'system' || decision.facts === null) return undefined
  // The file that switched it on says how many are drawn; it stands at the commit of the decision.
  const loaded = await loadPolicy(ctx, decision.policyVersion.split(' ')[0])
  if (!loaded.ok || !isSampled(loaded.policy, decision.digest)) return undefined
  const { facts } = decision
  const domains = facts.participants.flatMap(({ domain }) => (domain === undefined ? [] : [domain]))
  const review = await sampleReviewOf(ctx.db, row.id)
  return {
    may: samplePermit({
      viewer: ctx.viewer,
      named: namedFor(loaded.policy, domains, ctx.now.getTime()),
      contributors: new Set(facts.contributors.flatMap(({ login }) => (login === undefined ? [] : [login]))),
      reviewed: review !== undefined,
    }),
    review: review && { login: review.login, verdict: review.verdict, note: review.note, at: review.at.toISOString() },
  }
}

/** Whether an automatic admission was drawn for a later look, and what was found. */
export const getSample = query({
  name: 'approval.sample',
  input: z.object({ id: z.uuid() }),
  needs: () => ({ signedIn: true }),
  async run(ctx, { id }): Promise<{ readonly sample: SampleView | undefined }> {
    const row = await loadRequest(ctx.db, id)
    if (row === undefined) throw new AppError('not_found', 'There is no such request.')
    return { sample: await sampleOf(ctx, row) }
  },
})

const Note = z
  .string()
  .trim()
  .refine((text) => Array.from(text).length >= 10 && Array.from(text).length <= 2_000, 'Say in 10 to 2,000 characters what you looked at.')

const look = command({
  name: 'approval.reviewSample',
  input: z.object({ id: z.uuid(), verdict: z.enum(['right', 'wrong']), note: Note }),
  needs: () => ({ rule: 'samplePermit' }),
  prepare: async (ctx, { id }) => {
    const row = await loadRequest(ctx.db, id)
    return row === undefined ? undefined : sampleOf(ctx, row)
  },
  async run(ctx, { id, verdict, note }, sample) {
    const row = await lockRequest(ctx.db, id)
    if (row === undefined) throw new AppError('not_found', 'There is no such request.')
    if (sample === undefined) throw new AppError('conflict', 'This request was not drawn as a sample of automatic admissions.')
    if (!sample.may.allowed) throw refusal(sample.may, sample.review === undefined ? 'forbidden' : 'conflict')
    if (!(await insertSampleReview(ctx.db, { requestId: id, login: ctx.viewer.login, verdict, note, at: ctx.now })))
      throw new AppError('conflict', 'Somebody reviewed this sample a moment ago.')
    return {
      value: { id, verdict },
      ledger: [{ action: `sample.found-${verdict}`, subject: subjectKey(row), requestId: id, body: { verdict, note } }],
      changed: topicsOf(id),
    }
  },
})

/** Records a person's look at a sample, once. It changes nothing that was decided: undoing is a new request. */
export const reviewSample = recordingRefusals(look)
