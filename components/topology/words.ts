import type { Tone } from '#lib/status.ts'
import type { HiddenReason } from '#lib/topology/filter.ts'
import type { BindingState, Evidence, NodeKind, Presence } from '#lib/topology/graph.ts'

export const KIND_WORD = {
  authority: 'authority',
  zone: 'zone',
  cluster: 'cluster',
  identity: 'identity',
  instance: 'application',
  pack: 'pack',
  run: 'run',
  provider: 'identity provider',
  binding: 'identity binding',
  object: 'other object',
  record: 'unrecognised record',
  group: 'group',
} satisfies Record<NodeKind, string>

export const EVIDENCE_WORD = {
  published: 'published in DNS',
  declared: 'declared',
  observed: 'observed',
  pending: 'asked for',
  delivery: 'delivery',
} satisfies Record<Evidence, string>

export const BINDING_WORD = {
  stable: 'stable',
  resolving: 'resolving',
  degraded: 'degraded',
  diverged: 'diverged',
  invalid: 'invalid',
  unknown: 'state unknown',
  none: 'no binding state',
} satisfies Record<BindingState, string>

export const PRESENCE_WORD = {
  both: 'Zone and API server',
  'zone-only': 'Zone only: no object backs it',
  'api-only': 'API server only: its record is missing',
  api: 'API server; no record is expected',
  unread: 'Not compared: one side cannot be read',
} satisfies Record<Presence, string>

export const HIDDEN_WORD = {
  kind: 'by kind',
  state: 'by state',
  domain: 'by domain',
  text: 'by text',
  evidence: 'by what edges are known from',
  grouped: 'folded into groups',
  'outside the hops': 'outside the hops',
} satisfies Record<HiddenReason, string>

export const TONE_WORD = {
  ok: 'good',
  waiting: 'waits for a person',
  working: 'in progress',
  caution: 'needs attention',
  danger: 'broken',
  off: 'no state of its own',
  restricted: 'restricted',
  unknown: 'unknown',
} satisfies Record<Tone, string>

export const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`
