import 'server-only'
import { z } from 'zod'
import { withdrawPermit } from '#lib/approval/permits.ts'
import { AppError } from '#lib/error.ts'
import { topicsOf } from '#server/approval/notify.ts'
import { recordingRefusals, refusal } from '#server/approval/refusal.ts'
import { endVotes, lockRequest, votesOf } from '#server/approval/repo.ts'
import { subjectKey } from '#server/approval/seal.ts'
import { command } from '#server/verb.ts'

const withdraw = command({
  name: 'approval.withdrawVote',
  input: z.object({ id: z.uuid() }),
  needs: () => ({ rule: 'assess' }),
  prepare: async () => undefined,
  async run(ctx, { id }) {
    const row = await lockRequest(ctx.db, id)
    if (row === undefined) throw new AppError('not_found', 'There is no such request.')
    const votes = await votesOf(ctx.db, [id])
    const permit = withdrawPermit({ viewer: ctx.viewer, state: row.state, votes })
    if (!permit.allowed) throw refusal(permit, row.state === 'open' ? 'forbidden' : 'conflict')
    const mine = votes.filter((vote) => vote.login === ctx.viewer.login && vote.state === 'counted')
    await endVotes(
      ctx.db,
      mine.map((vote) => vote.id),
      'withdrawn',
      'withdrawn by its voter',
      ctx.now,
    )
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
