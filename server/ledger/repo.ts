import 'server-only'
import { and, asc, desc, eq, gt, ilike, lt, max, or, type SQL, sql } from 'drizzle-orm'
import type { Db } from '#server/adapter/db/client.ts'
import { ledger } from '#server/adapter/db/schema.ts'

export type LedgerRow = typeof ledger.$inferSelect

export type LedgerFilter = {
  readonly subject?: string | undefined
  readonly actor?: string | undefined
  readonly action?: string | undefined
  readonly request?: string | undefined
  /** Part of a subject, actor or action. */
  readonly text?: string | undefined
  /** Keyset: entries older than this sequence number. */
  readonly before?: number | undefined
}

const pattern = (text: string): string => `%${text.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`

/** Newest first. */
export const ledgerPage = async (db: Db, filter: LedgerFilter, limit: number): Promise<readonly LedgerRow[]> => {
  const wanted: (SQL | undefined)[] = [
    filter.subject === undefined ? undefined : eq(ledger.subject, filter.subject),
    filter.actor === undefined ? undefined : eq(ledger.actor, filter.actor),
    filter.action === undefined ? undefined : eq(ledger.action, filter.action),
    filter.request === undefined ? undefined : eq(ledger.requestId, filter.request),
    filter.text === undefined
      ? undefined
      : or(...[ledger.subject, ledger.actor, ledger.action].map((column) => ilike(column, pattern(filter.text ?? '')))),
    filter.before === undefined ? undefined : lt(ledger.seq, filter.before),
  ]
  return db
    .select()
    .from(ledger)
    .where(and(...wanted))
    .orderBy(desc(ledger.seq))
    .limit(limit)
}

export const ledgerEntry = async (db: Db, seq: number): Promise<LedgerRow | undefined> =>
  (await db.select().from(ledger).where(eq(ledger.seq, seq)))[0]

/** Oldest first, for verification in bounded steps. */
export const ledgerAfter = async (db: Db, seq: number, limit: number): Promise<readonly LedgerRow[]> =>
  db.select().from(ledger).where(gt(ledger.seq, seq)).orderBy(asc(ledger.seq)).limit(limit)

export const lastLedgerSeq = async (db: Db): Promise<number> =>
  Number((await db.select({ seq: max(ledger.seq) }).from(ledger))[0]?.seq ?? 0)

/**
 * Whether every entry of a range of sequence numbers (`first` to `last`, both in it) is there and holds, by the database's own SHA-256: the
 * stored hash fits the bytes, and they end as RFC 8785 writes this number and subject. False may be a false alarm; true never is.
 */
export async function ledgerHolds(db: Db, first: number, last: number): Promise<boolean> {
  const end = sql`convert_to(',"seq":' || seq || ',"subject":' || to_json(subject) || '}', 'UTF8')`
  const { rows } = (await db.execute(sql`
    select count(*)::int as good from ledger where seq between ${first} and ${last}
      and leaf_hash = encode(sha256('\\x00'::bytea || bytes), 'hex')
      and substr(bytes, octet_length(bytes) - octet_length(${end}) + 1) = ${end}`)) as unknown as { rows: { good: number }[] } // safe: the shape both drivers give
  return rows[0]?.good === last - first + 1
}
