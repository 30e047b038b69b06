import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Browser, type Page, test } from '@playwright/test'

const run = promisify(execFile)
const READY_MS = 180_000

/** The same walks pass with every demo object renamed and every date shifted: `VORTEX_E2E_WORLD="--rename --shift-days 37"`. */
const ALL_WORLDS = (process.env['VORTEX_E2E_WORLD'] ?? '').split(' ').filter(Boolean)

/** Where everything of a started demo world is; written by `npm run demo` to demo.json. */
export type DemoInfo = {
  readonly portal: { readonly url: string; readonly pid?: number }
  readonly kubernetes: { readonly url: string; readonly kubeconfig: string }
  readonly git: {
    readonly url: string
    readonly path: string
    readonly token: string
    readonly ownerTokens: Readonly<Record<string, string>>
  }
  readonly control: { readonly url: string }
  /** Names given by `--rename`, old to new. */
  readonly renamed?: Readonly<Record<string, string>>
  readonly people: readonly { readonly login: string; readonly name: string; readonly email: string; readonly groups: readonly string[] }[]
}

export type DemoWorld = {
  readonly info: () => DemoInfo
  readonly directory: () => string
  /** The name that a demo object has in this world. */
  readonly named: (name: string) => string
  /** A page signed in as a person, in a browser context of its own. */
  readonly as: (browser: Browser, login: string) => Promise<Page>
  readonly git: (...args: readonly string[]) => Promise<string>
  /** One object as the API server has it now, read with the admin identity; undefined when it is not there. */
  readonly object: (path: string) => Promise<Record<string, unknown> | undefined>
  readonly fault: (service: string, mode: string) => Promise<void>
  readonly control: (path: string, body: unknown) => Promise<void>
  readonly restart: (signal?: NodeJS.Signals) => Promise<void>
}

/** Gives a test file a demo world of its own: started from nothing before its tests, stopped and removed after them. */
export function useWorld(
  settings: { readonly args?: readonly string[]; readonly env?: () => Promise<Record<string, string>> } = {},
): DemoWorld {
  let directory = ''
  let child: ChildProcess | undefined
  let info: DemoInfo | undefined
  let port = 0

  const start = async (): Promise<void> => {
    const output: string[] = []
    const started = spawn(
      process.execPath,
      ['--conditions=react-server', 'sandbox/demo.ts', '--dir', directory, ...ALL_WORLDS, ...(settings.args ?? [])],
      {
        env: { ...process.env, PORT: String(port), NODE_NO_WARNINGS: '1', ...(await settings.env?.()) },
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
      },
    )
    child = started
    for (const stream of [started.stdout, started.stderr]) stream.on('data', (chunk: Buffer) => output.push(chunk.toString()))
    const deadline = Date.now() + READY_MS
    for (;;) {
      const answer = await fetch(`http://localhost:${port}/api/health/ready`).catch(() => undefined)
      if (answer?.status === 200) break
      if (started.exitCode !== null || Date.now() > deadline)
        throw new Error(`the demo world did not become ready:\n${output.join('').slice(-6000)}`)
      await new Promise((resolve) => setTimeout(resolve, 250))
    }
    info = JSON.parse(await readFile(join(directory, 'demo.json'), 'utf8')) as DemoInfo // safe: the demo wrote it
  }
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    const running = child
    if (!running?.pid || running.exitCode !== null) return
    const gone = new Promise((resolve) => running.once('exit', resolve))
    process.kill(signal === 'SIGKILL' ? -running.pid : running.pid, signal)
    await gone
  }

  test.beforeAll(async () => {
    test.setTimeout(READY_MS + 30_000)
    directory = await mkdtemp(join(tmpdir(), 'vortex-e2e-'))
    port = await freePort()
    await start()
  })
  test.afterAll(async () => {
    await stop('SIGTERM')
    if (child?.pid) await Promise.resolve(process.kill(-child.pid, 'SIGKILL')).catch(() => undefined)
    await rm(directory, { recursive: true, force: true, maxRetries: 5 })
  })

  const known = (): DemoInfo => {
    if (!info) throw new Error('the world is not started')
    return info
  }
  return {
    info: known,
    directory: () => directory,
    named: (name) => known().renamed?.[name] ?? name,
    as: async (browser, login) => {
      const context = await browser.newContext()
      const page = await context.newPage()
      await page.goto(known().portal.url)
      await page.getByRole('button', { name: login }).click()
      await page.waitForURL((url) => url.origin === new URL(known().portal.url).origin && !url.pathname.startsWith('/signin'))
      return page
    },
    git: async (...gitArgs) => (await run('git', ['-C', known().git.path, ...gitArgs], { maxBuffer: 1 << 26 })).stdout,
    object: (path) => readObject(known().kubernetes.kubeconfig, path),
    fault: (service, mode) => post(`${known().control.url}/fault`, { service, mode }),
    control: (path, body) => post(`${known().control.url}${path}`, body),
    restart: async (signal = 'SIGTERM') => {
      await stop(signal)
      await start()
    },
  }
}

async function post(url: string, body: unknown): Promise<void> {
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`)
}

/** Reads through kubectl's own door: the kubeconfig, admin context. */
async function readObject(kubeconfig: string, path: string): Promise<Record<string, unknown> | undefined> {
  const { KubeConfig } = await import('@kubernetes/client-node')
  const config = new KubeConfig()
  config.loadFromFile(kubeconfig)
  config.setCurrentContext('admin')
  const { request } = await import('node:https')
  const options = { method: 'GET' }
  await config.applyToHTTPSOptions(options)
  const server = config.getCurrentCluster()?.server ?? ''
  return new Promise((resolve, reject) => {
    const sent = request(new URL(path, server), options, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        if (response.statusCode === 404) return resolve(undefined)
        resolve(JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>)
      })
    })
    sent.once('error', reject)
    sent.end()
  })
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => (typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port'))))
    })
  })
