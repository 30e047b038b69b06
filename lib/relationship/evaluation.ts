import type { KubeObject } from '#lib/kube/object.ts'

/** What the verdict on a request is made of (relationships.md 7). Plain data. */

export type RuleId = 'E1' | 'E2' | 'E3' | 'E4' | 'E5' | 'E6' | 'E7' | 'E8' | 'E9' | 'E10' | 'E11'

export type Finding = { readonly rule: RuleId; readonly severity: 'info' | 'ambiguous' | 'violation'; readonly message: string }

/** The verdict under one side's DomainPolicy. No unique policy: empty name, generation 0 (E1). */
export type SideVerdict = {
  readonly identity: string
  readonly domainPolicyName: string
  readonly generation: number
  /** SHA-256 (hex) of the canonical DomainPolicy spec; empty without a unique policy. */
  readonly policy: string
  readonly compatible: boolean
  readonly findings: readonly Finding[]
}

/** A condition without its times; the writer adds them (relationships.md 8.4). */
export type ConditionDraft = {
  readonly type: string
  readonly status: 'True' | 'False'
  readonly reason: string
  readonly message: string
}

export type Evaluation = {
  readonly riskTier: 'Low' | 'High'
  /** Rule ids that made the tier, in rule order. */
  readonly riskReasons: readonly RuleId[]
  readonly bilateralCompatible: boolean
  readonly autoAdmissible: boolean
  readonly evaluationHash: string
  readonly initiator: SideVerdict
  readonly counterpart: SideVerdict
  readonly conditions: readonly ConditionDraft[]
}

/** The declared state that the rules read. */
export type RelationshipObjects = {
  readonly identities: readonly KubeObject[]
  readonly policies: readonly KubeObject[]
  readonly boundaries: readonly KubeObject[]
  readonly relationships: readonly KubeObject[]
  readonly appBoundaries: readonly KubeObject[]
  readonly appPolicies: readonly KubeObject[]
  readonly appIdentities: readonly KubeObject[]
}
