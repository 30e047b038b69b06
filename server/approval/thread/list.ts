import 'server-only'
import { z } from 'zod'
import { NEEDS_FULL } from '#lib/access/level.ts'
import { blockPermit, readsThread, replyPermit, resolvePermit, speakPermit } from '#lib/thread/rules.ts'
import type { Discussion } from '#lib/thread/view.ts'
import { commentsOf, lastMoved, threadsOf } from '#server/approval/repo-thread.ts'
import { speakerOn } from '#server/approval/thread/speaker.ts'
import { query } from '#server/verb.ts'

/** What was said about a request, oldest thread first, as far as the viewer may read it, with what the viewer may do. */
export const listThreads = query({
  name: 'thread.list',
  input: z.object({ id: z.uuid() }),
  needs: () => ({ signedIn: true }),
  async run(ctx, { id }): Promise<Discussion> {
    const { row, speaker } = await speakerOn(ctx, id)
    const [threads, moved] = await Promise.all([threadsOf(ctx.db, id), lastMoved(ctx.db, id)])
    const comments = await commentsOf(
      ctx.db,
      threads.map((thread) => thread.id),
    )
    return {
      may: { open: speakPermit(speaker, row.state), block: blockPermit(speaker, row.state) },
      threads: threads.map((thread) => ({
        id: thread.id,
        anchor: thread.anchor,
        blocking: thread.blocking,
        openedBy: thread.openedBy,
        openedAt: thread.openedAt.toISOString(),
        resolved:
          thread.resolvedAt === null || thread.resolvedBy === null
            ? undefined
            : { by: thread.resolvedBy, at: thread.resolvedAt.toISOString() },
        earlier: moved !== undefined && moved > thread.openedAt,
        comments: comments
          .filter((comment) => comment.threadId === thread.id)
          .map(({ id: comment, login, text, at }) => ({
            id: comment,
            login,
            text: login === speaker.login || readsThread(speaker, thread) ? text : NEEDS_FULL,
            at: at.toISOString(),
          })),
        may: {
          reply: replyPermit(speaker, row.state, thread),
          resolve: resolvePermit(speaker, row.state, { ...thread, resolved: thread.resolvedAt !== null }),
        },
      })),
    }
  },
})
