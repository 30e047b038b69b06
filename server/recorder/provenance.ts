import 'server-only'
import type { Kube, KubeChange } from '#server/adapter/kube/kube.ts'

/**
 * Tells what a watch brought from what a new list found. A reflector says neither; but it asks the time when it hears a line of a
 * watch and tells of the change at once, while a list is asked for and answered in later turns. So a time that was given in this very
 * turn of the event loop is a watch's. In doubt a change counts as listed: a gap too many is true, one too few is not.
 */
export type Hearing = {
  readonly now: () => number
  readonly belongsTo: (kube: Kube) => Kube
}

const heardNow = new WeakMap<Kube, (at: number) => boolean>()

/** A clock to give to `createKube`; each time it gives is another one, however fast it is asked. */
export function createHearing(clock: () => number): Hearing {
  const inThisTurn = new Set<number>()
  let last = 0
  return {
    now: () => {
      last = Math.max(clock(), last + 0.001)
      if (inThisTurn.size === 0) setImmediate(() => inThisTurn.clear())
      inThisTurn.add(last)
      return last
    },
    belongsTo: (kube) => {
      heardNow.set(kube, (at) => inThisTurn.has(at))
      return kube
    },
  }
}

/** Whether a change was watched; else it was found by a list, and what came before it is not known. */
export function isWatched(kube: Kube, { kind, object }: KubeChange): boolean {
  const answer = kube.get(kind.group, kind.kind, object.metadata.namespace ?? '', object.metadata.name)
  return answer.state === 'fresh' && (heardNow.get(kube)?.(answer.at) ?? true)
}
