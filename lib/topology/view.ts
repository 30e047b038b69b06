import { z } from 'zod'
import type { Level } from '#lib/access/level.ts'
import type { ResourceRef } from '#lib/kube/ref.ts'
import type { SourceAge } from '#lib/sourced.ts'
import type { Tone } from '#lib/status.ts'
import type { Facets, Hidden } from '#lib/topology/filter.ts'
import {
  BINDING_STATES,
  EVIDENCE,
  type Field,
  type Finding,
  type GraphEdge,
  type GraphNode,
  NODE_KINDS,
  type NodeRecord,
} from '#lib/topology/graph.ts'
import { HOPS_MAX } from '#lib/topology/neighbourhood.ts'

const TONES = ['ok', 'waiting', 'working', 'caution', 'danger', 'off', 'restricted', 'unknown'] as const satisfies readonly Tone[]

/** A list in one address parameter, `declared,pending`; words that are not known are left out, an empty list is none. */
const words = <const T extends readonly string[]>(known: T) =>
  z
    .string()
    .optional()
    .transform((text): readonly T[number][] | undefined => {
      const asked = new Set((text ?? '').split(','))
      const list = known.filter((word) => asked.has(word))
      return list.length > 0 ? list : undefined
    })

/** The address of the page is its state: every filter is a parameter. */
export const TopologyInput = z.object({
  focus: z.string().max(600).optional(),
  hops: z.coerce.number().int().min(0).max(HOPS_MAX).catch(1).default(1),
  evidence: words(EVIDENCE),
  binding: words(BINDING_STATES),
  kind: words(NODE_KINDS),
  tone: words(TONES),
  /** `-` names what belongs to no domain. */
  domain: z
    .string()
    .max(2000)
    .optional()
    .transform((text) => (text === undefined || text === '' ? undefined : text.split(',').map((name) => (name === '-' ? '' : name)))),
  q: z.string().max(200).optional(),
})
export type TopologyInput = z.output<typeof TopologyInput>

export type ViewNode = Omit<GraphNode, 'fields' | 'records' | 'members' | 'place'> & { readonly x: number; readonly y: number }
export type ViewEdge = Omit<GraphEdge, 'fields'>

/** Whether the zone can be shown: `off` when nothing renders it, `down` when no source of it answers. */
export type ZoneState = 'rendered' | 'not rendered' | 'down'

export type TopologyView = {
  readonly nodes: readonly ViewNode[]
  readonly edges: readonly ViewEdge[]
  readonly findings: readonly Finding[]
  readonly hidden: readonly Hidden[]
  /** Nodes before filters. */
  readonly total: number
  readonly leftOut: readonly { readonly kind: string; readonly count: number }[]
  /** The node meant by `focus`, or why there is none. */
  readonly focus: string | undefined
  readonly focusProblem: string | undefined
  readonly hops: number
  readonly facets: Facets
  /** `grouped` past 400 nodes, `counts` past 2,000: then there are no nodes, only facets. */
  readonly drawn: 'all' | 'grouped' | 'counts'
  readonly zone: { readonly state: ZoneState; readonly from: 'transfer' | 'configmap' | undefined; readonly problem: string | undefined }
  readonly ages: readonly SourceAge[]
  /** Rules that decided how much the viewer sees, in words. */
  readonly access: readonly string[]
}

/** One end of an edge as the side panel shows it. */
export type NodeLink = {
  readonly edge: ViewEdge
  readonly fields: readonly Field[]
  readonly other: Pick<GraphNode, 'id' | 'name' | 'label' | 'tone' | 'state' | 'restricted'>
}

export type NodeView = {
  readonly node: Omit<GraphNode, 'fields' | 'records' | 'members'>
  readonly level: Level
  readonly fields: readonly Field[]
  readonly records: readonly NodeRecord[]
  readonly members: readonly ResourceRef[]
  readonly out: readonly NodeLink[]
  readonly in: readonly NodeLink[]
  readonly findings: readonly Finding[]
}
