import 'server-only'
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core'

/** A connection or an open transaction: code that takes a Db joins its caller's transaction. */
export type Db = PgDatabase<PgQueryResultHKT>

/** The database with what is not SQL: notifications shared by all processes, and a health probe. */
export type Database = {
  readonly db: Db
  /**
   * A transaction whose answer is given once it is on disk. Those of one process that end together share one flush, and no lock
   * that they hold waits for it (decisions.md 12: the ledger gives its numbers to one writer at a time).
   */
  readonly write: <T>(work: (tx: Db) => Promise<T>) => Promise<T>
  /** Sends a notification on `channel` inside or outside a transaction; delivered at commit. Payload below 8,000 bytes. */
  readonly notify: (db: Db, channel: Channel, payload: string) => Promise<void>
  readonly listen: (channel: Channel, listener: (payload: string) => void) => Promise<() => Promise<void>>
  /** Runs `work` only when this process gets the named leadership; true when it ran (decisions.md 21). Work stops when the term is lost. */
  readonly withLeadership: (name: 'worker', work: (term: Term) => Promise<void>) => Promise<boolean>
  /** The one clock of the portal: the database server's, since those of replicas and workers differ. */
  readonly now: () => Date
  readonly ping: () => Promise<void>
  readonly close: () => Promise<void>
}

/** A leadership that is held. `lost` fires as soon as this process knows; `hold` asks, and throws AppError('unavailable') when it is over. */
export type Term = { readonly lost: AbortSignal; readonly hold: () => Promise<void> }

/** Channels of LISTEN/NOTIFY. `changed` carries a topic such as `approvals`, `approval:<id>`, `deliveries`. */
export type Channel = 'vortex_changed' | 'vortex_outbox'
