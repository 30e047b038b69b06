import type { HistoryEvent } from '#lib/history/event.ts'

/** Newest first; of one instant the ledger before Git before what others report, then by id, so that the order never changes. */
const RANK = { Ledger: 0, Git: 1, Guardian: 2, Cluster: 3 } satisfies Record<HistoryEvent['source'], number>

export const newestFirst = (a: HistoryEvent, b: HistoryEvent): number =>
  compareText(b.at, a.at) || RANK[a.source] - RANK[b.source] || compareText(a.id, b.id)

/** One timeline out of several sources; an event that two sources carry under one id stands once. */
export const mergeEvents = (...sources: readonly (readonly HistoryEvent[])[]): readonly HistoryEvent[] => {
  const byId = new Map<string, HistoryEvent>()
  for (const event of sources.flat()) if (!byId.has(event.id)) byId.set(event.id, event)
  return [...byId.values()].toSorted(newestFirst)
}

/** Events after a cursor (the `at` and `id` of the last one shown). */
export const olderThan = (events: readonly HistoryEvent[], cursor: { readonly at: string; readonly id: string }): readonly HistoryEvent[] =>
  events.filter((event) => event.at < cursor.at || (event.at === cursor.at && event.id > cursor.id))

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
