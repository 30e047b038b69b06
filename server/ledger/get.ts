import 'server-only'
import { z } from 'zod'
import { AppError } from '#lib/error.ts'
import type { LedgerLine } from '#lib/ledger/entry.ts'
import { canonicalOf, lineOf, mayReadReasons } from '#server/ledger/list.ts'
import { ledgerEntry } from '#server/ledger/repo.ts'
import { query } from '#server/verb.ts'

export type LedgerEntryView = LedgerLine & {
  /** The canonical JSON exactly as hashed; undefined where it holds what the viewer may not read. */
  readonly canonical: string | undefined
}

/** One entry by its sequence number. */
export const getLedgerEntry = query({
  name: 'ledger.get',
  input: z.object({ seq: z.coerce.number().int().positive() }),
  needs: () => ({ signedIn: true }),
  machine: true,
  async run(ctx, { seq }): Promise<LedgerEntryView> {
    const [row, reasons] = await Promise.all([ledgerEntry(ctx.db, seq), mayReadReasons(ctx)])
    if (row === undefined) throw new AppError('not_found', `The ledger has no entry ${seq}.`)
    return { ...lineOf(row, reasons), canonical: canonicalOf(row, reasons) }
  },
})
