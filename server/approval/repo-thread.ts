import 'server-only'
import { and, asc, desc, eq, inArray, isNull } from 'drizzle-orm'
import type { Db } from '#server/adapter/db/client.ts'
import { comment, revision, thread } from '#server/adapter/db/schema.ts'

export type ThreadRow = typeof thread.$inferSelect
export type CommentRow = typeof comment.$inferSelect

export const threadsOf = async (db: Db, requestId: string): Promise<readonly ThreadRow[]> =>
  db.select().from(thread).where(eq(thread.requestId, requestId)).orderBy(asc(thread.openedAt), asc(thread.id))

export const commentsOf = async (db: Db, ids: readonly string[]): Promise<readonly CommentRow[]> =>
  ids.length === 0
    ? []
    : db
        .select()
        .from(comment)
        .where(inArray(comment.threadId, [...ids]))
        .orderBy(asc(comment.at), asc(comment.id))

/** The thread, locked until the transaction ends. */
export const lockThread = async (db: Db, id: string): Promise<ThreadRow | undefined> =>
  (await db.select().from(thread).where(eq(thread.id, id)).for('update'))[0]

export const findThread = async (db: Db, id: string): Promise<ThreadRow | undefined> =>
  (await db.select().from(thread).where(eq(thread.id, id)))[0]

/** True when this call made it: the browser names it, so a second click or tab makes no second one. */
export const insertThread = async (db: Db, row: typeof thread.$inferInsert): Promise<boolean> =>
  (await db.insert(thread).values(row).onConflictDoNothing().returning({ id: thread.id })).length === 1

export const insertComment = async (db: Db, row: typeof comment.$inferInsert): Promise<boolean> =>
  (await db.insert(comment).values(row).onConflictDoNothing().returning({ id: comment.id })).length === 1

/** True when this call resolved it. */
export const resolveThread = async (db: Db, id: string, by: string, at: Date): Promise<boolean> =>
  (
    await db
      .update(thread)
      .set({ resolvedBy: by, resolvedAt: at })
      .where(and(eq(thread.id, id), isNull(thread.resolvedAt)))
      .returning({ id: thread.id })
  ).length === 1

/** When the meaning of the request last moved. */
export const lastMoved = async (db: Db, requestId: string): Promise<Date | undefined> =>
  (await db.select({ at: revision.at }).from(revision).where(eq(revision.requestId, requestId)).orderBy(desc(revision.number)).limit(1))[0]
    ?.at
