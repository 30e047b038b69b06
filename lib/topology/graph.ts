import type { Shown } from '#lib/access/level.ts'
import type { ResourceRef } from '#lib/kube/ref.ts'
import type { Tone } from '#lib/status.ts'

/** Where an edge is known from; never mixed in one edge (product.md, Topology). */
export const EVIDENCE = ['published', 'declared', 'observed', 'pending', 'delivery'] as const
export type Evidence = (typeof EVIDENCE)[number]

/** A word and a shape per kind of node (ui.md 5.8). */
export const NODE_KINDS = [
  'authority',
  'zone',
  'cluster',
  'identity',
  'instance',
  'pack',
  'run',
  'provider',
  'binding',
  'object',
  'record',
  'group',
] as const
export type NodeKind = (typeof NODE_KINDS)[number]

/** State of a binding (relationships.md 4), `none` where no binding is declared. */
export const BINDING_STATES = ['stable', 'resolving', 'degraded', 'diverged', 'invalid', 'unknown', 'none'] as const
export type BindingState = (typeof BINDING_STATES)[number]

/** Whether zone and API server agree that the thing exists (dsns.md 11). `api`: no record is expected. `unread`: one side cannot be read. */
export type Presence = 'both' | 'zone-only' | 'api-only' | 'api' | 'unread'

export type Field = { readonly label: string; readonly value: Shown<string> }

/** One record of the zone that speaks about a node. */
export type NodeRecord = { readonly line: number; readonly text: Shown<string>; readonly inferred: boolean }

export type GraphNode = {
  readonly id: string
  readonly kind: NodeKind
  /** The Kubernetes kind, or what a record says. */
  readonly label: string
  readonly name: string
  /** Empty: belongs to no domain. */
  readonly domain: string
  /** Cluster or namespace; past the limit of what can be drawn, nodes of one place are folded. */
  readonly place: string
  readonly tone: Tone
  readonly state: string
  readonly presence: Presence
  readonly restricted: boolean
  readonly ref: ResourceRef | undefined
  readonly fields: readonly Field[]
  readonly records: readonly NodeRecord[]
  /** Other objects that stand behind this node, such as the policy of an identity. */
  readonly members: readonly ResourceRef[]
}

export type GraphEdge = {
  readonly id: string
  readonly from: string
  readonly to: string
  readonly evidence: Evidence
  /** What the source does with the target: `observes`, `hosts`. */
  readonly type: string
  readonly state: BindingState
  readonly binding: 'snapshot' | 'continuous' | undefined
  /** The object or record that says so. */
  readonly by: string
  readonly ref: ResourceRef | undefined
  readonly fields: readonly Field[]
}

/** Something a person should look at. `text` holds kinds, names, domains and states only, so it is never redacted. */
export type Finding = {
  readonly id: string
  readonly tone: Extract<Tone, 'danger' | 'caution' | 'unknown'>
  readonly text: string
  readonly nodes: readonly string[]
  /** Values; redacted with the first node. */
  readonly detail: Shown<string> | undefined
}

export type Graph = {
  readonly nodes: readonly GraphNode[]
  readonly edges: readonly GraphEdge[]
  readonly findings: readonly Finding[]
  /** Objects that were read and have no place in the picture, by kind. */
  readonly leftOut: readonly { readonly kind: string; readonly count: number }[]
  /** Other names under which a node is found: `group/Kind/namespace/name` of its members. */
  readonly aliases: ReadonlyMap<string, string>
}

const TONE_RANK = { danger: 0, caution: 1, unknown: 2 } satisfies Record<Finding['tone'], number>

export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Worst first, then by words: the same findings always stand in the same order. */
export const byWeight = (a: Finding, b: Finding): number => TONE_RANK[a.tone] - TONE_RANK[b.tone] || byText(a.text, b.text)

/** A binding state as a tone (ui.md 5.4). */
export const BINDING_TONE = {
  stable: 'ok',
  resolving: 'working',
  degraded: 'caution',
  diverged: 'caution',
  invalid: 'danger',
  unknown: 'unknown',
  none: 'off',
} satisfies Record<BindingState, Tone>
