import 'server-only'
import type { KubeObject } from '#lib/kube/object.ts'
import type { Kube } from '#server/adapter/kube/kube.ts'

/** What is searched of an object. Objects are replaced, never changed, so this index keeps itself: a text lives as long as its object. */
export type Indexed = { readonly name: string; readonly open: string; readonly labels: string }

// Whoever fills it and whoever asks it are bundled apart, each with its own copy of this module: the process has one index.
const SLOT = Symbol.for('vortex.search-index')
const slot = globalThis as typeof globalThis & { [SLOT]?: WeakMap<KubeObject, Indexed> }
const index = (slot[SLOT] ??= new WeakMap())

/** The texts of an object; made when they are first asked for. */
export function indexed(object: KubeObject): Indexed {
  const known = index.get(object)
  if (known) return known
  const { name, namespace = '', labels } = object.metadata
  const made: Indexed = {
    name: name.toLowerCase(),
    open: `${object.kind} ${namespace}/${name}`.toLowerCase(),
    labels: labelLine(labels),
  }
  index.set(object, made)
  return made
}

export const isIndexed = (object: KubeObject): boolean => index.has(object)

/** Put together by hand: it is made for every object of the cluster. */
function labelLine(labels: Readonly<Record<string, string>> | undefined): string {
  let line = ''
  for (const key in labels) if (Object.hasOwn(labels, key)) line += `${key}=${labels[key]} `
  return line.toLowerCase()
}

/** As long as nobody notices, and as much again for everybody else (milliseconds). */
const SLICE_MS = 8
const PAUSE_MS = 8
/** The clock is looked at once for so many. */
const BATCH = 64

type Followed = Pick<Kube, 'servedKinds' | 'listKind' | 'subscribe'>

/** Reads the texts of what comes in, in slices, so that the first search after a start finds them made. */
export function keepIndexed(kube: Followed, now: () => number = () => performance.now()): () => void {
  let waiting: KubeObject[] = []
  let at = 0
  let timer: NodeJS.Timeout | undefined
  const slice = (): void => {
    timer = undefined
    const end = now() + SLICE_MS
    while (at < waiting.length && now() < end) {
      for (const object of waiting.slice(at, at + BATCH)) indexed(object)
      at += BATCH
    }
    if (at < waiting.length) timer = setTimeout(slice, PAUSE_MS)
    else [waiting, at] = [[], 0]
  }
  const put = (object: KubeObject): void => {
    waiting.push(object)
    timer ??= setTimeout(slice, PAUSE_MS)
  }
  const leave = kube.subscribe(({ type, object }) => {
    if (type !== 'deleted') put(object)
  })
  for (const { group, kind } of kube.servedKinds()) {
    const all = kube.listKind(group, kind)
    if (all.state !== 'down') for (const object of all.value) put(object)
  }
  return () => {
    leave()
    clearTimeout(timer)
  }
}
