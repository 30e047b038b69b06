import 'server-only'
import { and, asc, eq, isNull, sql } from 'drizzle-orm'
import type { Db } from '#server/adapter/db/client.ts'
import { outbox } from '#server/adapter/db/schema.ts'

export type OutboxRow = typeof outbox.$inferSelect

/** How long a claimed row is left alone (milliseconds): longer than any try, so that two workers never do the same. */
const LEASE = 240_000

/**
 * Takes the oldest row that is due: of one request only its oldest open row. The claim is its own short transaction,
 * since none may be open while Git is asked; a worker that dies leaves a row that is due again after the lease.
 */
export async function claim(db: Db, now: Date, after: number): Promise<OutboxRow | undefined> {
  return db.transaction(async (tx) => {
    const [row] = await tx
      .select()
      .from(outbox)
      .where(
        and(
          isNull(outbox.doneAt),
          sql`${outbox.id} > ${after}`,
          sql`${outbox.nextAt} <= ${now.toISOString()}::timestamptz`,
          sql`not exists (select 1 from outbox o where o.request_id = ${outbox.requestId} and o.id < ${outbox.id} and o.done_at is null)`,
        ),
      )
      .orderBy(asc(outbox.id))
      .limit(1)
      .for('update', { skipLocked: true })
    if (row === undefined) return undefined
    await tx
      .update(outbox)
      .set({ attempts: row.attempts + 1, nextAt: new Date(now.getTime() + LEASE) })
      .where(eq(outbox.id, row.id))
    return { ...row, attempts: row.attempts + 1 }
  })
}

/** Ends a row. False when somebody else ended it meanwhile: then nothing of this try may be recorded. */
export async function finish(tx: Db, id: number, now: Date, problem: string | undefined): Promise<boolean> {
  const ended = await tx
    .update(outbox)
    .set({ doneAt: now, problem: problem ?? null })
    .where(and(eq(outbox.id, id), isNull(outbox.doneAt)))
    .returning({ id: outbox.id })
  return ended.length > 0
}

/** Puts a row back for a later try, with what went wrong in words. */
export async function postpone(db: Db, id: number, nextAt: Date, problem: string): Promise<void> {
  await db
    .update(outbox)
    .set({ nextAt, problem })
    .where(and(eq(outbox.id, id), isNull(outbox.doneAt)))
}

/** At its start a worker takes over what a dead one had claimed: there is one leader, so a claim of before is nobody's. */
export async function releaseClaims(db: Db, now: Date): Promise<void> {
  await db.update(outbox).set({ nextAt: now }).where(isNull(outbox.doneAt))
}

/** When the next open row is due; undefined when none is open. */
export async function nextDue(db: Db): Promise<Date | undefined> {
  const [row] = await db.select({ nextAt: outbox.nextAt }).from(outbox).where(isNull(outbox.doneAt)).orderBy(asc(outbox.nextAt)).limit(1)
  return row?.nextAt
}

export const dropRow = async (tx: Db, id: number): Promise<void> => {
  await tx.delete(outbox).where(eq(outbox.id, id))
}
