import type { Contributor } from '#lib/approval/contributors.ts'
import type { RequestKind, RequestState, Verdict, VoteState } from '#lib/approval/request.ts'
import type { Policy } from '#lib/policy/policy.ts'

/** One participant and the domain that answers for it; `problem` says why it has no party (decisions.md 2). */
export type Participant = {
  readonly role: 'Initiator' | 'Counterpart'
  readonly identity: string
  readonly domain: string | undefined
  readonly problem: string | undefined
}

export type Finding = {
  readonly rule: string
  readonly severity: 'info' | 'ambiguous' | 'violation'
  readonly message: string
  readonly role: 'Initiator' | 'Counterpart'
}

/** What the evaluation says; `missing` closes deciding with its reason. */
export type Evaluation =
  | { readonly state: 'missing'; readonly why: string }
  | {
      readonly state: 'present'
      readonly tier: 'Low' | 'High' | 'Unknown'
      readonly hash: string | undefined
      readonly findings: readonly Finding[]
    }

export type CastVote = { readonly login: string; readonly verdict: Verdict; readonly state: VoteState; readonly digest: string }

/** An open thread that closes approving until it is resolved. */
export type BlockingThread = { readonly id: string; readonly anchor: string; readonly openedBy: string }

export type GuardianWord = { readonly word: 'allowed' | 'denied' | 'unknown'; readonly reason: string }

export type Delivered = {
  readonly outcome: 'Approved' | 'Rejected'
  readonly approvers: readonly string[]
  /** Epoch milliseconds. */
  readonly sealedAt: number
  readonly proposed: boolean
  readonly merged: boolean
  readonly mergeAsked: boolean
  /** Why the proposal can no longer be merged: the meaning moved, or the branch is not what was sealed. */
  readonly broken: string | undefined
}

/**
 * Everything the evaluator looks at, gathered once. Two callers with the same facts get the same answer: the page, the
 * inbox, the action and the sealing all ask `assess` (product.md: enabled if and only if the server would accept).
 */
export type Facts = {
  /** Epoch milliseconds at which the facts were gathered; clocks and delegations are judged by it. */
  readonly now: number
  /** When the request was first seen, and the end of its time to be decided (epoch milliseconds). */
  readonly createdAt: number
  readonly decideBy: number | undefined
  /** Open discussion threads that block approving. */
  readonly threads: readonly BlockingThread[]
  readonly viewer: { readonly login: string; readonly kind: 'person' | 'machine' | 'system' }
  readonly kind: RequestKind
  readonly state: RequestState
  readonly requestedBy: string
  /** Resource and name as Guardian is asked, for texts. */
  readonly resource: string
  readonly policy: { readonly ok: true; readonly policy: Policy } | { readonly ok: false; readonly problem: string }
  readonly participants: readonly Participant[]
  readonly evaluation: Evaluation
  /** Digest of meaning, or why there is none. */
  readonly digest: { readonly ok: true; readonly digest: string } | { readonly ok: false; readonly problem: string }
  /** Sources that are stale or silent, in words. */
  readonly sources: readonly string[]
  readonly contributors: readonly Contributor[]
  readonly votes: readonly CastVote[]
  /** Guardian's word on `update` of the request for the viewer and every counted voter. */
  readonly guardian: Readonly<Record<string, GuardianWord>>
  readonly delivered: Delivered | undefined
}
