import 'server-only'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { AppError } from '#lib/error.ts'
import type { ServedKind } from '#lib/kube/concept.ts'
import type { KubeObject } from '#lib/kube/object.ts'
import type { Sourced } from '#lib/sourced.ts'
import type { Connection } from '#server/adapter/kube/connection.ts'
import type { KubeChange } from '#server/adapter/kube/kube.ts'
import { silenceWords } from '#server/adapter/kube/silence.ts'
import { causeText, log } from '#server/log.ts'

const PAGE = 500
const WATCH_SECONDS = 240
/** A watch that is silent for longer than bookmarks allow is no proof of anything. */
const STALE_AFTER_MS = 90_000
const BACKOFF_MIN_MS = 250
const BACKOFF_MAX_MS = 15_000

const List = z.object({
  metadata: z.object({ resourceVersion: z.string(), continue: z.string().optional() }),
  items: z.array(z.looseObject({ metadata: z.looseObject({ name: z.string() }) })).nullable(),
})
const Event = z.object({
  type: z.string(),
  object: z.looseObject({ metadata: z.looseObject({ resourceVersion: z.string().optional() }).optional(), code: z.number().optional() }),
})

export type Reflector = {
  readonly kind: ServedKind
  readonly objects: () => Sourced<readonly KubeObject[]>
  readonly get: (namespace: string, name: string) => Sourced<KubeObject | undefined>
  readonly synced: () => boolean
  readonly stop: () => void
}

type Following = {
  readonly changed: (change: KubeChange) => void
  /** Epoch milliseconds of the clock that ages are told by. */
  readonly now: () => number
}

const keyOf = (object: KubeObject): string => `${object.metadata.namespace ?? ''}/${object.metadata.name}`

/** The path of a kind's collection, over all namespaces. */
export const collectionPath = (kind: ServedKind): string =>
  (kind.group === '' ? `/api/${kind.version}` : `/apis/${kind.group}/${kind.version}`) + `/${kind.plural}`

/**
 * Lists one kind in pages and watches it from there, for ever: relists on 410, comes back after resets, 5xx and 401 with
 * jittered backoff (client-node's informer stops for good there). A failing listener never breaks the watch.
 */
export function reflect(connection: Connection, kind: ServedKind, { changed, now }: Following): Reflector {
  const abort = new AbortController()
  const store = new Map<string, KubeObject>()
  let synced = false
  let heardAt = 0
  let failure: string | undefined = 'not listed yet'

  const emit = (type: KubeChange['type'], object: KubeObject): void => {
    try {
      changed({ type, kind, object })
    } catch (error) {
      log.error('kube.listener-failed', { kind: kind.kind, error: causeText(error) })
    }
  }
  const put = (object: KubeObject): void => {
    const key = keyOf(object)
    const before = store.get(key)
    if (before?.metadata.resourceVersion === object.metadata.resourceVersion) return
    store.set(key, object)
    emit(before ? 'modified' : 'added', object)
  }
  const drop = (key: string, last: KubeObject): void => {
    if (store.delete(key)) emit('deleted', last)
  }

  const list = async (): Promise<string> => {
    const { objects, resourceVersion } = await listAll(connection, kind)
    const seen = new Set(objects.map(keyOf))
    for (const object of objects) put(object)
    for (const [key, object] of store) if (!seen.has(key)) drop(key, object)
    synced = true
    heard()
    return resourceVersion
  }
  const heard = (): void => {
    heardAt = now()
    failure = undefined
  }

  /** One watch from a version; gives the version to go on from, or undefined when a new list is needed. */
  const watch = async (from: string): Promise<string | undefined> => {
    let version = from
    const path = `${collectionPath(kind)}?watch=true&allowWatchBookmarks=true&timeoutSeconds=${WATCH_SECONDS}&resourceVersion=${from}`
    const response = await connection.stream(path, abort.signal)
    if (response.statusCode !== 200) {
      response.destroy()
      if (response.statusCode === 410) return undefined
      throw new AppError('unavailable', `watching ${kind.plural} answered ${response.statusCode ?? 0}`)
    }
    heard()
    response.setTimeout(STALE_AFTER_MS, () => response.destroy(new Error('the watch is silent')))
    for await (const line of createInterface({ input: response })) {
      const event = Event.parse(JSON.parse(line))
      heard()
      if (event.type === 'ERROR') return undefined
      version = event.object.metadata?.resourceVersion ?? version
      if (event.type === 'BOOKMARK') continue
      const object = withKind(event.object, kind)
      if (event.type === 'DELETED') drop(keyOf(object), object)
      else put(object)
    }
    return version
  }

  const run = async (): Promise<void> => {
    let backoff = BACKOFF_MIN_MS
    let version: string | undefined
    while (!abort.signal.aborted) {
      try {
        version = await watch(version ?? (await list()))
        backoff = BACKOFF_MIN_MS
      } catch (error) {
        if (abort.signal.aborted) return
        failure = silenceWords(error)
        log.warn('kube.watch-lost', { kind: kind.kind, error: causeText(error) })
        version = undefined
        await sleep(backoff * (0.5 + Math.random()), abort.signal)
        backoff = Math.min(backoff * 2, BACKOFF_MAX_MS)
      }
    }
  }
  void run()

  const sourced = <T>(value: T): Sourced<T> => withAge(value, { synced, heardAt, failure, now: now() })
  return {
    kind,
    objects: () => sourced([...store.values()]),
    get: (namespace, name) => sourced(store.get(`${namespace}/${name}`)),
    synced: () => synced,
    stop: () => abort.abort(),
  }
}

type Hearing = { readonly synced: boolean; readonly heardAt: number; readonly failure: string | undefined; readonly now: number }

/** A kind that was never listed is down; one whose watch failed or fell silent is stale and keeps what it knows. */
function withAge<T>(value: T, { synced, heardAt, failure, now }: Hearing): Sourced<T> {
  if (!synced) return { state: 'down', problem: failure ?? 'not listed yet' }
  if (failure !== undefined) return { state: 'stale', value, at: heardAt, problem: failure }
  if (now - heardAt > STALE_AFTER_MS) return { state: 'stale', value, at: heardAt, problem: 'the watch is silent' }
  return { state: 'fresh', value, at: heardAt }
}

/** All objects of a kind in pages, with the version a watch goes on from. */
async function listAll(connection: Connection, kind: ServedKind): Promise<{ objects: KubeObject[]; resourceVersion: string }> {
  const objects: KubeObject[] = []
  let token = ''
  for (;;) {
    const { status, body } = await connection.json(
      'GET',
      `${collectionPath(kind)}?limit=${PAGE}${token && `&continue=${encodeURIComponent(token)}`}`,
    )
    if (status !== 200) throw new AppError('unavailable', `listing ${kind.plural} answered ${status}`)
    const page = List.parse(body)
    for (const item of page.items ?? []) objects.push(withKind(item, kind))
    token = page.metadata.continue ?? ''
    if (!token) return { objects, resourceVersion: page.metadata.resourceVersion }
  }
}

const withKind = (item: Record<string, unknown>, kind: ServedKind): KubeObject =>
  // safe: the schema above checked metadata.name; items of a list carry no apiVersion and kind of their own
  ({ ...item, apiVersion: kind.group === '' ? kind.version : `${kind.group}/${kind.version}`, kind: kind.kind }) as unknown as KubeObject

const sleep = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true })
  })
