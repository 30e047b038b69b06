import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, truncateSync, writeSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { JsonObject } from './json.ts'

/** One change: `p` puts object `o` under key `k` of shelf `s` at revision `r`, `d` deletes it. */
export type Change = { readonly r: number; readonly s: string; readonly k: string; readonly t: 'p' | 'd'; readonly o: JsonObject }
type Head = { readonly revision: number }

export type Journal = {
  /** Resolves when the changes are on disk. */
  append(changes: readonly Change[]): Promise<void>
  /** Whether the log is so long that a snapshot should replace it. */
  isLong(): boolean
  /** Replaces the log by a snapshot of everything, atomically. `objects` is read before anything is awaited. */
  replace(revision: number, objects: Iterable<Change>): Promise<void>
  close(): Promise<void>
}

const LOG_BYTES_MAX = 48 * 1024 * 1024

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
 * Opens the files of a directory and hands every stored change to `load`, the snapshot first. Throws when a line is damaged; a last line without its
 * end is cut off.
 */
export async function openJournal(
  dir: string,
  load: (change: Change, isHistory: boolean) => void,
  start: (revision: number) => void,
  logBytesMax = LOG_BYTES_MAX,
): Promise<Journal> {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const logPath = join(dir, 'log.jsonl')
  const snapshotPath = join(dir, 'snapshot.jsonl')
  let revision: number | null = null
  readLines(snapshotPath, (line) => {
    if (revision === null) start((revision = (JSON.parse(line) as Head).revision)) // safe: written by replace below
    else load(JSON.parse(line) as Change, false) // safe: as above
  })
  const from = revision ?? 0
  readLines(logPath, (line) => {
    const change = JSON.parse(line) as Change // safe: written by append below
    if (change.r > from) load(change, true)
  })
  let log = await open(logPath, 'a', 0o600)
  let bytes = (await log.stat()).size
  syncDirectory(dir)
  return {
    append: async (changes) => {
      const chunk = Buffer.from(changes.map((change) => `${JSON.stringify(change)}\n`).join(''))
      await log.appendFile(chunk)
      await log.datasync()
      bytes += chunk.length
    },
    isLong: () => bytes > logBytesMax,
    replace: async (at, objects) => {
      const handle = openSync(`${snapshotPath}.new`, 'w', 0o600)
      writeSync(handle, `${JSON.stringify({ revision: at } satisfies Head)}\n`)
      for (const change of objects) writeSync(handle, `${JSON.stringify(change)}\n`)
      fsyncSync(handle)
      closeSync(handle)
      renameSync(`${snapshotPath}.new`, snapshotPath)
      syncDirectory(dir)
      await log.close()
      log = await open(logPath, 'w', 0o600)
      bytes = 0
    },
    close: () => log.close(),
  }
}
