import 'server-only'
import type { KubeObject } from '#lib/kube/object.ts'

type KeyOf = (object: KubeObject) => string

/** How many objects of a list have each key, and one object that has it. */
export type Counted = {
  readonly keyOf: KeyOf
  readonly counts: ReadonlyMap<string, number>
  readonly samples: ReadonlyMap<string, KubeObject>
}

/** `keyOf` says the same of an object for as long as it lives. */
export function countedBy(keyOf: KeyOf, objects: readonly KubeObject[]): Counted {
  const counts = new Map<string, number>()
  const samples = new Map<string, KubeObject>()
  for (const object of objects) {
    const key = keyOf(object)
    const before = counts.get(key)
    counts.set(key, (before ?? 0) + 1)
    if (before === undefined) samples.set(key, object)
  }
  return { keyOf, counts, samples }
}

/** The same of the list that `gone` left and `come` joined; `now` is that list. */
export function recounted(before: Counted, gone: readonly KubeObject[], come: readonly KubeObject[], now: readonly KubeObject[]): Counted {
  const { keyOf } = before
  const counts = new Map(before.counts)
  const samples = new Map(before.samples)
  for (const object of come) {
    const key = keyOf(object)
    counts.set(key, (counts.get(key) ?? 0) + 1)
    samples.set(key, object)
  }
  const left = new Set<string>()
  for (const object of gone) {
    const key = keyOf(object)
    const count = (counts.get(key) ?? 0) - 1
    if (count > 0) counts.set(key, count)
    else counts.delete(key)
    if (count > 0 && samples.get(key) === object) left.add(key)
    if (count <= 0) samples.delete(key)
  }
  // The one that stood for its key is gone and none came: another one of the list stands for it now.
  for (const object of now) {
    if (left.size === 0) break
    const key = keyOf(object)
    if (left.delete(key)) samples.set(key, object)
  }
  return { keyOf, counts, samples }
}
