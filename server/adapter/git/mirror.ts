import 'server-only'
import { randomUUID } from 'node:crypto'
import { link, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { AppError } from '#lib/error.ts'
import { type Batch, createBatch } from '#server/adapter/git/batch.ts'
import { type GitRun, type RunGit, type RunOptions } from '#server/adapter/git/run-git.ts'
import { isFull, type Remote, remoteProblem } from '#server/adapter/git/remote.ts'
import { log } from '#server/log.ts'

/** The bare clone. It is a cache: whatever is wrong with it, it is thrown away and fetched again. */
export type Mirror = {
  readonly dir: string
  readonly run: RunGit
  /** Ids of commits that were seen here, so that each is looked up once. */
  readonly seen: Set<string>
  /** Small contents by `commit:path`. */
  readonly contents: Map<string, Uint8Array | undefined>
  /** Brings every branch of the remote here, as the remote has it now. */
  readonly fetch: () => Promise<void>
  /** Makes sure the clone exists and was fetched once. */
  readonly ensure: () => Promise<void>
  /** One writer at a time, over all processes that share the folder. */
  readonly exclusive: <T>(work: () => Promise<T>) => Promise<T>
  /** Reads objects without a process per question; the clone exists when it is given. */
  readonly batch: () => Promise<Batch>
  /** Runs a local command that must succeed; a broken clone is fetched again once. */
  readonly must: (args: readonly string[], options?: RunOptions) => Promise<Buffer>
}

const NETWORK_DEADLINE = 60_000
const STALE_LOCK = 180_000
const BROKEN =
  /corrupt|bad object|not a git repository|unable to read (tree|sha1 file|[0-9a-f]{40})|missing (blob|tree|commit)|packfile|loose object|broken|did not send all necessary|object file .* is empty|bad signature|not a valid object|unresolved deltas|bad config/i

export function createMirror(settings: {
  readonly dir: string
  readonly remote: Remote
  readonly run: RunGit
  readonly env: Readonly<Record<string, string>>
  readonly deadline?: number
}): Mirror {
  const { dir, remote, run } = settings
  const seen = new Set<string>()
  const contents = new Map<string, Uint8Array | undefined>()
  const batch = createBatch(settings.env)
  let ready = false

  const fetchHere = (): Promise<GitRun> =>
    run(['fetch', '--quiet', '--prune', '--no-tags', '--no-write-fetch-head', remote.url, '+refs/heads/*:refs/heads/*'], {
      env: remote.env(),
      deadline: settings.deadline ?? NETWORK_DEADLINE,
    })

  const isRepository = async (): Promise<boolean> =>
    (await stat(`${dir}/HEAD`).catch(() => undefined)) !== undefined && (await run(['rev-parse', '--is-bare-repository'])).code === 0

  async function renew(): Promise<void> {
    seen.clear()
    contents.clear()
    batch.close()
    if ((await stat(dir).catch(() => undefined)) !== undefined) {
      log.warn('git.mirror.renewed', { dir })
      const old = `${dir}.${randomUUID()}.old`
      await rename(dir, old)
      await rm(old, { recursive: true, force: true })
    }
    await initialise()
  }

  async function initialise(): Promise<void> {
    await mkdir(dir, { recursive: true })
    const made = await run(['init', '--quiet', '--bare'])
    if (made.code !== 0) throw new AppError('unavailable', 'The local Git mirror cannot be made.', { cause: made.words })
    await run(['config', 'gc.auto', '0'])
  }

  async function fetchLocked(): Promise<void> {
    if (!(await isRepository())) await renew()
    let fetched = await fetchHere()
    // The connectivity of what we hold is not asked of the remote: a hole shows as a missing object of a branch.
    if (fetched.code === 0 && !(await isWhole(run))) fetched = { ...fetched, code: 1, words: 'mirror is broken' }
    if (
      fetched.code !== 0 &&
      fetched.code !== undefined &&
      !isFull(fetched) &&
      BROKEN.test(fetched.words) &&
      !/appear to be a git/.test(fetched.words)
    ) {
      await renew()
      fetched = await fetchHere()
    }
    if (fetched.code !== 0) throw remoteProblem(fetched, remote, 'reading it')
    ready = true
  }

  const exclusive = <T>(work: () => Promise<T>): Promise<T> => withLock(`${dir}.lock`, work)
  const fetch = (): Promise<void> => exclusive(fetchLocked)
  const ensure = async (): Promise<void> => {
    const there = (await stat(`${dir}/HEAD`).catch(() => undefined)) !== undefined
    if (ready && there) return
    // A clone of an earlier run answers while the remote is silent.
    ready = there && (await isRepository()) && (await run(['for-each-ref', '--count=1', 'refs/heads'])).out.length > 0
    if (!ready) await fetch()
  }

  async function must(args: readonly string[], options?: RunOptions): Promise<Buffer> {
    await ensure()
    let ran = await run(args, options)
    if (ran.code !== 0 && !isFull(ran) && BROKEN.test(ran.words)) {
      await exclusive(async () => {
        await renew()
        await fetchLocked()
      })
      ran = await run(args, options)
    }
    if (ran.code !== 0)
      throw new AppError('unavailable', 'The local Git mirror could not answer.', { cause: `${args[0] ?? ''}: ${ran.words}` })
    return ran.out
  }
  const reader = async (): Promise<Batch> => {
    await ensure()
    return batch
  }
  return { dir, run, seen, contents, fetch, ensure, exclusive, batch: reader, must }
}

/** Every branch head and its tree can be read. */
async function isWhole(run: RunGit): Promise<boolean> {
  const heads = await run(['for-each-ref', '--format=%(objectname)^{tree}', 'refs/heads'])
  if (heads.code !== 0) return false
  const trees = await run(['cat-file', '--batch-check'], { input: heads.out })
  return trees.code === 0 && !/ missing$/m.test(trees.out.toString('utf8'))
}

/** A lock file that names its owner; an owner that is dead, or far too old, is put aside. */
async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const owner = `${hostname()} ${process.pid} ${randomUUID()}`
  await mkdir(dirname(path), { recursive: true })
  const until = performance.now() + STALE_LOCK
  for (let refusedAt = await take(path, owner); refusedAt !== undefined; refusedAt = await take(path, owner)) {
    const stale = await staleOwner(path, refusedAt)
    if (stale !== undefined) await putAside(path, stale)
    else if (performance.now() > until)
      throw new AppError('unavailable', 'The local Git mirror is held by another process.', { cause: path })
    else await pause(20 + Math.random() * 60)
  }
  try {
    return await work()
  } finally {
    if ((await readFile(path, 'utf8').catch(() => '')) === owner) await rm(path, { force: true })
  }
}

