import 'server-only'
import type { ServedKind } from '#lib/kube/concept.ts'
import { type KubeObject, placeOf } from '#lib/kube/object.ts'
import type { KubeChange } from '#server/adapter/kube/kube.ts'
import { causeText, log } from '#server/log.ts'

/** The objects of one kind as they were heard of last; every difference is told to `changed`, once. */
export type ObjectStore = {
  readonly all: () => readonly KubeObject[]
  readonly get: (namespace: string, name: string) => KubeObject | undefined
  readonly put: (object: KubeObject) => void
  readonly drop: (last: KubeObject) => void
  /** The kind as a whole, as a list gives it: what is not in it is gone. */
  readonly replace: (objects: readonly KubeObject[]) => void
}

/** A listener that throws is logged and breaks nothing. */
export function objectStore(kind: ServedKind, changed: (change: KubeChange) => void): ObjectStore {
  const held = new Map<string, KubeObject>()
  /** Everybody who reads between two changes gets the same array. */
  let snapshot: readonly KubeObject[] | undefined
  const emit = (type: KubeChange['type'], object: KubeObject): void => {
    snapshot = undefined
    try {
      changed({ type, kind, object })
    } catch (error) {
      log.error('kube.listener-failed', { kind: kind.kind, error: causeText(error) })
    }
  }
  const drop = (last: KubeObject): void => {
    if (held.delete(placeOf(last))) emit('deleted', last)
  }
  const put = (object: KubeObject): void => {
    const key = placeOf(object)
    const before = held.get(key)
    if (before?.metadata.resourceVersion === object.metadata.resourceVersion) return
    // Deleted and made anew while nobody watched.
    const isAnother = before !== undefined && before.metadata.uid !== object.metadata.uid
    if (isAnother) drop(before)
    held.set(key, object)
    emit(before === undefined || isAnother ? 'added' : 'modified', object)
  }
  return {
    all: () => (snapshot ??= [...held.values()]),
    get: (namespace, name) => held.get(`${namespace}/${name}`),
    put,
    drop,
    replace: (objects) => {
      const there = new Set(objects.map(placeOf))
      for (const [key, object] of held) if (!there.has(key)) drop(object)
      for (const object of objects) put(object)
    },
  }
}
