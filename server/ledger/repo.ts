import 'server-only'
import { and, asc, desc, eq, gt, ilike, lt, or, type SQL } from 'drizzle-orm'
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
