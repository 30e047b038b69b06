import 'server-only'
import { RationaleInput } from '#lib/approval/rationale-input.ts'
import { rationaleText } from '#lib/approval/rationale.ts'
import { z } from 'zod'
import type { HistoryEvent } from '#lib/history/event.ts'
import { actionWords } from '#lib/history/ledger-words.ts'
import type { ResourceRef } from '#lib/kube/ref.ts'
import type { LedgerRow } from '#server/history/repo.ts'

const Entry = z.looseObject({ body: z.record(z.string(), z.unknown()).catch({}) })
const CAUSES = ['cause', 'reason', 'problem'] as const

/** A ledger entry as an event. An entry that cannot be read is shown as such, never left out. */
export function ledgerEvent(row: LedgerRow, cluster: string): HistoryEvent {
  const body = bodyOf(row.bytes)
  const rationale = RationaleInput.safeParse(body['rationale'])
  const cause = CAUSES.map((key) => body[key]).find((value) => typeof value === 'string')
  const commit = [body['mergeCommit'], body['commit']].find((value) => typeof value === 'string')
  const { words, tone } = actionWords(row.action)
  const ref = refOfKey(row.subject, cluster)
  return {
    id: `ledger-${row.seq}`,
    at: row.at.toISOString(),
    source: 'Ledger',
    changeType: 'governance',
    tone,
    // The system notes what it finds; who filed it stands in the entry.
    who: typeof body['requestedBy'] === 'string' && row.actor === 'system' ? body['requestedBy'] : row.actor,
    what: typeof cause === 'string' ? `${words}: ${cause}` : words,
    why: rationale.success ? rationaleText(rationale.data) : undefined,
    commit: typeof commit === 'string' ? commit : undefined,
    audit: undefined,
    fields: [],
    subjects: [{ text: ref === undefined ? row.subject : `${ref.kind}/${ref.name}`, ref }],
    request: row.requestId ?? undefined,
    ledgerSeq: row.seq,
    derived: undefined,
  }
}

function bodyOf(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    return Entry.parse(JSON.parse(new TextDecoder().decode(bytes))).body
  } catch {
    return { problem: 'This entry cannot be read.' }
  }
}

/** The reverse of refKey; undefined when the subject is something else. */
export function refOfKey(key: string, cluster: string): ResourceRef | undefined {
  const [group, kind, namespace, name, ...rest] = key.split('/')
  if (group === undefined || !kind || namespace === undefined || !name || rest.length > 0) return undefined
  return { cluster, group, kind, namespace, name }
}
