import 'server-only'
import { type Restricted, restricted } from '#lib/access/level.ts'
import { AppError } from '#lib/error.ts'
import type { Ctx } from '#server/context.ts'
import { canonicalOf, ListLedger, mayReadReasons } from '#server/ledger/list.ts'
import { ledgerPage, type LedgerFilter, type LedgerRow } from '#server/ledger/repo.ts'
import { query } from '#server/verb.ts'

const STEP = 1_000
const EXPORT_MAX = 50_000

/** One line of an export, as `npm run ledger:verify -- --file` reads it. `bytes` is the canonical JSON exactly as hashed. */
export type LedgerExport = Pick<LedgerRow, 'seq' | 'leafHash' | 'requestId' | 'actor' | 'action' | 'subject'> & {
  readonly bytes: string | Restricted
}

/** All entries that match, oldest first, with the bytes that were hashed; what needs Full is said to be restricted. */
export const exportLedger = query({
  name: 'ledger.export',
  input: ListLedger.omit({ before: true }),
  needs: () => ({ signedIn: true }),
  machine: true,
  async run(ctx, { q, ...filter }): Promise<readonly LedgerExport[]> {
    const [rows, reasons] = await Promise.all([allOf(ctx, { ...filter, text: q === '' ? undefined : q }), mayReadReasons(ctx)])
    return rows.toReversed().map((row) => lineFor(row, reasons))
  },
})

function lineFor(row: LedgerRow, reasons: boolean): LedgerExport {
  const { seq, leafHash, requestId, actor, action, subject } = row
  return { seq, leafHash, requestId, actor, action, subject, bytes: canonicalOf(row, reasons) ?? restricted('Full') }
}

async function allOf(ctx: Ctx, filter: LedgerFilter): Promise<readonly LedgerRow[]> {
  const found: LedgerRow[] = []
  for (let before: number | undefined; ; before = found.at(-1)?.seq) {
    const rows = await ledgerPage(ctx.db, { ...filter, before }, STEP)
    found.push(...rows)
    if (rows.length < STEP) return found
    if (found.length >= EXPORT_MAX)
      throw new AppError(
        'invalid',
        `More than ${EXPORT_MAX.toLocaleString('en')} entries match. Narrow the filter, or export the whole on the server with npm run ledger:verify -- --export FILE.`,
      )
  }
}
