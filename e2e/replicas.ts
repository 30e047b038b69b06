import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isBuilt, sourceDigest } from '#sandbox/demo/portal-build.ts'
import { freePort } from '#sandbox/listen.ts'

const ROOT = join(import.meta.dirname, '..')
const NEXT = join(ROOT, 'node_modules/next/dist/bin/next')

/** One process of the portal, started once: whoever ends it starts its successor. */
export type Started = {
  readonly port: number
  readonly log: () => Promise<string>
  /** Asks it to end and gives back with what it did: the status, or the signal when it did not end by itself. */
  readonly end: () => Promise<number | string>
}
type Environment = Readonly<Record<string, string>>
export type Starter = {
  /** `own` is added to the environment of this one process. */
  readonly web: (own?: Environment) => Promise<Started>
  readonly worker: (own?: Environment) => Promise<Started>
  readonly endAll: () => Promise<void>
}

/** Starts replicas on one world with the settings of demo.json, each with a port and a state directory of its own. */
export function startsOn(env: Environment, directory: string): Starter {
  const running = new Set<ChildProcess>()
  let count = 0
  async function start(name: string, args: readonly string[], port: number, own: Environment): Promise<Started> {
    count += 1
    const state = join(directory, 'replicas', `${count}-${name}`)
    await mkdir(state, { recursive: true })
    const path = join(state, 'process.log')
    const out = createWriteStream(path, { flags: 'a' })
    const child = spawn(process.execPath, [...args], {
      cwd: ROOT,
      env: { ...process.env, ...env, ...own, PORT: String(port), VORTEX_STATE_DIR: state, NODE_NO_WARNINGS: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    running.add(child)
    child.stdout.pipe(out)
    child.stderr.pipe(out)
    const gone = new Promise<number | string>((resolve) =>
      child.once('exit', (code, signal) => {
        running.delete(child)
        resolve(code ?? signal ?? 'unknown')
      }),
    )
    return {
      port,
      log: () => readFile(path, 'utf8'),
      end: () => {
        child.kill('SIGTERM')
        return gone
      },
    }
  }
  return {
    web: async (own = {}) => {
      if (!isBuilt(ROOT, sourceDigest(ROOT))) throw new Error('the portal is not built from these sources: npm run build')
      const port = await freePort()
      return start('web', [NEXT, 'start', '-p', String(port), '-H', '127.0.0.1'], port, { VORTEX_WORKER: 'off', ...own })
    },
    worker: async (own = {}) => {
      const port = await freePort()
      return start('worker', ['--conditions=react-server', join(ROOT, 'server/worker-main.ts')], port, {
        VORTEX_WORKER_HEALTH_PORT: String(port),
        ...own,
      })
    },
    endAll: async () => {
      const gone = [...running].map((child) => new Promise((resolve) => child.once('exit', resolve)))
      for (const child of running) child.kill('SIGKILL')
      await Promise.all(gone)
    },
  }
}
