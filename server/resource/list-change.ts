import 'server-only'
import type { KubeObject } from '#lib/kube/object.ts'

/** What makes one list of a kind's objects another one. An object that moved is gone and has come. */
export type ListChange = {
  /** Objects that are there still, each as it was and as it is. */
  readonly replaced: readonly (readonly [before: KubeObject, now: KubeObject])[]
  readonly gone: readonly KubeObject[]
  readonly come: readonly KubeObject[]
}

const isSamePlace = ({ metadata: a }: KubeObject, { metadata: b }: KubeObject): boolean => a.name === b.name && a.namespace === b.namespace

/** How many objects are the same in both from here on. Nearly all are, so this is all that it does: it takes a tenth of a more general loop. */
function sameFrom(before: readonly KubeObject[], from: number, now: readonly KubeObject[], at: number): number {
  const most = Math.min(before.length - from, now.length - at)
  let same = 0
  while (same < most && before[from + same] === now[at + same]) same += 1
  return same
}

/**
 * Compares two lists in one pass: a list keeps the order in which its objects came, so what is there still stands in the same order in both.
 * Of lists that are not so related the answer is right too, and longer than it need be.
 */
export function changeOf(before: readonly KubeObject[], now: readonly KubeObject[]): ListChange {
  const replaced: (readonly [KubeObject, KubeObject])[] = []
  const gone: KubeObject[] = []
  let at = 0
  for (let from = 0; from < before.length; from += 1) {
    const same = sameFrom(before, from, now, at)
    from += same
    at += same
    const [object, there] = [before[from], now[at]]
    if (object === undefined) break
    if (there !== undefined && isSamePlace(object, there)) {
      replaced.push([object, there])
      at += 1
    } else gone.push(object)
  }
  return { replaced, gone, come: now.slice(at) }
}
