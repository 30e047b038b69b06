import 'server-only'
import { entryProblem } from '#lib/ledger/verify.ts'
import type { Db } from '#server/adapter/db/client.ts'
import { ledgerAfter } from '#server/ledger/repo.ts'

const STEP = 500

export type Verification = { readonly entries: number; readonly problem: string | undefined }

/** Walks the whole ledger: no gap, every hash right, every entry in its own place. Stops at the first problem. */
export async function verifyLedger(db: Db): Promise<Verification> {
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
