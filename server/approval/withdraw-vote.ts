import 'server-only'
import { z } from 'zod'
import { AppError } from '#lib/error.ts'
import { lockNow, stepped } from '#server/approval/carry.ts'
import { topicsOf } from '#server/approval/notify.ts'
import { recordingRefusals, refusal } from '#server/approval/refusal.ts'
import { subjectKey } from '#server/approval/seal.ts'
import { command } from '#server/verb.ts'

const withdraw = command({
  name: 'approval.withdrawVote',
  input: z.object({ id: z.uuid() }),
  needs: () => ({ rule: 'assess' }),
  prepare: async () => undefined,
  async run(ctx, { id }) {
    const locked = await lockNow(ctx.db, id)
    if (locked === undefined) throw new AppError('not_found', 'There is no such request.')
    const { row } = locked
    const did = await stepped(ctx.db, locked, { type: 'withdraw', viewer: ctx.viewer }, ctx.now)
    if (!did.ok) {
      const { permit, rule, text } = did.error
      throw refusal(permit ?? { allowed: false, reason: text, who: [] }, rule === 'final' ? 'conflict' : 'forbidden')
    }
    const mine = did.value.ended.map((one) => one.vote)
    const body = { votes: mine.map(({ verdict, digest }) => ({ verdict, digest })) }
    return {
      value: { id, withdrawn: mine.length },
      ledger: [{ action: 'review.withdrawn', subject: subjectKey(row), requestId: id, body }],
      changed: topicsOf(id),
    }
  },
})

/** Takes the viewer's vote back, until the decision is sealed. Needs neither Guardian nor Git: it takes nothing that was not given. */
export const withdrawVote = recordingRefusals(withdraw)
