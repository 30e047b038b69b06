import type { JsonObject } from './json.ts'
import { checkListOptions, versionWords } from './list-options.ts'
import { matcherOf, served, type Query } from './list.ts'
import { apiVersionOf, shelfOf, type Resource } from './resource.ts'
import { expired, internal } from './status-error.ts'
import type { Storage, StoredEvent } from './storage.ts'

type WatchEvent = { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'; readonly object: JsonObject }
type Sink = { readonly send: (event: WatchEvent) => void; readonly end: () => void }
type Watch = {
  readonly storage: Storage
  readonly resource: Resource
  readonly namespace: string
  readonly query: Query
  readonly sink: Sink
}

const BOOKMARK_MS = 10_000
const TIMEOUT_SECONDS = 1_800

/** Starts a watch; gives a function that stops it. Throws when it asks what it may not. */
export function startWatch({ storage, resource, namespace, query, sink }: Watch): () => void {
  checkListOptions(query, true)
  const matches = matcherOf(resource, namespace, query)
  const asked = query.get('resourceVersion') ?? ''
  if (!/^\d*$/.test(asked)) throw internal(versionWords(asked))
  const initial = query.get('sendInitialEvents') === 'true' || ((asked === '' || asked === '0') && query.get('sendInitialEvents') === null)
  let seen = asked === '' || asked === '0' || initial ? storage.revision() : Number(asked)
  const shelf = shelfOf(resource)

  const bookmark = (annotations?: JsonObject): void =>
    sink.send({
      type: 'BOOKMARK',
      object: {
        kind: resource.kind,
        apiVersion: apiVersionOf(resource),
        metadata: { resourceVersion: String(seen), creationTimestamp: null, ...(annotations ? { annotations } : {}) },
      },
    })
  const pass = (event: StoredEvent): void => {
    if (event.revision <= seen) return
    seen = event.revision
    if (event.resource !== shelf) return
    // What enters or leaves the selection is added or deleted for this watcher.
    const was = event.previous !== null && matches(event.previous)
    const is = event.type !== 'DELETED' && matches(event.object)
    if (is) sink.send({ type: was ? 'MODIFIED' : 'ADDED', object: served(resource, event.object) })
    else if (was) sink.send({ type: 'DELETED', object: served(resource, lastState(event)) })
  }
  if (!initial && seen < storage.oldest()) {
    sink.send({ type: 'ERROR', object: expired(`too old resource version: ${seen} (${storage.oldest() + 1})`).status })
    sink.end()
    return () => undefined
  }
  if (initial) for (const object of storage.list(shelf)) if (matches(object)) sink.send({ type: 'ADDED', object: served(resource, object) })
  if (query.get('sendInitialEvents') === 'true') bookmark({ 'k8s.io/initial-events-end': 'true' })
  for (const event of storage.since(seen)) pass(event)
  const unsubscribe = storage.subscribe((events) => events.forEach(pass))

  const wantsBookmarks = query.get('allowWatchBookmarks') === 'true'
  const ticker = wantsBookmarks ? setInterval(bookmark, BOOKMARK_MS) : undefined
  const stop = (): void => {
    unsubscribe()
    clearInterval(ticker)
    clearTimeout(timer)
  }
  const timer = setTimeout(
    () => {
      if (wantsBookmarks) bookmark()
      stop()
      sink.end()
    },
    Number(query.get('timeoutSeconds') || TIMEOUT_SECONDS) * 1000,
  )
  return stop
}

// A deleted object shows its last state at the version of the deletion, as the API server does.
const lastState = ({ type, object, previous, revision }: StoredEvent): JsonObject => {
  if (type === 'DELETED' || previous === null) return object
  return { ...previous, metadata: { ...(previous['metadata'] as JsonObject), resourceVersion: String(revision) } } // safe: every stored object has metadata
}
