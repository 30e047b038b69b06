import 'server-only'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { AppError } from '#lib/error.ts'
import { isRecord } from '#lib/is-record.ts'
import type { ServedKind } from '#lib/kube/concept.ts'
import type { KubeObject } from '#lib/kube/object.ts'
import type { Sourced } from '#lib/sourced.ts'
import type { Connection } from '#server/adapter/kube/connection.ts'
import type { KubeChange } from '#server/adapter/kube/kube.ts'
import { acceptOf, asStored, collectionPath, isNamed, listAll, Refused, refusalOf } from '#server/adapter/kube/list-all.ts'
import { objectStore } from '#server/adapter/kube/object-store.ts'
import { silenceWords } from '#server/adapter/kube/silence.ts'
import { causeText, log } from '#server/log.ts'

const WATCH_SECONDS = 240
/** A watch that is silent for longer than bookmarks allow is no proof of anything. */
const STALE_AFTER_MS = 90_000
const BACKOFF_MIN_MS = 250
const BACKOFF_MAX_MS = 15_000
/** A server that ends every watch at once is not asked again at once. */
const WATCH_MIN_MS = 1_000
/** After so many failures in a row the place in the history is given up, in case it is the place that fails. */
const RELIST_AFTER = 3

const Event = z.object({ type: z.string(), object: z.custom<Readonly<Record<string, unknown>>>(isRecord, 'an event has no object') })
/** What a bookmark and an error carry. */
const Mark = z.looseObject({ metadata: z.looseObject({ resourceVersion: z.string().optional() }).optional(), code: z.number().optional() })

export type Reflector = {
  readonly kind: ServedKind
  readonly objects: () => Sourced<readonly KubeObject[]>
  readonly get: (namespace: string, name: string) => Sourced<KubeObject | undefined>
  /** How the kind stands, without its objects. */
  readonly standing: () => Sourced<undefined>
  readonly synced: () => boolean
  /** Epoch milliseconds of the last whole list; since then the watch has gone on without a gap. */
  readonly listedAt: () => number | undefined
  /** Settled by the first list that succeeded or failed. */
  readonly answered: Promise<void>
  /** The API server answers, and does not let this identity list or watch the kind. */
  readonly isForbidden: () => boolean
  readonly stop: () => void
}

type Following = {
  readonly changed: (change: KubeChange) => void
  /** Epoch milliseconds of the clock that ages are told by. */
  readonly now: () => number
}

/**
 * Lists one kind in pages and watches it from there, for ever: goes on from where it was after resets, 5xx and 401, with jittered backoff
 * (client-node's informer stops for good there), and relists on 410. A failing listener never breaks the watch.
 */
export function reflect(connection: Connection, kind: ServedKind, { changed, now }: Following): Reflector {
  const abort = new AbortController()
  const store = objectStore(kind, changed)
  let listedAt: number | undefined
  let heardAt = 0
  let failure: string | undefined = 'not listed yet'
  let failures = 0
  let isForbidden = false
  /** Where the watch goes on from; undefined when a list is needed first. */
  let version: string | undefined
  /** When this round's watch was opened. */
  let openedAt: number | undefined
  const first = Promise.withResolvers<void>()

  const heard = (): void => {
    heardAt = now()
    failure = undefined
    isForbidden = false
    first.resolve()
  }

  const list = async (): Promise<string> => {
    const { objects, resourceVersion } = await listAll(connection, kind)
    store.replace(objects)
    listedAt = now()
    heard()
    return resourceVersion
  }

  /** One watch from a version to its end; `version` follows it. */
  const watch = async (from: string): Promise<void> => {
    const path = `${collectionPath(kind)}?watch=true&allowWatchBookmarks=true&timeoutSeconds=${WATCH_SECONDS}&resourceVersion=${from}`
    const response = await connection.stream(path, abort.signal, acceptOf(kind, 'PartialObjectMetadata'))
    if (response.statusCode !== 200) {
      response.destroy()
      throw refusalOf('watching', kind, response.statusCode ?? 0)
    }
    heard()
    openedAt = now()
    response.setTimeout(STALE_AFTER_MS, () => response.destroy(new Error('the watch is silent')))
    for await (const line of createInterface({ input: response })) {
      const { type, object } = Event.parse(JSON.parse(line))
      if (type === 'ERROR') throw refusalOf('watching', kind, Mark.parse(object).code ?? 0)
      heard()
      if (type === 'BOOKMARK') version = Mark.parse(object).metadata?.resourceVersion ?? version
      else if (isNamed(object)) {
        const stored = asStored(object, kind)
        if (type === 'DELETED') store.drop(stored)
        else store.put(stored)
        version = object.metadata.resourceVersion ?? version
      } else throw new AppError('malformed', 'The API server sent an object without a name.')
      failures = 0
    }
  }

  const failed = (error: unknown): void => {
    failures += 1
    const status = error instanceof Refused ? error.status : undefined
    if (status === 410 || failures >= RELIST_AFTER) version = undefined
    isForbidden = status === 403
    failure = isForbidden ? 'this identity may not list and watch it' : silenceWords(error)
    first.resolve()
    log.warn('kube.watch-lost', { kind: kind.kind, error: causeText(error) })
  }

  const run = async (): Promise<void> => {
    while (!abort.signal.aborted) {
      const begun = now()
      openedAt = undefined
      try {
        version ??= await list()
        await watch(version)
        failures = 0
        if (now() - begun < WATCH_MIN_MS) await sleep(BACKOFF_MIN_MS, abort.signal)
      } catch (error) {
        if (abort.signal.aborted) return
        // A watch that stood for a while did not fail in a row with those before it, though its quiet kind told of nothing.
        if (openedAt !== undefined && now() - openedAt > WATCH_MIN_MS) failures = 0
        failed(error)
        const backoff = Math.min(BACKOFF_MIN_MS * 2 ** (failures - 1), BACKOFF_MAX_MS)
        await sleep(backoff * (0.5 + Math.random()), abort.signal)
      }
    }
  }
  void run()

  const sourced = <T>(value: T): Sourced<T> => withAge(value, { synced: listedAt !== undefined, heardAt, failure, now: now() })
  return {
    kind,
    objects: () => sourced(store.all()),
    get: (namespace, name) => sourced(store.get(namespace, name)),
    standing: () => sourced(undefined),
    synced: () => listedAt !== undefined,
    listedAt: () => listedAt,
    answered: first.promise,
    isForbidden: () => isForbidden,
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

const sleep = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true })
  })
