import 'server-only'
import { and, eq, isNotNull, isNull, sql } from 'drizzle-orm'
import type { Db } from '#server/adapter/db/client.ts'
import { outbox } from '#server/adapter/db/schema.ts'

export type OutboxRow = typeof outbox.$inferSelect

/** How long a claimed row is left alone (milliseconds): longer than any try, so that two workers never do the same. */
const LEASE = 240_000

/** The order of sealing: the ledger says it; the row's own number settles the rest (a merge comes after its proposal). */
const ORDER = sql`coalesce((select d.ledger_seq from decision d where d.request_id = o.request_id), 0), o.id`

/**
 * Open rows that may be done, in the order of sealing: the first of all, and any whose elders have all stepped aside. Of one
 * request only its oldest open row. A row that waits for a silent repository keeps its place, and all younger ones wait behind it.
 */
const CLAIMABLE = sql`
  select * from (
    select o.id, o.next_at,
      row_number() over w as place,
      count(*) filter (where not o.aside) over (w rows between unbounded preceding and 1 preceding) as elders,
      row_number() over (partition by o.request_id order by o.id) as own
    from outbox o where o.done_at is null
    window w as (order by ${ORDER})
  ) open where elders = 0 and own = 1`

/**
 * Takes the first row that is due and not in `done`. The claim is its own short transaction, since none may be open while Git
 * is asked; a worker that dies leaves a row that is due again after the lease. All times are the database's: clocks differ.
 */
export async function claim(db: Db, done: readonly number[]): Promise<OutboxRow | undefined> {
  return db.transaction(async (tx) => {
    const [first] = await tx
      .select({ id: sql<string>`c.id` })
      .from(sql`(${CLAIMABLE}) c`)
      .where(sql`c.next_at <= now() and c.id <> all(${`{${done.join(',')}}`}::bigint[])`)
      .orderBy(sql`c.place`)
      .limit(1)
    if (first === undefined) return undefined
    const [row] = await tx
      .update(outbox)
      .set({ attempts: sql`${outbox.attempts} + 1`, nextAt: after(LEASE) })
      .where(and(eq(outbox.id, Number(first.id)), isNull(outbox.doneAt), sql`${outbox.nextAt} <= now()`))
      .returning()
    return row
  })
}

const after = (milliseconds: number) => sql`now() + ${milliseconds} * interval '1 millisecond'`

/** Ends a row. False when somebody else ended it meanwhile: then nothing of this try may be recorded. */
export async function finish(tx: Db, id: number, now: Date, problem: string | undefined): Promise<boolean> {
  const ended = await tx
    .update(outbox)
    .set({ doneAt: now, problem: problem ?? null })
    .where(and(eq(outbox.id, id), isNull(outbox.doneAt)))
    .returning({ id: outbox.id })
  return ended.length > 0
}

/** Puts a row back for a try in `wait` milliseconds, with what went wrong in words; `aside` lets younger rows go first. */
export async function postpone(db: Db, id: number, wait: number, problem: string, aside: boolean): Promise<void> {
  await db
    .update(outbox)
    .set({ nextAt: after(wait), problem, aside })
    .where(and(eq(outbox.id, id), isNull(outbox.doneAt)))
}

/** At its start a worker takes over what a dead one had claimed: there is one leader, so a claim of before is nobody's. */
export async function releaseClaims(db: Db): Promise<void> {
  await db
    .update(outbox)
    .set({ nextAt: sql`now()` })
    .where(isNull(outbox.doneAt))
}

/** Milliseconds until a row may be done, 0 when one may now; undefined when none is open. */
export async function nextDue(db: Db): Promise<number | undefined> {
  const [row] = await db
    .select({ wait: sql<string | null>`min(greatest(0, extract(epoch from c.next_at - now()) * 1000))` })
    .from(sql`(${CLAIMABLE}) c`)
  return row === undefined || row.wait === null ? undefined : Math.ceil(Number(row.wait))
}

/** Ends all open work of one request. */
export async function finishAll(tx: Db, requestId: string, now: Date, problem: string): Promise<void> {
  await tx
    .update(outbox)
    .set({ doneAt: now, problem })
    .where(and(eq(outbox.requestId, requestId), isNull(outbox.doneAt)))
}

/** Opens the proposal of one request again; false when it is open already or was never asked for. */
export async function reopen(tx: Db, requestId: string): Promise<boolean> {
  const opened = await tx
    .update(outbox)
    .set({ doneAt: null, problem: null, attempts: 0, aside: false, nextAt: sql`now()` })
    .where(and(eq(outbox.requestId, requestId), eq(outbox.kind, 'git.propose'), isNotNull(outbox.doneAt)))
    .returning({ id: outbox.id })
  return opened.length > 0
}

export const dropRow = async (tx: Db, id: number): Promise<void> => {
  await tx.delete(outbox).where(eq(outbox.id, id))
}
