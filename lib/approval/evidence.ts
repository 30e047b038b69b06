import type { Verdict } from '#lib/approval/request.ts'
import type { Rationale } from '#lib/approval/rationale.ts'

/** How old one fact of a request is, beside the limit that closes deciding. Times are epoch milliseconds. */
export type FactAge = {
  readonly fact: string
  readonly source: 'Kubernetes' | 'Git' | 'Guardian' | 'DSNS' | 'Audit'
  readonly at: number | undefined
  /** Older than this (milliseconds) closes deciding; undefined where the fact does not bind a decision. */
  readonly limit: number | undefined
  readonly state: 'fresh' | 'old' | 'silent' | 'off'
  readonly problem: string | undefined
}

/** A decision on something like this request, with why it is alike. */
export type Similar = {
  readonly id: string
  readonly name: string
  readonly outcome: 'Approved' | 'Rejected'
  readonly sealedAt: string
  readonly deciders: readonly string[]
  readonly verdict: Verdict
  /** `undefined` for whoever may not read reasons (retrieval.md 3). */
  readonly rationale: Rationale | undefined
  readonly alike: readonly string[]
}

export type RevisionLine = { readonly number: number; readonly digest: string; readonly at: string; readonly cause: string | undefined }

export type Edge = { readonly from: string; readonly to: string; readonly type: string }

/** What an admission would change, computed from the declared objects. */
export type Effect = {
  readonly adds: Edge
  /** Relationships of either party as they stand. */
  readonly edges: readonly Edge[]
  /** Who reaches the counterpart today, directly or through others, and who would in addition. */
  readonly reaching: { readonly before: readonly string[]; readonly added: readonly string[] }
  /** Permissions that Guardian gives either party today; an admission changes none of them. */
  readonly grants: readonly { readonly identity: string; readonly profile: string; readonly permissionSets: readonly string[] }[]
}

export type Evidence = {
  readonly facts: readonly FactAge[]
  readonly similar: readonly Similar[]
  readonly revisions: readonly RevisionLine[]
  readonly effect: Effect | undefined
}
