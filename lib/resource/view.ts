import type { Shown } from '#lib/access/level.ts'
import type { Family, Generation } from '#lib/kube/concept.ts'
import type { Health } from '#lib/kube/summary/reading.ts'
import type { SourceAge } from '#lib/sourced.ts'
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
  /** `unopened`: nobody opened it, so it is not followed, and what it holds is not known. */
  readonly state: 'fresh' | 'stale' | 'down' | 'unopened'
  /** Why it cannot be read now, or since when it could not. */
  readonly problem: string | undefined
}

/** A concept that no name of is served. */
export type MissingConcept = { readonly family: Family; readonly kind: string; readonly names: readonly string[] }

/** The strangers of one API group, as one line. */
export type GroupLine = {
  readonly shelf: Shelf
  readonly group: string
  readonly kinds: number
  /** Objects of those of its kinds that are read. */
  readonly count: number
  readonly health: Readonly<Record<Health, number>>
  /** How many of its kinds cannot be read, and how many nobody opened. */
  readonly unread: number
  readonly unopened: number
}

/** How much of a shelf of strangers is shown: lines `from` to `to` of its kinds, or of its groups where these are folded. */
export type ShelfPart = {
  readonly shelf: Shelf
  readonly kinds: number
  readonly groups: number
  readonly shows: 'kinds' | 'groups'
  readonly from: number
  readonly to: number
  readonly page: number
  readonly pages: number
}

/** A cluster that is read, with how its API server answers. */
export type ClusterChoice = { readonly name: string; readonly state: SourceAge['state'] }

export type KindsView = {
  readonly cluster: string
  /** All that are read, the one that is decided about first. */
  readonly clusters: readonly ClusterChoice[]
  /** The kinds that are shown, each as a line. */
  readonly lines: readonly KindLine[]
  /** Groups of strangers that are shown as one line each. */
  readonly groups: readonly GroupLine[]
  readonly parts: readonly ShelfPart[]
  /** How many kinds match, shown or folded, and how many are served. */
  readonly found: number
  readonly total: number
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
  readonly cluster: string
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
export type Hit = {
  readonly ref: ResourceRef
  /** The cluster, where it is not the one that is decided about. */
  readonly elsewhere: string | undefined
  readonly label: string | undefined
}

export type HitsView = {
  readonly kinds: readonly { readonly group: string; readonly kind: string; readonly elsewhere: string | undefined }[]
  readonly hits: readonly Hit[]
  readonly more: boolean
  /** Kinds that could not be looked through. */
  readonly silent: readonly string[]
  /** How many kinds are not followed, since nobody opened them, and were not looked through. */
  readonly unopened: number
}
