import { openJournal, type Change } from './journal.ts'
import type { JsonObject } from './json.ts'

export type StoredEvent = {
  readonly revision: number
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly resource: string
  readonly key: string
  readonly object: JsonObject
  readonly previous: JsonObject | null
}
/** `resource` is `group/plural`, `key` is `namespace/name`. Objects are never changed once they are stored. */
export type Storage = {
  get(resource: string, key: string): JsonObject | undefined
  list(resource: string): readonly JsonObject[]
  /** The list as it stood at a revision; null when that revision is no longer in the history. */
  listAt(resource: string, revision: number): readonly JsonObject[] | null
  revision(): number
  /** Every event after this revision is still known. */
  oldest(): number
  put(resource: string, key: string, build: (revision: string) => JsonObject): JsonObject
  remove(resource: string, key: string, build: (revision: string) => JsonObject): JsonObject
  /** Resolves when everything written so far is on disk. Answers are sent only after it. */
  durable(): Promise<void>
  /** Durable events after a revision. */
  since(revision: number): readonly StoredEvent[]
  subscribe(listener: (events: readonly StoredEvent[]) => void): () => void
  /** Drops the history, as a compaction does: older watches and continue tokens get 410. */
  forget(): void
  close(): Promise<void>
}
export type StorageOptions = {
  /** How many events are kept for watches and continue tokens. */
  readonly historyMax?: number | undefined
  /** Length of the log at which a snapshot replaces it. */
  readonly logBytesMax?: number | undefined
}

type Shelf = { readonly objects: Map<string, JsonObject>; sorted: JsonObject[] | null }

function createMemory(historyMax: number) {
  const shelves = new Map<string, Shelf>()
  const history: StoredEvent[] = []
  const state = { revision: 0, oldest: 0 }
  const shelf = (resource: string): Shelf => {
    const known = shelves.get(resource)
    if (known) return known
    const fresh: Shelf = { objects: new Map(), sorted: null }
    shelves.set(resource, fresh)
    return fresh
  }
  const change = ({ r, s, k, t, o }: Change): StoredEvent => {
    const { objects } = shelf(s)
    const previous = objects.get(k) ?? null
    if (t === 'p') objects.set(k, o)
    else objects.delete(k)
    shelf(s).sorted = null
    state.revision = r
    return { revision: r, type: t === 'd' ? 'DELETED' : previous === null ? 'ADDED' : 'MODIFIED', resource: s, key: k, object: o, previous }
  }
  const remember = (event: StoredEvent): void => {
    history.push(event)
    if (history.length <= historyMax * 1.25) return
    const dropped = history.splice(0, history.length - historyMax)
    state.oldest = dropped.at(-1)?.revision ?? state.oldest
  }
  function* changes(): Generator<Change> {
    for (const [s, { objects }] of shelves) for (const [k, o] of objects) yield { r: state.revision, s, k, t: 'p', o }
  }
  return { shelf, history, state, change, remember, changes }
}

/** Objects in memory; every change is synced to the journal (in batches) before it is acknowledged or shown to a watch. */
export async function openStorage(dir: string, { historyMax = 20_000, logBytesMax }: StorageOptions = {}): Promise<Storage> {
  const memory = createMemory(historyMax)
  const { state, history, shelf } = memory
  const load = (change: Change, isHistory: boolean): void => {
    const event = memory.change(change)
    if (isHistory) memory.remember(event)
  }
  const journal = await openJournal(dir, load, (revision) => (state.revision = state.oldest = revision), logBytesMax)

  const waiting: { line: Change; event: StoredEvent }[] = []
  const listeners = new Set<(events: readonly StoredEvent[]) => void>()
  let flushing: Promise<void> | null = null

  const flush = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting.splice(0)
      await journal.append(batch.map(({ line }) => line))
      const events = batch.map(({ event }) => event)
      for (const event of events) memory.remember(event)
      for (const listener of listeners) listener(events)
      if (journal.isLong() && waiting.length === 0) await journal.replace(state.revision, memory.changes())
    }
    flushing = null
  }
  const commit = (resource: string, key: string, t: 'p' | 'd', build: (revision: string) => JsonObject): JsonObject => {
    const r = state.revision + 1
    const line: Change = { r, s: resource, k: key, t, o: build(String(r)) }
    waiting.push({ line, event: memory.change(line) })
    flushing ??= Promise.resolve().then(flush)
    return line.o
  }
  const list = (resource: string): readonly JsonObject[] => {
    const found = shelf(resource)
    found.sorted ??= [...found.objects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object)
    return found.sorted
  }
  const listAt = (resource: string, revision: number): readonly JsonObject[] | null => {
    if (revision < state.oldest) return null
    const objects = new Map(shelf(resource).objects)
    for (let i = history.length - 1; i >= 0; i--) {
      const event = history[i]
      if (event === undefined || event.revision <= revision) break
      if (event.resource !== resource) continue
      if (event.previous === null) objects.delete(event.key)
      else objects.set(event.key, event.previous)
    }
    return [...objects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object)
  }
  return {
    get: (resource, key) => shelf(resource).objects.get(key),
    list,
    listAt,
    revision: () => state.revision,
    oldest: () => state.oldest,
    put: (resource, key, build) => commit(resource, key, 'p', build),
    remove: (resource, key, build) => commit(resource, key, 'd', build),
    durable: () => flushing ?? Promise.resolve(),
    since: (revision) => history.slice(history.findLastIndex((event) => event.revision <= revision) + 1),
    subscribe: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    forget: () => {
      history.length = 0
      state.oldest = state.revision
    },
    close: async () => {
      await flushing
      await journal.close()
    },
  }
}
