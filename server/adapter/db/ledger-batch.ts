import 'server-only'
import { hash } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { AppError } from '#lib/error.ts'
import type { Db } from '#server/adapter/db/client.ts'
import { ledger } from '#server/adapter/db/schema.ts'

/** An entry that has its number: `text` is its canonical JSON (RFC 8785), of which the ledger keeps the UTF-8 bytes and their leaf hash. */
export type Numbered = {
  readonly seq: number
  readonly at: Date
  readonly actor: string
  readonly action: string
  readonly subject: string
  readonly requestId: string | null
  readonly text: string
}
type Batch = { next: number; readonly rows: Numbered[] }

/** Key of the advisory lock under which sequence numbers are given: one transaction at a time, no gaps. */
const SEQUENCER = 0x766f7274

const batches = new WeakMap<Db, Batch>()

const NOT_WRITTEN = 'The ledger cannot be written, so nothing was changed. Try again when the database is well.'

/** Runs what writes the ledger; whatever it throws becomes `unavailable` in words. */
async function orUnavailable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    throw new AppError('unavailable', NOT_WRITTEN, { cause })
  }
}

/**
 * From here on this transaction, and no other of any process, gives ledger numbers. What it gave is inserted by `closeLedger`. With
 * `flushedLater` its commit does not wait for the disk (ADR 0013): whoever answers for it has to.
 */
export const openLedger = (tx: Db, flushedLater = false): Promise<Batch> =>
  orUnavailable(async () => {
    const later = flushedLater ? sql`, set_config('synchronous_commit', 'off', true)` : sql``
    await tx.execute(sql`select pg_advisory_xact_lock(${SEQUENCER})${later}`)
    const [last] = await tx.select({ seq: sql<string>`coalesce(max(${ledger.seq}), 0)` }).from(ledger)
    const batch = { next: Number(last?.seq ?? 0) + 1, rows: [] }
    batches.set(tx, batch)
    return batch
  })

/** Inserts what was given since `openLedger`. Throws AppError('unavailable') where the database refuses it. */
export async function closeLedger(tx: Db): Promise<void> {
  const rows = batches.get(tx)?.rows ?? []
  batches.delete(tx)
  if (rows.length > 0) await orUnavailable(() => insert(tx, rows))
}

/** One parameter for all of them: with one for each field the driver would take longer than the database. */
async function insert(tx: Db, rows: readonly Numbered[]): Promise<void> {
  const given = JSON.stringify(rows.map((row) => ({ ...row, hash: leafHashOf(row.text) })))
  await tx.execute(sql`
    insert into ledger (seq, at, actor, action, subject, request_id, bytes, leaf_hash)
    select seq, at, actor, action, subject, "requestId", convert_to(text, 'UTF8'), hash from json_to_recordset(${given}::json)
      as row(seq bigint, at timestamptz, actor text, action text, subject text, "requestId" uuid, text text, hash text)`)
}

const ZERO = Buffer.of(0)
/** RFC 9162: SHA-256(0x00 ‖ bytes), hex; as `leafHash` of lib/canonical.ts, by the machine's own SHA-256. */
const leafHashOf = (text: string): string => hash('sha256', Buffer.concat([ZERO, Buffer.from(text, 'utf8')]), 'hex')

/**
 * Gives each entry its number; `entryOf` makes the entry that has it. Inserted at once, unless the transaction is shared: then with all
 * others at its end, so nothing may read these entries back within it.
 */
export async function addToLedger<Draft>(
  tx: Db,
  drafts: readonly Draft[],
  entryOf: (draft: Draft, seq: number) => Numbered,
): Promise<readonly number[]> {
  const shared = batches.get(tx)
  const batch = shared ?? (await openLedger(tx))
  const rows = await orUnavailable(async () => drafts.map((draft) => entryOf(draft, batch.next++)))
  batch.rows.push(...rows)
  if (shared === undefined) await closeLedger(tx)
  return rows.map(({ seq }) => seq)
}