/**
 * The lock appears with its owner's name in it, whole: one without would be nobody's for minutes after a kill. Undefined when it
 * is taken, else the time by the clock of the folder (epoch milliseconds): the age of another's lock is told by no other clock.
 */
async function take(path: string, owner: string): Promise<number | undefined> {
  const own = `${path}.${randomUUID()}`
  try {
    await writeFile(own, owner)
    await link(own, path)
    return undefined
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') return (await stat(own)).mtimeMs
    throw new AppError('unavailable', 'The folder of the local Git mirror cannot be written.', { cause })
  } finally {
    await rm(own, { force: true })
  }
}

/** Takes away the lock of that owner only: another process may have put its own there meanwhile. */
async function putAside(path: string, owner: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`
  try {
    await rename(path, aside)
    if ((await readFile(aside, 'utf8')) !== owner) await link(aside, path)
  } catch {
    // somebody was faster
  }
  await rm(aside, { force: true })
}

async function staleOwner(path: string, now: number): Promise<string | undefined> {
  const [words, facts] = await Promise.all([readFile(path, 'utf8').catch(() => ''), stat(path).catch(() => undefined)])
  if (facts === undefined) return undefined
  if (now - facts.mtimeMs > STALE_LOCK) return words
  const [host, pid] = words.split(' ')
  if (host !== hostname() || pid === undefined) return undefined
  try {
    process.kill(Number(pid), 0)
    return undefined
  } catch (cause) {
    return cause instanceof Error && 'code' in cause && cause.code === 'ESRCH' ? words : undefined
  }
}
