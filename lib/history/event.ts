import type { Shown } from '#lib/access/level.ts'
import type { FieldChange } from '#lib/history/field-diff.ts'
import type { ResourceRef } from '#lib/kube/ref.ts'
import type { Tone } from '#lib/status.ts'

export type HistorySource = 'Ledger' | 'Git' | 'Guardian' | 'Recorder' | 'Cluster'

/** The vocabulary of retrieval.md 2.3. */
export type ChangeType = 'governance' | 'operational' | 'binding-state' | 'operator-event'

/** One thing that happened, in full: who, what, why. Redacted before it leaves the server. */
export type HistoryEvent = {
  /** Also the anchor of its line. */
  readonly id: string
  /** ISO text in UTC. */
  readonly at: string
  /** Its place in a timeline that is read in pages, where that is not `at`: a late row stands where it arrived. */
  readonly order?: string
  readonly source: HistorySource
  readonly changeType: ChangeType
  readonly tone: Tone
  readonly who: string
  readonly what: string
  /** The recorded reason: needs Full. */
  readonly why: string | undefined
  readonly commit: string | undefined
  readonly audit: string | undefined
  readonly fields: readonly FieldChange[]
  readonly subjects: readonly Subject[]
  /** The change request behind it. */
  readonly request: string | undefined
  readonly ledgerSeq: number | undefined
  /** Its place among what the recorder wrote: epoch milliseconds and number, with a dot between. */
  readonly recorded?: string
  /** How it was joined to its subject, when that is an inference. */
  readonly derived: string | undefined
}

export type Subject = { readonly text: string; readonly ref: ResourceRef | undefined }

/** What one viewer gets of an event. The entry itself never goes away (retrieval.md 3.1). */
export type HistoryEntry = Omit<HistoryEvent, 'who' | 'what' | 'why' | 'commit' | 'audit' | 'fields'> & {
  readonly who: Shown<string>
  readonly what: Shown<string>
  readonly why: Shown<string> | undefined
  readonly commit: Shown<string> | undefined
  readonly audit: Shown<string> | undefined
  readonly fields: Shown<readonly FieldChange[]>
}

export type HistoryPage = {
  readonly entries: readonly HistoryEntry[]
  /** Carries on with older entries; undefined at the end. */
  readonly next: string | undefined
  /** How far back was looked when a filter left little. */
  readonly searchedTo: string | undefined
  /** Why more is hidden than the viewer's rights would hide: whoever grants the levels is silent. */
  readonly levelProblem: string | undefined
  /** Of one object: since and until when its kind is recorded; `unrecorded` where it never was. */
  readonly coverage?: { readonly state: 'recorded'; readonly since: string; readonly until: string } | { readonly state: 'unrecorded' }
  /** Sources that did not answer, in words. */
  readonly problems: readonly { readonly source: HistorySource; readonly problem: string }[]
}
