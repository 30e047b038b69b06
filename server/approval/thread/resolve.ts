import 'server-only'
import { z } from 'zod'
import { resolvePermit } from '#lib/thread/rules.ts'
import { topicsOf } from '#server/approval/notify.ts'
import { recordingRefusals, refusal } from '#server/approval/refusal.ts'
import { subjectKey } from '#server/approval/seal.ts'
import { aboutThread, lockBoth, threadAndSpeaker } from '#server/approval/thread/reply.ts'
import { resolveThread as markResolved } from '#server/approval/repo-thread.ts'
import { command } from '#server/verb.ts'

const resolve = command({
  name: 'thread.resolve',
  input: z.object({ id: z.uuid() }),
  needs: () => ({ rule: 'resolvePermit' }),
  prepare: (ctx, { id }) => threadAndSpeaker(ctx, id),
  async run(ctx, { id }, { speaker, row: seen }) {
    const { row, thread } = await lockBoth(ctx, id, seen.id)
    const permit = resolvePermit(speaker, row.state, { ...thread, resolved: thread.resolvedAt !== null })
    if (!permit.allowed) throw refusal(permit, row.state === 'open' && thread.resolvedAt === null ? 'forbidden' : 'conflict')
    await markResolved(ctx.db, id, speaker.login, ctx.now)
    const body = { thread: id, anchor: thread.anchor, openedBy: thread.openedBy, blocking: thread.blocking }
    return {
      value: { id },
      ledger: [{ action: 'review.thread-resolved', subject: subjectKey(row), requestId: row.id, body }],
      changed: topicsOf(row.id),
    }
  },
})

/** Resolves a discussion; the last one that blocks opens approving again. */
export const resolveThread = recordingRefusals(resolve, aboutThread)
