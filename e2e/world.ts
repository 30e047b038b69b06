import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContext, type Page, test } from '@playwright/test'
import { askCluster, type KubeAnswer, type Rar, rarPath } from './cluster.ts'
import { keepPrepared, takePrepared } from './prepared.ts'
import { type Edit, Repository } from './repository.ts'
import { freePort } from '#sandbox/listen.ts'
import { type Generation, SHARED_GROUP } from '#sandbox/world/generation.ts'

const READY_MS = 420_000
/** A demo that runs already, to be used as it stands while walks are written: `VORTEX_E2E_ATTACH=.vortex`. */
const RUNNING = process.env['VORTEX_E2E_ATTACH']

/** Where everything of a started demo world is; written by `npm run demo` to demo.json. */
export type DemoInfo = {
  readonly portal: { readonly url: string; readonly pid?: number; readonly env?: Readonly<Record<string, string>> }
  readonly kubernetes: { readonly url: string; readonly kubeconfig: string }
  readonly git: {
    readonly url: string
    readonly path: string
    readonly token: string
    readonly ownerTokens: Readonly<Record<string, string>>
  }
  readonly control: { readonly url: string }
  readonly ready: boolean
  readonly story?: string
  readonly layout: { readonly generation?: Generation }
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
  readonly repository: Repository
  /** A commit on main by a demo person. */
  readonly commit: (login: string, message: string, path: string, edit: Edit) => Promise<string>
  /** One request to the API server as a context of the kubeconfig. */
  readonly kube: (context: string, method: string, path: string, body?: unknown, contentType?: string) => Promise<KubeAnswer>
  /** One object as the API server has it now, read with the admin identity; undefined when it is not there. */
  readonly object: (path: string) => Promise<Readonly<Record<string, unknown>> | undefined>
  /** The generation in which this world serves the platform's kinds, the group that its requests are in, and their path. */
  readonly generation: () => Generation
  readonly group: () => string
  readonly rarPath: (name?: string) => string
  readonly rar: (name: string) => Promise<Rar | undefined>
  readonly fault: (service: string, mode: string, delayMs?: number) => Promise<void>
  readonly control: (path: string, body: unknown) => Promise<void>
  /** The portal's process now; another one after a kill. */
  readonly portalPid: () => Promise<number>
  /** Until the portal answers that it is ready. */
  readonly untilReady: () => Promise<void>
  readonly restart: (signal?: NodeJS.Signals) => Promise<void>
}

type Settings = {
  readonly args?: readonly string[]
  /** Settings that the world is made with, so it is made for this file alone. */
  readonly env?: () => Promise<Record<string, string>>
  /** Settings of the portal that nothing of the world depends on. */
  readonly portalEnv?: () => Promise<Readonly<Record<string, string>>>
  /** Starts what answers at the portal's address once the world stands, for a world with `--no-portal`. */
  readonly portal?: (info: DemoInfo, directory: string) => Promise<void>
}

/**
 * Gives a test file a demo world of its own, stopped and removed after its tests. The first file of a kind makes it from nothing; the others
 * get a copy of it as it stood when its story was played.
 */
