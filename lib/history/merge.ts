import type { HistoryEvent } from '#lib/history/event.ts'

/** Of one instant the ledger stands before Git before what others report; the id says its source. */
const RANKS = ['ledger-', 'git-', 'ae-', 'condition-']
const rankOf = (id: string): number => RANKS.findIndex((prefix) => id.startsWith(prefix))

type Place = Pick<HistoryEvent, 'at' | 'id'>

/** Newest first, and always in the same order. */
export const newestFirst = (a: Place, b: Place): number => compareText(b.at, a.at) || rankOf(a.id) - rankOf(b.id) || compareText(a.id, b.id)

/** One timeline out of several sources; an event that two sources carry under one id stands once. */
export const mergeEvents = (...sources: readonly (readonly HistoryEvent[])[]): readonly HistoryEvent[] => {
  const byId = new Map<string, HistoryEvent>()
  for (const event of sources.flat()) if (!byId.has(event.id)) byId.set(event.id, event)
  return [...byId.values()].toSorted(newestFirst)
}

/** Events after a cursor (the `at` and `id` of the last one shown). */
export const olderThan = (events: readonly HistoryEvent[], cursor: Place): readonly HistoryEvent[] =>
  events.filter((event) => newestFirst(cursor, event) < 0)

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
