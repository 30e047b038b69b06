import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'

/** A process that is started again whenever it dies, as a supervisor would; nobody else looks after it. */
export type Kept = {
  readonly pid: () => number | undefined
  readonly kill: (signal?: NodeJS.Signals) => void
  readonly deaths: () => number
  readonly stop: () => Promise<void>
}

export function keep(
  script: string | readonly string[],
  env: Readonly<Record<string, string>>,
  logPath: string,
  onLine: (line: string) => void = () => {},
): Kept {
  const out = createWriteStream(logPath, { flags: 'a' })
  let child: ChildProcess | undefined
  let deaths = 0
  let isStopped = false
  const start = (): void => {
    const started = spawn(process.execPath, ['--conditions=react-server', ...(typeof script === 'string' ? [script] : script)], {
      env: { ...process.env, ...env, NODE_NO_WARNINGS: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child = started
    for (const stream of [started.stdout, started.stderr])
      stream.on('data', (chunk: Buffer) => {
        out.write(chunk)
        for (const line of chunk.toString('utf8').split('\n')) onLine(line)
      })
    started.once('exit', () => {
      deaths += 1
      if (!isStopped) setTimeout(start, 100)
    })
  }
  start()
  return {
    pid: () => child?.pid,
    deaths: () => deaths,
    kill: (signal = 'SIGKILL') => void child?.kill(signal),
    stop: async () => {
      isStopped = true
      const leaving = child
      if (!leaving || leaving.exitCode !== null || leaving.signalCode !== null) return
      const gone = new Promise((resolve) => leaving.once('exit', resolve))
      leaving.kill('SIGTERM')
      const force = setTimeout(() => leaving.kill('SIGKILL'), 10_000)
      await gone
      clearTimeout(force)
    },
  }
}
