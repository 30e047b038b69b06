import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { log } from '../log.ts'

export type ChildOptions = {
  readonly name: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  readonly logPath: string
  /** Called with the process id at each start. */
  readonly onStart?: (pid: number) => void
}

export type Child = { readonly pid: () => number | undefined; readonly close: () => Promise<void> }

const PAUSE_MS_FIRST = 500
const PAUSE_MS_MAX = 10_000
const STEADY_MS = 20_000
const KILL_AFTER_MS = 8_000

/** Keeps a Node process running until closed: one that dies is started again, later each time it dies early. */
export function keepRunning(options: ChildOptions): Child {
  const { name, args, env, cwd, logPath } = options
  let child: ChildProcess | undefined
  let isClosed = false
  let pauseMs = PAUSE_MS_FIRST
  let waiting: NodeJS.Timeout | undefined
  const out = createWriteStream(logPath, { flags: 'a' })

  function start(): void {
    const startedAt = Date.now()
    child = spawn(process.execPath, [...args], { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
    child.stdout?.pipe(out, { end: false })
    child.stderr?.pipe(out, { end: false })
    if (child.pid !== undefined) options.onStart?.(child.pid)
    child.on('error', (cause) => log.error('demo.child.unable', { name, words: cause.message }))
    child.on('exit', (code, signal) => {
      if (isClosed) return
      if (Date.now() - startedAt > STEADY_MS) pauseMs = PAUSE_MS_FIRST
      log.warn('demo.child.died', { name, code, signal, againInMs: pauseMs })
      waiting = setTimeout(start, pauseMs)
      pauseMs = Math.min(pauseMs * 2, PAUSE_MS_MAX)
    })
  }
  start()
  return {
    pid: () => child?.pid,
    async close() {
      isClosed = true
      clearTimeout(waiting)
      const leaving = child
      if (leaving === undefined || leaving.exitCode !== null || leaving.signalCode !== null) return
      const gone = new Promise<void>((resolve) => leaving.once('exit', () => resolve()))
      const force = setTimeout(() => leaving.kill('SIGKILL'), KILL_AFTER_MS)
      leaving.kill('SIGTERM')
      await gone
      clearTimeout(force)
    },
  }
}

/** Runs a Node process to its end; rejects when it fails. */
export function runOnce({ name, args, env, cwd, logPath }: ChildOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const out = createWriteStream(logPath, { flags: 'a' })
    const child = spawn(process.execPath, [...args], { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
    child.stdout.pipe(out, { end: false })
    child.stderr.pipe(out, { end: false })
    child.on('error', reject)
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${name} failed (${code}); see ${logPath}`))))
  })
}
