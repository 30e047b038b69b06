import 'server-only'
import type { ServedKind } from '#lib/kube/concept.ts'
import { meaningOf } from '#lib/kube/resolve.ts'
import type { Connection } from '#server/adapter/kube/connection.ts'
import type { KubeChange } from '#server/adapter/kube/kube.ts'
import { reflect, type Reflector } from '#server/adapter/kube/reflector.ts'

/** Each kind that is followed is a watch, a connection and all of its objects: a cluster may serve thousands that are nobody's business. */
export const STRANGERS_MAX = 400

export const kindName = (kind: Pick<ServedKind, 'group' | 'kind'>): string => `${kind.group}/${kind.kind}`

/** A kind that no contract of the platform names. The few of the API server itself that are read at all are none. */
export const isStranger = (kind: ServedKind): boolean =>
  meaningOf(kind) === undefined && kind.group !== '' && kind.group !== 'apiextensions.k8s.io'

/**
 * The kinds to follow: all of the platform, and so many strangers: first those asked for last, then those followed already, then by name.
 * `asked` names kinds, the latest at the end.
 */
export function chooseFollowed(
  kinds: readonly ServedKind[],
  {
    asked,
    isFollowed,
    strangersMax,
  }: { readonly asked: readonly string[]; readonly isFollowed: (name: string) => boolean; readonly strangersMax: number },
): readonly ServedKind[] {
  const strangers = kinds.filter(isStranger)
  if (strangers.length <= strangersMax) return kinds
  const rank = (name: string): number => (asked.includes(name) ? -asked.lastIndexOf(name) - 1 : isFollowed(name) ? 0 : 1)
  const chosen = new Set(
    strangers
      .map(kindName)
      .toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
      .slice(0, strangersMax),
  )
  return kinds.filter((kind) => !isStranger(kind) || chosen.has(kindName(kind)))
}

export type Followed = {
  /** Takes what is served now: one reflector for each kind that is followed, in the version that is served. */
  readonly found: (kinds: readonly ServedKind[]) => void
  /** Follows a kind that was left out, instead of another stranger. */
  readonly ask: (group: string, kind: string) => void
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
  /** Kinds that somebody opened, the latest at the end. */
  let asked: readonly string[] = []
  const found = (kinds: readonly ServedKind[]): void => {
    served = kinds
    const chosen = chooseFollowed(kinds, { asked, isFollowed: (name) => reflectors.has(name), strangersMax })
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
    ask: (group, kind) => {
      const name = kindName({ group, kind })
      if (asked.at(-1) === name) return
      asked = [...asked.filter((each) => each !== name), name].slice(-strangersMax)
      if (leftOut.has(name)) found(served)
    },
    of: (group, kind) => reflectors.get(kindName({ group, kind })),
    all: () => [...reflectors.values()],
    isLeftOut: (group, kind) => leftOut.has(kindName({ group, kind })),
    stop: () => {
      for (const reflector of reflectors.values()) reflector.stop()
    },
  }
}
