import 'server-only'
import { z } from 'zod'
import { AppError } from '#lib/error.ts'
import { personal } from '#lib/live/topic.ts'
import { replyPermit } from '#lib/thread/rules.ts'
import { topicsOf } from '#server/approval/notify.ts'
import { type About, namedId, recordingRefusals, refusal } from '#server/approval/refusal.ts'
import { lockRequest } from '#server/approval/repo.ts'
import { subjectKey } from '#server/approval/seal.ts'
import type { Ctx } from '#server/context.ts'
import { CommentText } from '#server/approval/thread/open.ts'
import { commentsOf, findThread, insertComment, lockThread, type ThreadRow } from '#server/approval/repo-thread.ts'
import { tell } from '#server/approval/repo-notice.ts'
import { speakerOn } from '#server/approval/thread/speaker.ts'
import { command } from '#server/verb.ts'

/** The thread with the viewer as its rules see them. */
export async function threadAndSpeaker(ctx: Ctx, id: string) {
  const thread = await findThread(ctx.db, id)
  if (thread === undefined) throw new AppError('not_found', 'There is no such discussion.')
  return speakerOn(ctx, thread.requestId)
}

/** The request that a named discussion belongs to. */
export const aboutThread: About = async (ctx, raw) => {
  const id = namedId(raw)
  const thread = id === undefined ? undefined : await findThread(ctx.db, id)
  return thread && { subject: thread.requestId, requestId: thread.requestId }
}

/** Thread and request, locked in the order that every verb locks them: request first. */
export async function lockBoth(ctx: Ctx, id: string, requestId: string) {
  const row = await lockRequest(ctx.db, requestId)
  const thread: ThreadRow | undefined = await lockThread(ctx.db, id)
  if (row === undefined || thread === undefined) throw new AppError('not_found', 'There is no such discussion.')
  return { row, thread }
}

/** Everybody who said something in a thread, but for whoever speaks now. */
async function takingPart(ctx: Ctx, thread: ThreadRow): Promise<readonly string[]> {
  const said = (await commentsOf(ctx.db, [thread.id])).map((comment) => comment.login)
  return [...new Set([thread.openedBy, ...said])].filter((login) => login !== ctx.viewer.login)
}

const noticeOf = (login: string, by: string, thread: ThreadRow) =>
  ({ login, requestId: thread.requestId, kind: 'reply', text: `${by} answered on ${thread.anchor}.` }) as const

const reply = command({
  name: 'thread.reply',
  input: z.object({ id: z.uuid(), comment: z.uuid(), text: CommentText }),
  needs: () => ({ rule: 'replyPermit' }),
  prepare: (ctx, { id }) => threadAndSpeaker(ctx, id),
  async run(ctx, { id, comment, text }, { speaker, row: seen }) {
    const { row, thread } = await lockBoth(ctx, id, seen.id)
    const permit = replyPermit(speaker, row.state, thread)
    if (!permit.allowed) throw refusal(permit, row.state === 'open' ? 'forbidden' : 'conflict')
    const added = await insertComment(ctx.db, { id: comment, threadId: id, login: speaker.login, text, at: ctx.now })
    const kept = added ? undefined : (await commentsOf(ctx.db, [id])).find((one) => one.id === comment)
    if (!added && (kept?.login !== speaker.login || kept.text !== text))
      throw new AppError('conflict', 'This answer was added already, with other words. Load the page again.')
    const others = added ? await takingPart(ctx, thread) : []
    for (const login of others) await tell(ctx.db, noticeOf(login, speaker.login, thread), ctx.now)
    const body = { thread: id, anchor: thread.anchor, text }
    return {
      value: { id: comment },
      ledger: added ? [{ action: 'review.commented', subject: subjectKey(row), requestId: row.id, body }] : [],
      changed: [...topicsOf(row.id), ...others.map((login) => personal('notices', login))],
    }
  },
})

/** Adds to a discussion; the browser names the comment, so sending it twice adds one. A resolved one can still be answered. */
export const replyToThread = recordingRefusals(reply, aboutThread)
