import 'server-only'
import { entryProblem } from '#lib/ledger/verify.ts'
import type { Db } from '#server/adapter/db/client.ts'
import { lastLedgerSeq, ledgerAfter, ledgerHolds } from '#server/ledger/repo.ts'

/** So many entries are read at once, so many the database looks at in one statement, and so many statements run side by side. */
const STEP = 500
const RANGE = 10_000
const SIDE_BY_SIDE = 4

export type Verification = { readonly entries: number; readonly problem: string | undefined }

/**
 * Verifies the whole ledger: no gap, every hash right, every entry in its own place. Names the first problem. The database looks first,
 * for reading entries costs ten times what hashing them does; what it does not find right is walked here. `npm run ledger:verify` trusts no database.
 */
export async function verifyLedger(db: Db): Promise<Verification> {
  const total = await lastLedgerSeq(db)
  const lanes = Array.from({ length: SIDE_BY_SIDE }, (_, lane) => laneHolds(db, lane, total))
  return (await Promise.all(lanes)).every(Boolean) ? { entries: total, problem: undefined } : walk(db)
}

/** Every fourth range, so that each of four statements at once has a processor of the database to itself. */
async function laneHolds(db: Db, lane: number, total: number): Promise<boolean> {
  for (let first = 1 + lane * RANGE; first <= total; first += SIDE_BY_SIDE * RANGE)
    if (!(await ledgerHolds(db, first, Math.min(total, first + RANGE - 1)))) return false
  return true
}

async function walk(db: Db): Promise<Verification> {
  let last = 0
  for (;;) {
    const rows = await ledgerAfter(db, last, STEP)
    for (const row of rows) {
      const problem = entryProblem({ seq: row.seq, bytes: new Uint8Array(row.bytes), leafHash: row.leafHash }, last)
      if (problem !== undefined) return { entries: last, problem }
      last = row.seq
    }
    if (rows.length < STEP) return { entries: last, problem: undefined }
  }
}
