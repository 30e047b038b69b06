import 'server-only'
import type { KubeObject } from '#lib/kube/object.ts'

/** As long as nobody notices, and as much again for everybody else (milliseconds). */
const SLICE_MS = 8
const PAUSE_MS = 8
/** The clock is looked at once for so many. */
const BATCH = 64
/** A search over fewer is soon made without. */
const WORTH_IT = 2_000

type Read = (object: KubeObject) => unknown

// What is read is remembered by whoever reads it, for as long as the object lives: once for each reader is enough.
const done = new WeakMap<Read, WeakSet<Read>>()

/**
 * Reads of all objects what the first search over them will ask for, in slices: whoever opened a table is about to type. `cells` and `keyOf`
 * remember what they read.
 */
export function readAhead(objects: readonly KubeObject[], cells: Read, keyOf: Read): void {
  const known = done.get(cells) ?? new WeakSet()
  if (objects.length < WORTH_IT || known.has(keyOf)) return
  done.set(cells, known.add(keyOf))
  let at = 0
  const slice = (): void => {
    const end = performance.now() + SLICE_MS
    while (at < objects.length && performance.now() < end) {
      for (const object of objects.slice(at, at + BATCH)) {
        cells(object)
        keyOf(object)
      }
      at += BATCH
    }
    if (at < objects.length) setTimeout(slice, PAUSE_MS).unref()
  }
  setTimeout(slice, PAUSE_MS).unref()
}
