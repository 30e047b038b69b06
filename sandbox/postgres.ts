import { execFile, spawn } from 'node:child_process'
import { chown, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from './listen.ts'

const run = promisify(execFile)

export type PostgresServer = {
  readonly version: string
  /** Makes an empty database and returns its address. */
  readonly createDatabase: () => Promise<string>
  readonly stop: () => Promise<void>
  /** kill -9 of the whole server, as a crash would do; `start` brings it back on the same address. */
  readonly kill: () => Promise<void>
  readonly start: () => Promise<void>
}

/** Starts a real PostgreSQL from Debian's binaries in a directory of its own; undefined where there are none. */
export async function startPostgres(): Promise<PostgresServer | undefined> {
  const versions = await readdir('/usr/lib/postgresql').catch(() => [])
  const version = versions.sort((a, b) => Number(b) - Number(a))[0]
  if (version === undefined) return undefined
  const bin = `/usr/lib/postgresql/${version}/bin`
  const directory = await mkdtemp(join(tmpdir(), 'vortex-pg-'))
  const identity = await unprivileged()
  if (identity.uid !== undefined && identity.gid !== undefined) await chown(directory, identity.uid, identity.gid)
  const data = join(directory, 'data')
  await run(`${bin}/initdb`, ['-D', data, '-U', 'vortex', '-A', 'trust', '-E', 'UTF8', '--no-sync'], { ...identity, cwd: directory })
  const port = await freePort()
  let server: ReturnType<typeof spawn> | undefined
  const launch = () =>
    spawn(`${bin}/postgres`, ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', directory], {
      ...identity,
      cwd: directory,
      stdio: 'ignore',
    })
  const start = async (): Promise<void> => {
    server = launch()
    await waitFor(() => {
      // Children of a killed server hold its memory for a moment, and the new one refuses to start meanwhile.
      if (server === undefined || server.exitCode !== null) server = launch()
      return run(`${bin}/pg_isready`, ['-h', '127.0.0.1', '-p', String(port), '-U', 'vortex'])
    })
  }
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const child = server
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill(signal)
    await gone
  }
  await start()
  let made = 0
  return {
    version,
    createDatabase: async () => {
      made += 1
      await run(`${bin}/createdb`, ['-h', '127.0.0.1', '-p', String(port), '-U', 'vortex', `vortex${made}`], {
        ...identity,
        cwd: directory,
      })
      return `postgres://vortex@127.0.0.1:${port}/vortex${made}`
    },
    kill: async () => {
      const { pid } = server ?? {}
      if (pid === undefined) return
      // Its children would finish a statement and commit before they notice that the server is gone.
      process.kill(pid, 'SIGSTOP')
      const children = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim().split(' ').filter(Boolean)
      for (const child of children) killQuietly(Number(child))
      await end('SIGKILL')
    },
    start,
    stop: async () => {
      await end('SIGINT')
      await rm(directory, { recursive: true, force: true })
    },
  }
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended by itself meanwhile.
  }
}

/** PostgreSQL refuses to run as root; Debian's package makes the user `postgres`. */
async function unprivileged(): Promise<{ uid?: number; gid?: number }> {
  if (process.getuid?.() !== 0) return {}
  const [uid, gid] = await Promise.all([run('id', ['-u', 'postgres']), run('id', ['-g', 'postgres'])])
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) }
}

async function waitFor(check: () => Promise<unknown>): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      await check()
      return
    } catch (error) {
      if (attempt >= 100) throw error
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}
