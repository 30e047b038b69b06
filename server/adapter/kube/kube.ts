import 'server-only'
import type { Concept, ServedKind } from '#lib/kube/concept.ts'
import type { KubeObject } from '#lib/kube/object.ts'
import type { Events } from '#server/adapter/kube/events.ts'
import type { Sourced, SourceAge } from '#lib/sourced.ts'

export type KubeChange = { readonly type: 'added' | 'modified' | 'deleted'; readonly kind: ServedKind; readonly object: KubeObject }

/** The cluster as this process sees it: one reflector per served kind, read-only. */
export type Kube = {
  /** The cluster's name as Guardian knows it. */
  readonly cluster: string
  /** How a concept is served now; undefined when this cluster does not serve it. */
  readonly served: (concept: Concept) => ServedKind | undefined
  /** What is served and may have a meaning here: without the kinds of the API server itself, but for the few that the portal rests on. */
  readonly servedKinds: () => readonly ServedKind[]
  /** The other kinds of the API server itself (pods, roles, …): for the explorer alone, and each is followed for a while after somebody opened it. */
  readonly builtInKinds: () => readonly ServedKind[]
  /** A served kind that is not followed because nobody opened it: that is no fault of anybody's. */
  readonly isLeftOut: (group: string, kind: string) => boolean
  /** All objects of a concept, of all generations that are served; as good as the worst of them (conflicts.md G1). An unserved concept is fresh and empty; check `served` to tell. */
  readonly list: (concept: Concept) => Sourced<readonly KubeObject[]>
  readonly listKind: (group: string, kind: string) => Sourced<readonly KubeObject[]>
  /** Somebody opened this kind: it is followed from now on, should it not be. Comes back once it is listed, or in two seconds. */
  readonly follow: (group: string, kind: string) => Promise<void>
  /** Epoch milliseconds of the kind's last whole list; since then it was watched without a gap, whatever became of the connection. */
  readonly listedAt: (group: string, kind: string) => number | undefined
  readonly get: (group: string, kind: string, namespace: string, name: string) => Sourced<KubeObject | undefined>
  /** One object read from the API server now, not from the reflector; undefined = 404. Throws AppError('unavailable'). */
  readonly fetch: (kind: ServedKind, namespace: string, name: string) => Promise<KubeObject | undefined>
  /** The events about one object, asked of the API server now: they are many and short-lived, so no reflector keeps them. Throws AppError. */
  readonly events: (about: { readonly uid: string; readonly namespace: string }) => Promise<Events>
  readonly subscribe: (listener: (change: KubeChange) => void) => () => void
  readonly age: () => SourceAge
  readonly ready: () => boolean
  readonly stop: () => Promise<void>
}
