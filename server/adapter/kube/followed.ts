import 'server-only'
import { isBuiltIn, isNeeded } from '#lib/kube/built-in.ts'
import type { ServedKind } from '#lib/kube/concept.ts'
import { meaningOf } from '#lib/kube/resolve.ts'
import type { Connection } from '#server/adapter/kube/connection.ts'
import type { KubeChange } from '#server/adapter/kube/kube.ts'
import { reflect, type Reflector } from '#server/adapter/kube/reflector.ts'

/** Each kind that is followed is a watch, a connection and all of its objects: a cluster may serve thousands that are nobody's business. */
export const STRANGERS_MAX = 400
/** Built-in kinds that are followed at once, those opened last. */
const OPENED_MAX = 50
/** Nobody opened a built-in kind for so long: it is let go (milliseconds). */
export const LET_GO_MS = 3_600_000
/** Whoever opens a kind waits at most so long for its first list; what comes later is told (milliseconds). */
const OPENING_MS = 2_000

export const kindName = (kind: Pick<ServedKind, 'group' | 'kind'>): string => `${kind.group}/${kind.kind}`

/** A kind that no contract of the platform names and that the portal does not rest on. */
export const isStranger = (kind: ServedKind): boolean => meaningOf(kind) === undefined && !isNeeded(kind)

type Choice = {
  /** Names of kinds that somebody opened, the latest at the end. */
  readonly asked: readonly string[]
  /** Those that somebody opened lately. */
  readonly isRecent: (name: string) => boolean
  readonly isFollowed: (name: string) => boolean
  readonly strangersMax: number
}

/**
 * The kinds to follow: all of the platform; so many strangers, first those asked for last, then those followed already, then by name; and of
 * the built-in ones those that somebody opened lately.
 */
export function chooseFollowed(kinds: readonly ServedKind[], choice: Choice): readonly ServedKind[] {
  const { asked, isRecent, isFollowed, strangersMax } = choice
  const strangers = kinds.filter((kind) => isStranger(kind) && !isBuiltIn(kind))
  const opened = new Set(asked.filter(isRecent).slice(-OPENED_MAX))
  const rank = (name: string): number => (asked.includes(name) ? -asked.lastIndexOf(name) - 1 : isFollowed(name) ? 0 : 1)
  const chosen = new Set(
    strangers.length <= strangersMax
      ? strangers.map(kindName)
      : strangers
          .map(kindName)
          .toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
          .slice(0, strangersMax),
  )
  return kinds.filter((kind) => !isStranger(kind) || (isBuiltIn(kind) ? opened : chosen).has(kindName(kind)))
}

export type Followed = {
  /** Takes what is served now: one reflector for each kind that is followed, in the version that is served. */
  readonly found: (kinds: readonly ServedKind[]) => void
  /** Follows a kind that was left out, instead of another stranger; comes back once it is listed, or says why not, or takes long. */
  readonly ask: (group: string, kind: string) => Promise<void>
  readonly of: (group: string, kind: string) => Reflector | undefined
  readonly all: () => readonly Reflector[]
  readonly isLeftOut: (group: string, kind: string) => boolean
  readonly stop: () => void
}

type Following = { readonly changed: (change: KubeChange) => void; readonly now: () => number; readonly strangersMax: number }

/** Keeps a reflector per followed kind. */
export function followKinds(connection: Connection, { changed, now, strangersMax }: Following): Followed {
  const reflectors = new Map<string, Reflector>()
  let served: readonly ServedKind[] = []
  let leftOut: ReadonlySet<string> = new Set()
  /** When somebody opened a kind, the latest at the end. */
  const asked = new Map<string, number>()
  const isRecent = (name: string): boolean => now() - (asked.get(name) ?? -Infinity) < LET_GO_MS
  const found = (kinds: readonly ServedKind[]): void => {
    served = kinds
    const isFollowed = (name: string): boolean => reflectors.has(name)
    const chosen = chooseFollowed(kinds, { asked: [...asked.keys()], isRecent, isFollowed, strangersMax })
    const today = new Map(chosen.map((kind) => [kindName(kind), kind]))
    leftOut = new Set(kinds.map(kindName).filter((name) => !today.has(name)))
    for (const [name, reflector] of reflectors) {
      if (today.get(name)?.version === reflector.kind.version) continue
      reflector.stop()
      reflectors.delete(name)
    }
    for (const [name, kind] of today) if (!reflectors.has(name)) reflectors.set(name, reflect(connection, kind, { changed, now }))
  }
  return {
    found,
    ask: async (group, kind) => {
      const name = kindName({ group, kind })
      asked.delete(name)
      asked.set(name, now())
      const [first] = asked.keys()
      if (asked.size > strangersMax + OPENED_MAX && first !== undefined) asked.delete(first)
      if (leftOut.has(name)) found(served)
      const reflector = reflectors.get(name)
      if (reflector === undefined || reflector.synced() || !isStranger(reflector.kind)) return
      await Promise.race([reflector.answered, new Promise((resolve) => setTimeout(resolve, OPENING_MS).unref())])
    },
    of: (group, kind) => reflectors.get(kindName({ group, kind })),
    all: () => [...reflectors.values()],
    isLeftOut: (group, kind) => leftOut.has(kindName({ group, kind })),
    stop: () => {
      for (const reflector of reflectors.values()) reflector.stop()
    },
  }
}
