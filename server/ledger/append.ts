import 'server-only'
import { sql } from 'drizzle-orm'
import { canonicalJson, leafHash } from '#lib/canonical.ts'
import { AppError } from '#lib/error.ts'
import { ledger } from '#server/adapter/db/schema.ts'
import type { Ctx } from '#server/context.ts'

/** What happened, before it has its place. `body` must be JSON without undefined; no tokens, no secrets. */
export type LedgerDraft = {
  readonly action: string
  readonly subject: string
  readonly requestId?: string
  /** Who acted; the viewer unless it was the system. */
  readonly actor?: string
  readonly body: Readonly<Record<string, unknown>>
}

/** Key of the advisory lock under which sequence numbers are given: one writer at a time, no gaps. */
const SEQUENCER = 0x766f7274

type Writer = Pick<Ctx, 'db' | 'now' | 'viewer' | 'requestId'>

/**
 * Appends entries on the caller's transaction: if they cannot be written, the change did not happen and `unavailable` is thrown.
 * Sequence without gaps, canonical JSON bytes, leaf hash as in RFC 9162 (decisions.md 12). Returns the sequence numbers.
 */
export async function appendLedger(ctx: Writer, drafts: readonly LedgerDraft[]): Promise<readonly number[]> {
  if (drafts.length === 0) return []
  try {
    return await append(ctx, drafts)
  } catch (cause) {
    throw new AppError('unavailable', 'The ledger cannot be written, so nothing was changed. Try again when the database is well.', {
      cause,
    })
  }
}

async function append(ctx: Writer, drafts: readonly LedgerDraft[]): Promise<readonly number[]> {
  await ctx.db.execute(sql`select pg_advisory_xact_lock(${SEQUENCER})`)
  const last = await ctx.db.select({ seq: sql<string>`coalesce(max(seq), 0)` }).from(ledger)
  let seq = Number(last[0]?.seq ?? 0)
  const rows = drafts.map((draft) => {
    seq += 1
    const { action, subject, requestId = null, actor = ctx.viewer.login, body } = draft
    const entry = { seq, at: ctx.now.toISOString(), actor, action, subject, requestId, http: ctx.requestId, body }
    const bytes = new TextEncoder().encode(canonicalJson(entry))
    return { seq, at: ctx.now, actor, action, subject, requestId, bytes, leafHash: leafHash(bytes) }
  })
  await ctx.db.insert(ledger).values(rows)
  return rows.map((row) => row.seq)
}
