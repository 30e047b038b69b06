import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres } from '#sandbox/postgres.ts'

const READY_MS_MAX = 420_000

/** The demo world without its portal, on a PostgreSQL: everything that a portal asks runs in processes of its own. */
export type DemoWorld = {
  /** The settings with which a portal reaches it. */
  readonly env: Readonly<Record<string, string>>
  readonly stop: () => Promise<void>
}

type Info = { readonly ready: boolean; readonly portal: { readonly env: Readonly<Record<string, string>> } }

export async function startDemoWorld(options: readonly string[] = []): Promise<DemoWorld> {
  const postgres = await startPostgres()
  if (postgres === undefined) throw new Error('There is no PostgreSQL on this machine to measure on.')
  const dir = await mkdtemp(join(tmpdir(), 'bench-world-'))
  const demo = spawn(
    process.execPath,
    ['--conditions=react-server', 'sandbox/demo.ts', '--dir', join(dir, 'world'), '--no-portal', ...options],
    {
      cwd: join(import.meta.dirname, '../..'),
      env: { ...process.env, PORT: '0', VORTEX_DATABASE_URL: await postgres.createDatabase() },
      stdio: 'ignore',
    },
  )
  const gone = new Promise((resolve) => demo.once('exit', resolve))
  const stop = async (): Promise<void> => {
    demo.kill('SIGTERM')
    await gone
    await postgres.stop()
    await rm(dir, { recursive: true, force: true, maxRetries: 5 })
  }
  const read = async (): Promise<Info> => JSON.parse(await readFile(join(dir, 'world/demo.json'), 'utf8')) as Info // safe: the demo wrote it
  const end = Date.now() + READY_MS_MAX
  for (;;) {
    const info = await read().catch(() => undefined)
    if (info?.ready === true) return { env: { ...info.portal.env, VORTEX_STATE_DIR: join(dir, 'portal') }, stop }
    if (demo.exitCode !== null || Date.now() > end) {
      await stop()
      throw new Error('The demo world did not start.')
    }
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
}
