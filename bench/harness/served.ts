import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '#sandbox/listen.ts'

const NEXT = join(import.meta.dirname, '../../node_modules/next/dist/bin/next')
const READY_MS_MAX = 120_000
/** USER_HZ, in which the kernel counts for /proc; 100 on every Linux of today. */
const TICKS_PER_SECOND = 100

/** A server that runs as one process of its own, so that its CPU can be told from everybody else's. */
export type Served = { readonly url: string; readonly pid: number; readonly stop: () => Promise<void> }

/** Starts a built Next app (`next start`) on a free port of loopback; resolves once `ready` answers 200. */
export async function serve(folder: string, ready: string, env: Readonly<Record<string, string>> = {}): Promise<Served> {
  const port = await freePort()
  const said: string[] = []
  const child = spawn(process.execPath, [NEXT, 'start', '-p', String(port), '-H', '127.0.0.1'], {
    cwd: folder,
    env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1', ...env, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => said.push(chunk.toString()))
  const gone = new Promise((resolve) => child.once('exit', resolve))
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM')
    await gone
  }
  const url = `http://127.0.0.1:${port}`
  const end = Date.now() + READY_MS_MAX
  while (!(await fetch(`${url}${ready}`, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined))?.ok) {
    if (child.exitCode !== null || Date.now() > end) {
      await stop()
      throw new Error(`${folder} is not served:\n${said.join('').slice(-3000)}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  if (child.pid === undefined) throw new Error('unreachable: it answered')
  return { url, pid: child.pid, stop }
}

/** Seconds of CPU, user and system, that the process and all its threads have used so far. Its children are not in it. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The name before the bracket may hold spaces; utime and stime are fields 14 and 15 of the line, proc_pid_stat(5).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
}
