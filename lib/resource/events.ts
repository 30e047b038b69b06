import type { Restricted } from '#lib/access/level.ts'
import { isRecord } from '#lib/is-record.ts'

/** What somebody reported about an object. Every text of it is foreign. Times are as reported, undefined where none is told. */
export type EventLine = {
  readonly id: string
  readonly type: string
  readonly reason: string
  readonly message: string
  readonly count: number
  readonly first: string | undefined
  readonly last: string | undefined
  /** The controller, and where it runs. */
  readonly by: string
}

/** The events about one object: read (and then perhaps none), not served here, or not readable now. */
export type EventsView =
  | { readonly state: 'read'; readonly events: readonly EventLine[] | Restricted; readonly more: boolean }
  | { readonly state: 'not-served' }
  | { readonly state: 'unread'; readonly problem: string }

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const time = (value: unknown): string | undefined => (typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? value : undefined)
const part = (value: unknown, key: string): unknown => (isRecord(value) ? value[key] : undefined)
const number = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : undefined

/** An event of events.k8s.io/v1 or core/v1; they call the same things otherwise. What is ill-typed counts as absent. */
export function eventLine(object: Readonly<Record<string, unknown>>): EventLine {
  const { metadata, series } = object
  const source = object['deprecatedSource'] ?? object['source']
  const made = time(object['eventTime'])
  const by = [text(object['reportingController']) || text(object['reportingComponent']), text(part(source, 'component'))].find(Boolean)
  const where = [text(object['reportingInstance']), text(part(source, 'host'))].find(Boolean)
  return {
    id: text(part(metadata, 'uid')) || `${text(part(metadata, 'namespace'))}/${text(part(metadata, 'name'))}`,
    type: text(object['type']),
    reason: text(object['reason']),
    message: text(object['note']) || text(object['message']),
    count: number(part(series, 'count')) ?? number(object['deprecatedCount']) ?? number(object['count']) ?? 1,
    first: time(object['deprecatedFirstTimestamp']) ?? time(object['firstTimestamp']) ?? made ?? time(part(metadata, 'creationTimestamp')),
    last:
      time(part(series, 'lastObservedTime')) ??
      time(object['deprecatedLastTimestamp']) ??
      time(object['lastTimestamp']) ??
      made ??
      time(part(metadata, 'creationTimestamp')),
    by: [by, where === by ? undefined : where].filter(Boolean).join(' on '),
  }
}

const instant = ({ last }: EventLine): number => (last === undefined ? 0 : Date.parse(last))

/** Newest first; of the same instant by id, so that the same answer stands in the same order. */
export const newestFirst = (events: readonly EventLine[]): readonly EventLine[] =>
  events.toSorted((a, b) => instant(b) - instant(a) || (a.id < b.id ? -1 : 1))
