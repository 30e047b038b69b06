import type { HistoryEvent } from '#lib/history/event.ts'

/** Of one instant the ledger stands before Git before what others report; the id says its source. */
const RANKS = ['ledger-', 'git-', 'ae-', 'rec-', 'condition-']
const rankOf = (id: string): number => RANKS.findIndex((prefix) => id.startsWith(prefix))

type Place = Pick<HistoryEvent, 'at' | 'id' | 'order'>

/** The instant by which an event is ordered. */
export const orderOf = ({ at, order }: Place): string => order ?? at

/** Newest first, and always in the same order. */
export const newestFirst = (a: Place, b: Place): number =>
  compareText(orderOf(b), orderOf(a)) || rankOf(a.id) - rankOf(b.id) || compareIds(a.id, b.id)

/** One timeline out of several sources; an event that two sources carry under one id stands once. */
export const mergeEvents = (...sources: readonly (readonly HistoryEvent[])[]): readonly HistoryEvent[] => {
  const byId = new Map<string, HistoryEvent>()
  for (const event of sources.flat()) if (!byId.has(event.id)) byId.set(event.id, event)
  return [...byId.values()].toSorted(newestFirst)
}

/** Events after a cursor (the `at` and `id` of the last one shown). */
export const olderThan = (events: readonly HistoryEvent[], cursor: Place): readonly HistoryEvent[] =>
  events.filter((event) => newestFirst(cursor, event) < 0)

/** Of two numbered rows of one instant the higher number is the newer. */
function compareIds(a: string, b: string): number {
  const [one, two] = [numberOf(a), numberOf(b)]
  return one !== undefined && two !== undefined && one !== two ? (one > two ? -1 : 1) : compareText(a, b)
}

const numberOf = (id: string): bigint | undefined => {
  const digits = /^(?:ledger|ae|rec)-(\d+)$/.exec(id)?.[1]
  return digits === undefined ? undefined : BigInt(digits)
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
