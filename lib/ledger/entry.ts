import { z } from 'zod'
import { type Restricted, restricted } from '#lib/access/level.ts'
import { fieldsOf } from '#lib/history/field-diff.ts'

/** One entry as pages show it: plain data, times as ISO text in UTC. */
export type LedgerLine = {
  readonly seq: number
  readonly at: string
  readonly actor: string
  readonly action: string
  /** The object or request that the entry is about. */
  readonly subject: string
  readonly requestId: string | undefined
  /** Why something was refused, lapsed or failed, where the entry says so. */
  readonly cause: string | undefined
  readonly body: readonly { readonly field: string; readonly value: string | Restricted }[]
  readonly leafHash: string
}

export type LedgerPage = {
  readonly lines: readonly LedgerLine[]
  /** Give it back as `before` for the next, older page. */
  readonly next: number | undefined
}

/** The canonical entry as stored (decisions.md 12). */
const Stored = z.object({
  seq: z.number(),
  at: z.string(),
  actor: z.string(),
  action: z.string(),
  subject: z.string(),
  requestId: z.string().nullable(),
  body: z.record(z.string(), z.unknown()),
})

const CAUSES = ['cause', 'reason', 'problem'] as const

/** Reads a stored entry's text. Rationale needs Full and is replaced, never left out (retrieval.md 3.1). Throws when the text is no entry. */
export function readEntry(text: string, leafHash: string, reasons: boolean): LedgerLine {
  const { body, requestId, ...head } = Stored.parse(JSON.parse(text))
  const rows = [...fieldsOf(body)].map(([field, value]) => ({
    field,
    value: field.startsWith('rationale') && !reasons ? restricted('Full') : value,
  }))
  const cause = CAUSES.map((name) => body[name]).find((value) => typeof value === 'string')
  return { ...head, requestId: requestId ?? undefined, cause, body: rows, leafHash }
}
