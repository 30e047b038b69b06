import 'server-only'
import type { KubeObject } from '#lib/kube/object.ts'
import type { ListChange } from '#server/resource/list-change.ts'

/** All objects of a kind by name, then namespace, each with `namespace/name` in lower case beside it. */
export type NameOrder = { readonly objects: readonly KubeObject[]; readonly texts: readonly string[] }

/** A few come and go by moving the rest; for more the whole is put in order anew. */
const SPLICED_MAX = 64

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
const byPlace = ({ metadata: a }: KubeObject, { metadata: b }: KubeObject): number =>
  compare(a.name, b.name) || compare(a.namespace ?? '', b.namespace ?? '')
const textOf = ({ metadata: { name, namespace = '' } }: KubeObject): string => `${namespace}/${name}`.toLowerCase()

export function nameOrderOf(all: readonly KubeObject[]): NameOrder {
  const objects = all.toSorted(byPlace)
  return { objects, texts: objects.map(textOf) }
}

/** Where the first object stands that does not stand before this one. */
function placeIn(objects: readonly KubeObject[], object: KubeObject): number {
  let [low, high] = [0, objects.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    const there = objects[middle]
    if (there !== undefined && byPlace(there, object) < 0) low = middle + 1
    else high = middle
  }
  return low
}

/** Where this very object stands; -1 where it does not. */
function indexIn(objects: readonly KubeObject[], object: KubeObject): number {
  for (let at = placeIn(objects, object); ; at += 1) {
    const there = objects[at]
    if (there === object) return at
    if (there === undefined || byPlace(there, object) !== 0) return -1
  }
}

export type Revised = {
  readonly order: NameOrder
  /** Which places hold another object of the same name now; undefined where objects came or went, so that places moved. */
  readonly replacedAt: readonly number[] | undefined
}

/** The order after a change, at the cost of the change and of a copy. */
export function revisedOrder({ objects, texts }: NameOrder, { replaced, gone, come }: ListChange): Revised {
  const next = [...objects]
  const places: number[] = []
  for (const [before, now] of replaced) {
    const at = indexIn(objects, before)
    next[at] = now
    places.push(at)
  }
  if (gone.length + come.length === 0) return { order: { objects: next, texts }, replacedAt: places }
  if (gone.length + come.length > SPLICED_MAX) {
    const left = new Set(gone)
    return { order: nameOrderOf([...next.filter((object) => !left.has(object)), ...come]), replacedAt: undefined }
  }
  const names = [...texts]
  for (const object of gone) {
    const at = indexIn(next, object)
    next.splice(at, 1)
    names.splice(at, 1)
  }
  for (const object of come) {
    const at = placeIn(next, object)
    next.splice(at, 0, object)
    names.splice(at, 0, textOf(object))
  }
  return { order: { objects: next, texts: names }, replacedAt: undefined }
}
