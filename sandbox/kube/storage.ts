import { openSync, closeSync, fsyncSync, writeSync, renameSync, existsSync, readFileSync, mkdirSync, truncateSync } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
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
type Line = { readonly r: number; readonly s: string; readonly k: string; readonly t: 'p' | 'd'; readonly o: JsonObject }
type Head = { readonly revision: number }

const LOG_BYTES_MAX = 48 * 1024 * 1024

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
  const change = ({ r, s, k, t, o }: Line): StoredEvent => {
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
  return { shelves, shelf, history, state, change, remember }
}

function readLines(path: string, use: (line: string) => void): void {
  if (!existsSync(path)) return
  const bytes = readFileSync(path)
  let start = 0
  for (let end = bytes.indexOf(10, start); end >= 0; end = bytes.indexOf(10, start)) {
    use(bytes.toString('utf8', start, end))
    start = end + 1
  }
  // A line without its end was never acknowledged: the process died while writing it.
  if (start < bytes.length) truncateSync(path, start)
}

const syncDirectory = (dir: string): void => {
  const handle = openSync(dir, 'r')
  fsyncSync(handle)
  closeSync(handle)
}

/**
 * Objects in memory, every change in an append-only log that is synced before the write is acknowledged (batched), and a snapshot that replaces
 * a long log by atomic rename. Throws when the files cannot be read or hold a damaged line.
 */
export async function openStorage(dir: string, historyMax = 20_000): Promise<Storage> {
  mkdirSync(dir, { recursive: true })
  const logPath = join(dir, 'log.jsonl')
  const snapshotPath = join(dir, 'snapshot.jsonl')
  const memory = createMemory(historyMax)
  const { state, history, shelf } = memory
  let head: Head | null = null
  readLines(snapshotPath, (line) => {
    if (head === null) head = JSON.parse(line) as Head // safe: written by saveSnapshot
    else memory.change(JSON.parse(line) as Line) // safe: as above
  })
  state.revision = state.oldest = (head as Head | null)?.revision ?? 0
  readLines(logPath, (line) => {
    const change = JSON.parse(line) as Line // safe: written by flush below
    if (change.r > state.revision) memory.remember(memory.change(change))
  })
  let log: FileHandle = await open(logPath, 'a')
  syncDirectory(dir)

  const waiting: { line: Line; event: StoredEvent }[] = []
  const listeners = new Set<(events: readonly StoredEvent[]) => void>()
  let flushing: Promise<void> | null = null
  let bytes = (await log.stat()).size

  const saveSnapshot = async (): Promise<void> => {
    const handle = openSync(`${snapshotPath}.new`, 'w', 0o600)
    const write = (value: Head | Line) => writeSync(handle, `${JSON.stringify(value)}\n`)
    write({ revision: state.revision })
    for (const [s, { objects }] of memory.shelves) for (const [k, o] of objects) write({ r: state.revision, s, k, t: 'p', o })
    fsyncSync(handle)
    closeSync(handle)
    renameSync(`${snapshotPath}.new`, snapshotPath)
    syncDirectory(dir)
    await log.close()
    log = await open(logPath, 'w')
    bytes = 0
  }
  const flush = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting.splice(0)
      const chunk = Buffer.from(batch.map(({ line }) => `${JSON.stringify(line)}\n`).join(''))
      await log.appendFile(chunk)
      await log.datasync()
      bytes += chunk.length
      const events = batch.map(({ event }) => event)
      for (const event of events) memory.remember(event)
      for (const listener of listeners) listener(events)
      if (bytes > LOG_BYTES_MAX && waiting.length === 0) await saveSnapshot()
    }
    flushing = null
  }
  const commit = (resource: string, key: string, t: 'p' | 'd', build: (revision: string) => JsonObject): JsonObject => {
    const r = state.revision + 1
    const line: Line = { r, s: resource, k: key, t, o: build(String(r)) }
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
      await log.close()
    },
  }
}
