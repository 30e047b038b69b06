import 'server-only'
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { AppError } from '#lib/error.ts'

export type GitObject = { readonly id: string; readonly type: string; readonly body: Buffer }

/** One `git cat-file --batch` that stays: an object by any of its names, without a process per question. */
export type Batch = {
  /** Undefined when there is no such object. Throws AppError('unavailable') when the process ends or is late. */
  readonly ask: (name: string) => Promise<GitObject | undefined>
  readonly close: () => void
}

type Asked = { readonly resolve: (found: GitObject | undefined) => void; readonly reject: (error: AppError) => void }
type Running = { readonly child: ChildProcessWithoutNullStreams; readonly asked: Asked[]; got: Buffer; timer: NodeJS.Timeout }

const IDLE_MS = 10_000
const LATE_MS = 30_000

export function createBatch(env: Readonly<Record<string, string>>): Batch {
  let running: Running | undefined

  const end = (here: Running, cause: unknown): void => {
    if (running === here) running = undefined
    clearTimeout(here.timer)
    here.child.kill('SIGKILL')
    for (const { reject } of here.asked.splice(0)) reject(new AppError('unavailable', 'The local Git mirror could not answer.', { cause }))
  }

  const rest = (here: Running): void => {
    clearTimeout(here.timer)
    here.timer = setTimeout(() => end(here, 'cat-file was idle or late'), here.asked.length > 0 ? LATE_MS : IDLE_MS)
    if (here.asked.length === 0) here.timer.unref()
  }

  const start = (): Running => {
    const child = spawn('git', ['cat-file', '--batch'], { cwd: '/', env: { NODE_ENV: 'production', ...env }, stdio: 'pipe' })
    const here: Running = { child, asked: [], got: Buffer.alloc(0), timer: setTimeout(() => {}, 0) }
    child.stdout.on('data', (chunk: Buffer) => {
      here.got = here.got.length === 0 ? chunk : Buffer.concat([here.got, chunk])
      while (answerNext(here)) rest(here)
    })
    child.stderr.resume()
    child.stdin.on('error', () => {}) // its end is told by `close`
    child.on('error', (cause) => end(here, cause))
    child.on('close', (code) => end(here, `cat-file ended with ${code ?? 'a signal'}`))
    // A process that has nothing else to do may end while this one idles.
    child.unref()
    return here
  }

  return {
    ask(name) {
      if (name.includes('\n')) return Promise.resolve(undefined)
      const here = (running ??= start())
      return new Promise((resolve, reject) => {
        here.asked.push({ resolve, reject })
        rest(here)
        here.child.stdin.write(`${name}\n`)
      })
    },
    close() {
      if (running !== undefined) end(running, 'the mirror was closed')
    },
  }
}

/** Takes one whole answer off what has arrived; false when there is none yet. */
function answerNext(here: Running): boolean {
  const [first] = here.asked
  const lineEnd = here.got.indexOf(10)
  if (first === undefined || lineEnd < 0) return false
  const [, id, type, size] = /^([0-9a-f]{40}) (\w+) (\d+)$/.exec(here.got.subarray(0, lineEnd).toString('utf8')) ?? []
  const found = id !== undefined && type !== undefined
  const end = found ? lineEnd + 1 + Number(size) : lineEnd
  if (here.got.length < end + 1) return false
  const body = Buffer.from(here.got.subarray(lineEnd + 1, end))
  here.got = here.got.subarray(end + 1)
  here.asked.shift()
  first.resolve(found ? { id, type, body } : undefined)
  return true
}
