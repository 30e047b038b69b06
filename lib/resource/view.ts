import type { Shown } from '#lib/access/level.ts'
import type { Family, Generation } from '#lib/kube/concept.ts'
import type { Health } from '#lib/kube/summary/health.ts'
import type { ResourceRef } from '#lib/kube/ref.ts'

/** How objects of many kinds are grouped: by what they mean, then what no contract describes, then the API server's own. */
export type Shelf = Family | 'Other kinds' | 'Kubernetes'

/** One served kind, with how its objects stand. */
export type KindLine = {
  readonly group: string
  readonly kind: string
  readonly version: string
  readonly shelf: Shelf
  /** What people call it: the newest name of its concept, where it is served under an older one. */
  readonly known: string | undefined
  readonly generation: Generation | undefined
  /** Where a concept is served under several names: whether this is the one that the portal reads. */
  readonly among: 'best' | 'older' | 'only'
  readonly count: number
  readonly health: Readonly<Record<Health, number>>
  readonly state: 'fresh' | 'stale' | 'down'
  /** Why it cannot be read now, or since when it could not. */
  readonly problem: string | undefined
}

/** A concept that no name of is served. */
export type MissingConcept = { readonly family: Family; readonly kind: string; readonly names: readonly string[] }

export type KindsView = {
  readonly cluster: string
  readonly lines: readonly KindLine[]
  readonly missing: readonly MissingConcept[]
  /** Set when discovery itself got no answer: then nothing is known to be missing. */
  readonly problem: string | undefined
}

export type ResourceColumn = { readonly key: string; readonly title: string; readonly time: boolean }

export type ResourceRow = {
  readonly ref: ResourceRef
  readonly health: Health
  readonly words: string
  readonly created?: string
  /** null where the object has nothing there: JSON has no other word for it. */
  readonly cells: readonly Shown<string | null>[]
}

/** One page of one kind's objects. */
export type ResourcesView = {
  readonly line: KindLine
  readonly namespaced: boolean
  readonly namespaces: readonly string[]
  readonly columns: readonly ResourceColumn[]
  /** Where the columns come from. */
  readonly columnsFrom: 'definition' | 'portal'
  readonly rows: readonly ResourceRow[]
  readonly found: number
  readonly page: number
  readonly pages: number
  /** A filter or an order looked into fields that this viewer may not read everywhere: such objects take part by name only. */
  readonly closed: boolean
}

/** An object that a search found. */
export type Hit = { readonly ref: ResourceRef; readonly label: string | undefined }

export type HitsView = {
  readonly kinds: readonly { readonly group: string; readonly kind: string }[]
  readonly hits: readonly Hit[]
  readonly more: boolean
  /** Kinds that could not be looked through. */
  readonly silent: readonly string[]
}
