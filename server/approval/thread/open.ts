import 'server-only'
import { z } from 'zod'
import { AppError } from '#lib/error.ts'
import { ANCHOR, blockPermit, COMMENT_MAX, speakPermit } from '#lib/thread/rules.ts'
import { topicsOf } from '#server/approval/notify.ts'
import { recordingRefusals, refusal } from '#server/approval/refusal.ts'
import { lockRequest } from '#server/approval/repo.ts'
import { subjectKey } from '#server/approval/seal.ts'
import { commentsOf, findThread, insertComment, insertThread } from '#server/approval/repo-thread.ts'
import { speakerOn } from '#server/approval/thread/speaker.ts'
import { command } from '#server/verb.ts'

/** What a person says in a discussion: not empty, and bounded in what is seen of it. */
export const CommentText = z
  .string()
  .trim()
  .min(1, 'Write something.')
  .refine((text) => Array.from(text).length <= COMMENT_MAX, `A contribution has at most ${COMMENT_MAX.toLocaleString('en')} characters.`)

const open = command({
  name: 'thread.open',
  input: z.object({
    id: z.uuid(),
    thread: z.uuid(),
    anchor: z.string().regex(ANCHOR, 'Anchor it to the request, a field, a file or a condition.'),
    blocking: z.boolean(),
    text: CommentText,
  }),
  needs: () => ({ rule: 'speakPermit' }),
  prepare: (ctx, { id }) => speakerOn(ctx, id),
  async run(ctx, { id, thread, anchor, blocking, text }, { speaker }) {
    const row = await lockRequest(ctx.db, id)
    if (row === undefined) throw new AppError('not_found', 'There is no such request.')
    const value = { id: thread }
    const known = await findThread(ctx.db, thread)
    if (known !== undefined) {
      const [first] = await commentsOf(ctx.db, [thread])
      const same = known.requestId === id && known.openedBy === speaker.login && known.anchor === anchor && known.blocking === blocking
      if (same && first?.text === text) return { value, ledger: [] }
      throw new AppError('conflict', 'This discussion was opened already, with other words or another effect. Load the page again.')
    }
    const permit = blocking ? blockPermit(speaker, row.state) : speakPermit(speaker, row.state)
    if (!permit.allowed) throw refusal(permit, row.state === 'open' ? 'forbidden' : 'conflict')
    if (!(await insertThread(ctx.db, { id: thread, requestId: id, anchor, blocking, openedBy: speaker.login, openedAt: ctx.now })))
      throw new AppError('conflict', 'This discussion was opened a moment ago on another request. Load the page again.')
    await insertComment(ctx.db, { id: thread, threadId: thread, login: speaker.login, text, at: ctx.now })
    return {
      value,
      ledger: [{ action: 'review.thread-opened', subject: subjectKey(row), requestId: id, body: { thread, anchor, blocking, text } }],
      changed: topicsOf(id),
    }
  },
})

/** Opens a discussion. The browser names thread and comment, so sending it twice opens one. A blocking one closes approving at once. */
export const openThread = recordingRefusals(open)
