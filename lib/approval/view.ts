import type { Rationale } from '#lib/approval/rationale.ts'
import type { Rival } from '#lib/approval/rivals.ts'
import type { Linked, RequestKind, RequestState, Verdict, VoteState } from '#lib/approval/request.ts'
import type { ResourceRef } from '#lib/kube/ref.ts'

/** What a page shows of change requests: plain data, times as ISO text in UTC. Made by server/approval, drawn by components/approval. */

export type Turn = 'yours' | 'others' | 'decided'

/** Tabs of the inbox: two of open requests, three of closed ones, which may overlap. */
export type QueueTab = Turn | 'expired' | 'automatic'

export type QueueRow = {
  readonly id: string
  readonly kind: RequestKind
  readonly name: string
  /** `clearing (trading) observes payments gateway`; a short subject, not a full sentence. */
  readonly subject: string
  readonly parties: readonly string[]
  readonly risk: 'Low' | 'High' | 'Unknown'
  readonly state: RequestState
  readonly turn: Turn
  /** Why it is (not) your turn, in words. */
  readonly reason: string
  readonly requestedBy: string
  readonly createdAt: string
  readonly decideBy: string | undefined
  readonly votes: { readonly given: number; readonly needed: number }
  /** How many others depend on the participants, directly or through others. */
  readonly reach: number
}

/** One page of the inbox. */
export type Queue = {
  readonly rows: readonly QueueRow[]
  /** Exact, over everything, whatever the filter. */
  readonly counts: Readonly<Record<QueueTab, number>>
  /** How many rows match view and filter, of which `rows` is one page. */
  readonly matching: number
  /** Where the next page begins; undefined on the last one. */
  readonly next: string | undefined
  /** The order in words: risk tier, deadline, reach, age. */
  readonly order: string
  /** Domains that a filter can name. */
  readonly domains: readonly string[]
}

/** One condition that stands between the request and its decision. */
export type ConditionView = {
  readonly id: string
  readonly state: 'satisfied' | 'pending' | 'impossible' | 'overridden' | 'unknown'
  readonly text: string
  /** Logins of those who could satisfy it. */
  readonly who: readonly string[]
  /** What it is made of, where that is more than one thing. */
  readonly children?: readonly ConditionView[]
}

export type FindingView = { readonly rule: string; readonly severity: 'info' | 'ambiguous' | 'violation'; readonly message: string }

/** One participant with its governing policy and the verdict per rule. */
export type PartyView = {
  readonly role: 'Initiator' | 'Counterpart'
  readonly identity: string
  readonly domain: string | undefined
  /** Why there is no party, when there is none (decisions.md 2). */
  readonly domainProblem: string | undefined
  readonly policyName: string | undefined
  readonly policy: readonly { readonly field: string; readonly value: string }[]
  readonly boundary: readonly { readonly field: string; readonly value: string }[]
  readonly compatible: boolean | undefined
  readonly findings: readonly FindingView[]
  readonly approvers: readonly string[]
  readonly quorum: { readonly given: number; readonly needed: number } | undefined
}

/** One file of the proposal. Placeholders of what is recorded only at sealing stand in the text as named (decisions.md 8). */
export type FileView = {
  readonly path: string
  readonly change: 'added' | 'modified' | 'deleted'
  readonly before: string | undefined
  readonly after: string | undefined
  /** Fields that change, in words. */
  readonly fields: readonly { readonly path: string; readonly from: string | undefined; readonly to: string | undefined }[]
}

export type VoteView = {
  readonly login: string
  readonly verdict: Verdict
  readonly state: VoteState
  readonly at: string
  readonly rationale: Rationale
  readonly cause: string | undefined
}

export type StepView = {
  readonly step: 'Decided' | 'Proposed' | 'Merged' | 'Applied' | 'Admitted'
  readonly state: 'done' | 'waiting' | 'failed' | 'not-reached'
  readonly at: string | undefined
  /** Whom or what it waits for, or what went wrong. */
  readonly text: string
}

export type DeliveryView = {
  readonly requestId: string
  readonly name: string
  readonly kind: RequestKind
  readonly outcome: 'Approved' | 'Rejected'
  readonly branch: string
  readonly commit: string | undefined
  readonly mergeCommit: string | undefined
  readonly steps: readonly StepView[]
  readonly problem: string | undefined
}

/** May the viewer do this now? One evaluator answers this and the server's own check (product.md). */
export type Permit = { readonly allowed: boolean; readonly reason: string; readonly who: readonly string[] }

export type RequestView = {
  readonly id: string
  readonly kind: RequestKind
  readonly name: string
  readonly namespace: string
  readonly state: RequestState
  readonly ref: ResourceRef
  /** One sentence that says what would become allowed. */
  readonly sentence: string
  readonly requestedBy: string
  readonly createdAt: string
  readonly decideBy: string | undefined
  readonly phase: string | undefined
  /** Untrusted text of the requester. */
  readonly justification: string | undefined
  readonly description: string | undefined
  readonly interaction: readonly { readonly field: string; readonly value: string }[]
  readonly parties: readonly PartyView[]
  /** Other requests that would write the same. */
  readonly rivals: readonly Rival[]
  readonly risk: {
    readonly tier: 'Low' | 'High' | 'Unknown'
    readonly reasons: readonly { readonly rule: string; readonly text: string }[]
    readonly evaluatedAt: string | undefined
    readonly evaluationHash: string | undefined
  }
  /** Rule-based advice in its own frame; never part of the digest. */
  readonly assessment: { readonly by: string; readonly lines: readonly string[] }
  readonly graph: {
    readonly nodes: readonly { readonly id: string; readonly label: string; readonly domain: string }[]
    readonly edges: readonly { readonly from: string; readonly to: string; readonly type: string; readonly proposed: boolean }[]
    readonly hidden: number
  }
  readonly files: readonly FileView[]
  /** Present while the request can be decided; a vote carries it back. */
  readonly digest: string | undefined
  readonly digestProblem: string | undefined
  readonly policyVersion: string | undefined
  readonly conditions: readonly ConditionView[]
  readonly contributors: readonly { readonly login: string; readonly why: string }[]
  readonly votes: readonly VoteView[]
  readonly yourVote: VoteView | undefined
  readonly may: { readonly approve: Permit; readonly deny: Permit; readonly withdraw: Permit; readonly merge: Permit }
  /** What it takes back, what takes it back, and whether the viewer may ask for that. */
  readonly undo: { readonly undoes: Linked | undefined; readonly undoneBy: Linked | undefined; readonly may: Permit }
  readonly decision:
    | {
        readonly outcome: 'Approved' | 'Rejected'
        readonly sealedAt: string
        readonly sealedBy: string
        readonly approvers: readonly string[]
        readonly digest: string
        readonly ledgerSeq: number
      }
    | undefined
  readonly delivery: DeliveryView | undefined
  readonly history: readonly {
    readonly at: string
    readonly who: string
    readonly what: string
    readonly why: string | undefined
    readonly source: string
    readonly commit: string | undefined
  }[]
}
