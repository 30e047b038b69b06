import 'server-only'
import { canonicalJson } from '#lib/canonical.ts'
import { addToLedger } from '#server/adapter/db/ledger-batch.ts'
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

type Writer = Pick<Ctx, 'db' | 'now' | 'viewer' | 'requestId'>

/**
 * Appends entries on the caller's transaction: if they cannot be written, the change did not happen and `unavailable` is thrown.
 * Sequence without gaps, canonical JSON bytes, leaf hash as in RFC 9162 (decisions.md 12). Returns the sequence numbers.
 */
export async function appendLedger(ctx: Writer, drafts: readonly LedgerDraft[]): Promise<readonly number[]> {
  if (drafts.length === 0) return []
  return addToLedger(ctx.db, drafts, (draft, seq) => {
    const { action, subject, requestId = null, actor = ctx.viewer.login, body } = draft
    const entry = { seq, at: ctx.now.toISOString(), actor, action, subject, requestId, http: ctx.requestId, body }
    return { seq, at: ctx.now, actor, action, subject, requestId, text: canonicalJson(entry) }
  })
}
