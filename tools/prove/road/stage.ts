import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createKubeClient, type KubeClient } from '#sandbox/kube-client.ts'
import { freePort } from '#sandbox/listen.ts'
import { type PostgresServer, startPostgres } from '#sandbox/postgres.ts'
import { contextOf } from '#sandbox/set-up/kubeconfig.ts'
import { keep, type Kept } from './process.ts'

/** One world, one PostgreSQL, a portal without pages and two workers, each a process of its own. */
export type Stage = {
  readonly postgres: PostgresServer
  readonly address: string
  readonly kube: KubeClient
  readonly repository: string
  readonly portal: Kept
  readonly workers: readonly Kept[]
  readonly leader: () => Kept
  readonly call: <T>(verb: string, as: string, input: unknown) => Promise<T>
  readonly close: () => Promise<void>
}

export class Refused extends Error {
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

type Info = {
  readonly ready: boolean
  readonly git: { readonly path: string }
  readonly kubernetes: { readonly kubeconfig: string }
  readonly portal: { readonly env: Readonly<Record<string, string>> }
}
type Answer = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: { code: string; message: string } }

export async function setStage(): Promise<Stage | undefined> {
  const postgres = await startPostgres()
  if (postgres === undefined) return undefined
  const address = await postgres.createDatabase()
  const dir = await mkdtemp(join(tmpdir(), 'vortex-prove-'))
  const demo = spawn(process.execPath, ['--conditions=react-server', 'sandbox/demo.ts', '--dir', dir, '--no-portal', '--no-story'], {
    env: { ...process.env, PORT: '0', VORTEX_DATABASE_URL: address, NODE_NO_WARNINGS: '1' },
    stdio: 'ignore',
  })
  const read = async (): Promise<Info> => JSON.parse(await readFile(join(dir, 'demo.json'), 'utf8')) as Info // safe: the demo wrote it
  for (let tries = 0; (await read().catch(() => undefined))?.ready !== true; tries += 1) {
    if (demo.exitCode !== null || tries > 600) throw new Error('the world did not start')
    await pause(200)
  }
  const info = await read()
  const port = String(await freePort())
  const { PORT: _, ...env } = info.portal.env
  const own = (name: string) => ({ ...env, PORT: port, VORTEX_STATE_DIR: join(dir, name) })
  let leading = 0
  const workers = [0, 1].map((at) =>
    keep('server/worker-main.ts', own(`worker${at}`), join(dir, `worker${at}.log`), (line) => {
      if (line.includes('"worker.leads"')) leading = at
    }),
  )
  const portal = keep(join(import.meta.dirname, 'portal.ts'), own('portal'), join(dir, 'portal.log'))
  const kube = createKubeClient(contextOf(info.kubernetes.kubeconfig, 'admin'))
  return {
    postgres,
    address,
    kube,
    repository: info.git.path,
    portal,
    workers,
    leader: () => workers[leading] ?? portal,
    call: async <T>(verb: string, as: string, input: unknown) => {
      const response = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: JSON.stringify({ verb, as, input }) })
      const said = (await response.json()) as Answer // safe: our own process
      if (!said.ok) throw new Refused(said.error.code, said.error.message)
      return said.value as T // safe: the verb's own type, named by the caller
    },
    close: async () => {
      await Promise.all([portal, ...workers].map((one) => one.stop()))
      kube.close()
      const gone = new Promise((resolve) => demo.once('exit', resolve))
      if (demo.exitCode === null) {
        demo.kill('SIGTERM')
        await gone
      }
      await postgres.stop()
      if (process.env['VORTEX_PROVE_KEEP'] === undefined) await rm(dir, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
