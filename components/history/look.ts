import type { ChangeType, HistorySource } from '#lib/history/event.ts'

export const SOURCES: readonly HistorySource[] = ['Ledger', 'Git', 'Guardian', 'Recorder', 'Cluster']

export const SOURCE_WORDS = {
  Ledger: "Vortex's ledger",
  Git: 'Git',
  Guardian: "Guardian's audit table",
  Recorder: 'The recorder',
  Cluster: 'The cluster',
} satisfies Record<HistorySource, string>

export const CHANGE_WORDS = {
  governance: 'A governance change',
  operational: 'An operational change',
  'binding-state': 'A change of a binding',
  'operator-event': 'A report of an operator',
} satisfies Record<ChangeType, string>
