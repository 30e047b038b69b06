import type { Level, Shown } from '#lib/access/level.ts'
import type { ResourceRef } from '#lib/kube/ref.ts'
import type { ProfileProblem } from '#lib/profile/check-profile.ts'
import type { AuthoringDomain } from '#lib/profile/domain-set.ts'
import type { CuratedField } from '#lib/profile/origin.ts'
import type { PhaseState } from '#lib/profile/readiness.ts'

/** What the profile pages show: plain data, times as ISO text in UTC. Made by server/profile, drawn by components/profile. */

export type Readiness = 'ready' | 'not-ready' | 'missing' | 'unknown'

export type ProfileRow = {
  readonly namespace: string
  readonly name: string
  readonly identity: string
  readonly domain: string | undefined
  readonly readiness: Readiness
  /** As the operator reports it; undefined when nothing reports. */
  readonly phase: string | undefined
  /** As its children give it. */
  readonly computedPhase: string
  readonly children: { readonly ready: number; readonly total: number }
}

export type ProfileList = { readonly rows: readonly ProfileRow[]; readonly served: boolean; readonly drafts: readonly DraftRow[] }

export type DraftRow = { readonly id: string; readonly title: string; readonly updatedAt: string; readonly requestId: string | undefined }

export type ConditionRow = {
  readonly type: string
  readonly status: 'True' | 'False' | 'Unknown'
  readonly reason: string
  readonly message: Shown<string>
  readonly at: string
}

export type ChildView = {
  readonly kind: string
  readonly name: string
  readonly ref: ResourceRef | undefined
  readonly phase: string
  readonly readiness: Readiness
  readonly conditions: readonly ConditionRow[]
  /** What the rules say now, as computed by this portal. */
  readonly findings: Shown<readonly { readonly rule: string; readonly severity: 'error' | 'warning'; readonly message: string }[]>
  readonly yaml: Shown<string>
}

export type ProfileView = {
  readonly ref: ResourceRef
  readonly domain: string | undefined
  readonly domainProblem: string | undefined
  readonly level: Level
  readonly levelRule: string
  readonly identity: string
  readonly spiffeId: Shown<string> | undefined
  readonly readiness: Readiness
  readonly reportedPhase: string | undefined
  readonly computedPhase: string
  readonly phases: readonly (Omit<PhaseState, 'message'> & { readonly message: Shown<string> })[]
  readonly conditions: readonly ConditionRow[]
  readonly children: readonly ChildView[]
  readonly yaml: Shown<string>
}

/** What is needed to begin a profile. */
export type Authoring = {
  readonly domains: readonly AuthoringDomain[]
  readonly templates: readonly {
    readonly id: string
    readonly title: string
    readonly about: string
    readonly domain: string | undefined
  }[]
  readonly draft: SavedDraft | undefined
}

export type DraftContent = { readonly text: string; readonly curated: readonly CuratedField[] }
export type SavedDraft = DraftContent & {
  readonly id: string
  readonly title: string
  readonly updatedAt: string
  readonly requestId: string | undefined
}

/** Whom a profile would have to convince, and what it would change. */
export type Impact = {
  readonly name: string | undefined
  readonly domain: string | undefined
  readonly domainProblem: string | undefined
  readonly approvers: readonly string[]
  readonly quorum: number
  readonly files: readonly { readonly path: string; readonly change: 'added' | 'modified' | 'same' | 'unknown' }[]
  /** Why it cannot be sent now; undefined when it can. The same answer that sending gives. */
  readonly blocked: string | undefined
}

export type CheckAnswer = { readonly problems: readonly ProfileProblem[]; readonly impact: Impact }
