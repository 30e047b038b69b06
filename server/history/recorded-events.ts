import 'server-only'
import type { HistoryEvent } from '#lib/history/event.ts'
import type { FieldChange } from '#lib/history/field-diff.ts'
import type { ResourceRef } from '#lib/kube/ref.ts'
import type { What } from '#lib/recorder/record.ts'
import type { Tone } from '#lib/status.ts'
import type { ChangeRow, GapRow } from '#server/history/repo-recorded.ts'

const VALUE_MAX = 400
const FIELDS_MAX = 200

const TONE = { present: 'unknown', appeared: 'ok', changed: 'ok', deleted: 'caution' } satisfies Record<What, Tone>

/** A recorded change as an event. What nobody watched says between when it happened. */
export function recordedEvent(row: ChangeRow): HistoryEvent {
  const { cluster, group, kind, namespace, name } = row
  const fields = row.fields.slice(0, FIELDS_MAX)
  return {
    id: `rec-${row.seq}`,
    at: row.at.toISOString(),
    source: 'Recorder',
    changeType: changeTypeOf(row),
    tone: row.since === null ? TONE[row.what] : 'caution',
    who: row.manager ?? 'nobody is named',
    what: `${wordsOf(row)}${row.since === null ? '' : `, while not watching, between ${instant(row.since)} and ${instant(row.at)}`}`,
    why: undefined,
    commit: undefined,
    audit: undefined,
    fields: fields.map(({ path, from, to }): FieldChange => ({ path, from: textOf(from), to: textOf(to) })),
    subjects: [{ text: `${kind}/${name}`, ref: { cluster, group, kind, namespace, name } }],
    request: undefined,
    ledgerSeq: undefined,
    recorded: `${row.at.getTime()}.${row.seq}`,
    derived:
      row.manager === null ? undefined : `the newest of its managed fields${row.managedAt === null ? '' : `, ${instant(row.managedAt)}`}`,
  }
}

/** A time in which nobody watched the kind of an object, as an event of that object. */
export const gapEvent = ({ since, until }: GapRow, ref: ResourceRef): HistoryEvent => ({
  id: `rec-gap-${until.getTime()}`,
  at: until.toISOString(),
  source: 'Recorder',
  changeType: 'operator-event',
  tone: 'caution',
  who: 'the recorder',
  what: `Not watched between ${instant(since)} and ${instant(until)}: what changed and changed back meanwhile may not be known`,
  why: undefined,
  commit: undefined,
  audit: undefined,
  fields: [],
  subjects: [{ text: `${ref.kind}/${ref.name}`, ref }],
  request: undefined,
  ledgerSeq: undefined,
  derived: undefined,
})

/** To the millisecond: a gap may be shorter than a second. */
const instant = (at: Date): string => at.toISOString().replace('T', ' ')

function wordsOf({ what, fields, generation, resourceVersion }: ChangeRow): string {
  const version = `${generation === null ? '' : `, generation ${generation}`}${resourceVersion === '' ? '' : `, version ${resourceVersion}`}`
  switch (what) {
    case 'present':
      return `Was there when recording began${version}`
    case 'appeared':
      return `Created${version}`
    case 'deleted':
      return `Deleted${version}`
    case 'changed':
      return `Changed ${fields.length === 1 ? (fields[0]?.path ?? '') : `${fields.length} fields`}${version}`
  }
}

const changeTypeOf = ({ fields, what }: ChangeRow): HistoryEvent['changeType'] =>
  what === 'changed' && fields.every(({ path }) => /^status\b/.test(path)) ? 'operator-event' : 'operational'

const textOf = (value: unknown): string | undefined => {
  if (value === undefined) return undefined
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const points = text.length > VALUE_MAX ? Array.from(text.slice(0, VALUE_MAX * 2)).slice(0, VALUE_MAX) : undefined
  return points === undefined ? text : `${points.join('')}… (${text.length} characters)`
}
