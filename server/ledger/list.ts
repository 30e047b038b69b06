import 'server-only'
import { z } from 'zod'
import { type LedgerLine, type LedgerPage, readEntry } from '#lib/ledger/entry.ts'
import { levelOf } from '#server/access/level.ts'
import type { Db } from '#server/adapter/db/client.ts'
import type { Ctx } from '#server/context.ts'
import { ledgerPage, type LedgerRow } from '#server/ledger/repo.ts'
import { loadPolicy } from '#server/policy/load.ts'
import { query } from '#server/verb.ts'

const PAGE = 50

const word = z.string().trim().min(1).max(253).optional()
export const ListLedger = z.object({
  subject: word,
  actor: word,
  action: word,
  request: z.uuid().optional(),
  /** Free text in subject, actor or action. */
  q: z.string().trim().max(253).optional(),
  before: z.coerce.number().int().positive().optional(),
})

/** The ledger by pages, newest first. Everybody signed in may read that something happened; reasons need Full everywhere. */
export const listLedger = query({
  name: 'ledger.list',
  input: ListLedger,
  needs: () => ({ signedIn: true }),
  machine: true,
  async run(ctx, { q, ...filter }): Promise<LedgerPage> {
    const [rows, reasons] = await Promise.all([
      ledgerPage(ctx.db, { ...filter, text: q === '' ? undefined : q }, PAGE + 1),
      mayReadReasons(ctx),
    ])
    const shown = rows.slice(0, PAGE)
    return { lines: shown.map((row) => lineOf(row, reasons)), next: rows.length > PAGE ? shown.at(-1)?.seq : undefined }
  },
})

export const lineOf = (row: LedgerRow, reasons: boolean): LedgerLine =>
  readEntry(new TextDecoder().decode(row.bytes), row.leafHash, reasons)

/** The bytes exactly as hashed; undefined where they hold what the viewer may not read. */
export const canonicalOf = (row: LedgerRow, reasons: boolean): string | undefined =>
  lineOf(row, reasons).body.some(({ value }) => typeof value !== 'string') ? undefined : new TextDecoder().decode(row.bytes)

/** An entry does not say its domain, so its reasons are for those who have Full in every domain of the policy file. */
export async function mayReadReasons(ctx: Ctx): Promise<boolean> {
  const loaded = await loadPolicy(ctx).catch(() => undefined)
  if (loaded?.ok !== true) return false
  const domains = Object.keys(loaded.policy.domains)
  const levels = await Promise.all(domains.map((domain) => levelOf(ctx, domain)))
  return levels.length > 0 && levels.every(({ level }) => level === 'Full')
}

/** Entries of one request, newest first, without reasons. */
export const entriesOfRequest = async (db: Db, request: string, limit: number): Promise<readonly LedgerLine[]> =>
  (await ledgerPage(db, { request }, limit)).map((row) => lineOf(row, false))
