import 'server-only'
import type { ServedKind } from '#lib/kube/concept.ts'
import { meaningOf } from '#lib/kube/resolve.ts'

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