export function useWorld(settings: Settings = {}): DemoWorld {
  let directory = ''
  let child: ChildProcess | undefined
  let info: DemoInfo | undefined
  let port = 0
  let args: readonly string[] = []
  /** Whoever signed in once stays signed in. */
  const sessions = new Map<string, Awaited<ReturnType<BrowserContext['storageState']>>>()

  const readInfo = async (): Promise<DemoInfo> => JSON.parse(await readFile(join(directory, 'demo.json'), 'utf8')) as DemoInfo // safe: the demo wrote it
  /** What the portal says of itself; an empty text when it is ready. */
  const problem = async (): Promise<string> => {
    try {
      const answer = await fetch(`http://localhost:${port}/api/health/ready`, { signal: AbortSignal.timeout(10_000) })
      return answer.status === 200 ? '' : `${answer.status} ${await answer.text()}`
    } catch (error) {
      return String(error)
    }
  }
  const portalLog = async (): Promise<string> =>
    (await readFile(join(directory, 'logs', 'portal.log'), 'utf8').catch(() => '')).slice(-3000)

  const start = async (): Promise<void> => {
    const output: string[] = []
    const started = spawn(process.execPath, ['--conditions=react-server', 'sandbox/demo.ts', '--dir', directory, ...args], {
      env: { ...process.env, PORT: String(port), NODE_NO_WARNINGS: '1', ...(await settings.portalEnv?.()), ...(await settings.env?.()) },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    child = started
    for (const stream of [started.stdout, started.stderr]) stream.on('data', (chunk: Buffer) => output.push(chunk.toString()))
    const end = Date.now() + READY_MS
    const until = async (is: () => Promise<boolean>): Promise<void> => {
      while (!(await is())) {
        if (started.exitCode !== null || Date.now() > end)
          throw new Error(`the demo world did not become ready:\n${output.join('').slice(-6000)}`)
        await pause(250)
      }
    }
    await until(async () => (await readInfo().catch(() => undefined))?.ready === true)
    info = await readInfo()
    await settings.portal?.(info, directory)
    await until(async () => (await problem()) === '')
    if (info.story !== 'played' && info.story !== 'left out') throw new Error(`the story at start: ${info.story}`)
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
    if (RUNNING !== undefined) {
      directory = RUNNING
      info = await readInfo()
      port = Number(new URL(info.portal.url).port)
      return
    }
    args = [...worldArguments(test.info().project.metadata), ...(settings.args ?? [])]
    directory = await mkdtemp(join(tmpdir(), 'vortex-e2e-'))
    port = await freePort()
    const kind = settings.env === undefined ? ['world', ...args].join(' ') : undefined
    const isCopy = kind !== undefined && (await takePrepared(kind, directory))
    await start()
    if (kind === undefined || isCopy) return
    await stop('SIGTERM')
    await keepPrepared(kind, directory)
    await start()
  })
  test.afterAll(async () => {
    if (RUNNING !== undefined) return
    test.setTimeout(60_000)
    await stop('SIGTERM')
    await rm(directory, { recursive: true, force: true, maxRetries: 5 })
  })

  const known = (): DemoInfo => {
    if (!info) throw new Error('the world is not started')
    return info
  }
  const repository = new Repository(() => known().git.path)
  const kube: DemoWorld['kube'] = (context, method, path, body, contentType) =>
    askCluster(known().kubernetes.kubeconfig, context, method, path, body, contentType)
  const object: DemoWorld['object'] = async (path) => {
    const answer = await kube('admin', 'GET', path)
    return answer.status === 404 ? undefined : answer.body
  }
  const generation = (): Generation => known().layout.generation ?? 'C'
  const path: DemoWorld['rarPath'] = (name) => rarPath(SHARED_GROUP[generation()], name)
  return {
    info: known,
    directory: () => directory,
    named: (name) => known().renamed?.[name] ?? name,
    as: async (browser, login) => {
      const session = sessions.get(login)
      const context = await browser.newContext(session === undefined ? {} : { storageState: session })
      const page = await context.newPage()
      await page.goto(known().portal.url)
      if (session !== undefined) return page
      await page.getByRole('button', { name: login }).click()
      await page.waitForURL((url) => url.origin === new URL(known().portal.url).origin && !url.pathname.startsWith('/signin'))
      sessions.set(login, await context.storageState())
      return page
    },
    git: (...gitArgs) => repository.git(...gitArgs),
    repository,
    commit: (login, message, path, edit) => {
      const by = known().people.find((person) => person.login === login)
      if (!by) throw new Error(`there is no ${login}`)
      return repository.commit(by, message, path, edit)
    },
    kube,
    object,
    generation,
    group: () => SHARED_GROUP[generation()],
    rarPath: path,
    rar: async (name) => (await object(path(name))) as Rar | undefined, // safe: the API server validated it
    fault: (service, mode, delayMs) => post(`${known().control.url}/fault`, { service, mode, delayMs }),
    control: (path, body) => post(`${known().control.url}${path}`, body),
    portalPid: async () => (await readInfo()).portal.pid ?? 0,
    untilReady: async () => {
      const end = Date.now() + 90_000
      for (let said = await problem(); said !== ''; said = await problem()) {
        if (Date.now() > end) throw new Error(`the portal did not come back: ${said}\n${await portalLog()}`)
        await pause(100)
      }
    },
    restart: async (signal = 'SIGTERM') => {
      await stop(signal)
      await start()
    },
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** The walks pass in every world: `VORTEX_E2E_WORLD="--rename --shift-days 37"`, beside what a Playwright project says by `metadata.world`. */
function worldArguments(metadata: Readonly<Record<string, unknown>>): readonly string[] {
  return [metadata['world'], process.env['VORTEX_E2E_WORLD']].flatMap((words) =>
    typeof words === 'string' ? words.split(' ').filter(Boolean) : [],
  )
}

async function post(url: string, body: unknown): Promise<void> {
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`)
}
