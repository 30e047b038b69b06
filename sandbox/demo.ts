import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { type DemoArguments, readArguments, USAGE } from './demo/arguments.ts'
import { type Child, keepRunning, runOnce } from './demo/child.ts'
import { endOrphans, rememberChild } from './demo/orphans.ts'
import { isBuilt, markBuilt, sourceDigest } from './demo/portal-build.ts'
import { portalEnv } from './demo/portal-env.ts'
import { listen, stopListening } from './listen.ts'
import { log, logTo, wordsOf } from './log.ts'
import { type RunningWorld, startServers } from './servers.ts'
import { forget, isDone, isWhole, pathsOf, takeDirectory } from './set-up/state.ts'
import { renamedNames } from './set-up.ts'

const ROOT = join(import.meta.dirname, '..')
const NEXT = join(ROOT, 'node_modules/next/dist/bin/next')
const OPERATOR = join(ROOT, 'operator/main.ts')
const STORY = join(ROOT, 'sandbox/story-run.ts')
const VERBS = join(ROOT, 'sandbox/story/connect-verbs.ts')
const NODE_MAJOR_MIN = 24
const READY_MS_MAX = 90_000

type StoryOutcome = 'played' | 'stopped' | 'unconnected' | 'left out'

const say = (text: string): void => void process.stdout.write(`${text}\n`)

/** Everything the demo holds open, ended in reverse order and once. */
const opened: (() => Promise<void> | void)[] = []
let stopping: Promise<void> | undefined
const stop = (): Promise<void> =>
  (stopping ??= (async () => {
    for (const close of opened.splice(0).reverse()) await close()
  })())

async function main(): Promise<void> {
  if (Number(process.versions.node.split('.')[0]) < NODE_MAJOR_MIN)
    throw new Error(`This needs Node ${NODE_MAJOR_MIN}: start it with npm run demo.`)
  const wanted = readArguments(process.argv.slice(2), process.env)
  const { dir } = wanted
  const paths = pathsOf(dir)
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  if (!(await takeDirectory(dir)))
    throw new Error(`A demo is already running in ${dir}. Stop it first, or name another directory with --dir.`)
  endOrphans(dir)
  if (wanted.isFresh) forget(dir)
  rmSync(paths.demo, { force: true })
  mkdirSync(paths.logs, { recursive: true })
  logTo(join(paths.logs, 'sandbox.log'))

  const port = await portFor(wanted)
  const building = wanted.withPortal ? buildPortal(paths.logs) : Promise.resolve()
  building.catch(() => {}) // awaited below; the world starts meanwhile
  say(isWhole(dir) ? 'Starting the world…' : 'Making a new world (about ten seconds)…')
  const { isRenamed, shiftDays, apiServer, generation } = wanted
  const layout = { now: new Date().toISOString(), isRenamed, shiftDays, apiServer, generation }
  const world = await startServers({ dir, layout, portalUrl: `http://localhost:${port}` })
  opened.push(world.close, () => rmSync(paths.demo, { force: true }))
  const env = portalEnv(dir, world, port)
  const publish = publisher(paths.demo, world, env)
  publish({})
  startOperator(dir, env)
  publish({ story: wanted.withStory ? await playStory(dir, env) : 'left out' })
  if (wanted.withPortal) {
    await building
    startPortal(dir, env, port, (pid) => publish({ pid }))
    await becomeReady(world.addresses.portal.url)
  }
  publish({ isReady: true })
  announce(world, wanted)
}

/** Writes `demo.json`, where tests and people find every address. `portal.env` starts another portal on the same world. */
function publisher(path: string, world: RunningWorld, env: Readonly<Record<string, string>>) {
  let known: { readonly pid?: number; readonly isReady?: boolean; readonly story?: StoryOutcome } = {}
  return (change: typeof known): void => {
    known = { ...known, ...change }
    const { pid, isReady = false, story } = known
    const portal = { ...world.addresses.portal, pid, env }
    const text = JSON.stringify(
      { ...world.addresses, portal, ready: isReady, story, layout: world.layout, renamed: renamedNames(world.layout) },
      null,
      2,
    )
    writeFileSync(`${path}.new`, text, { mode: 0o600 })
    renameSync(`${path}.new`, path)
  }
}

async function portFor({ port, withPortal }: DemoArguments): Promise<number> {
  const probe = createServer()
  const found = await listen(probe, port)
  await stopListening(probe)
  if (port !== 0 && found !== port && withPortal) throw new Error(`Port ${port} is taken. Choose another: PORT=3100 npm run demo`)
  return port === 0 ? found : port
}

/** Builds the portal when its sources changed since the last time. */
async function buildPortal(logs: string): Promise<void> {
  const digest = sourceDigest(ROOT)
  if (isBuilt(ROOT, digest)) return
  say('Building the portal (once per change, up to a minute)…')
  const env = { NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' }
  await runOnce({ name: 'Building the portal', args: [NEXT, 'build'], env, cwd: ROOT, logPath: join(logs, 'build.log') })
  markBuilt(ROOT, digest)
}

function hold(child: Child): void {
  opened.push(child.close)
}

function startOperator(dir: string, env: Readonly<Record<string, string>>): void {
  if (!existsSync(OPERATOR)) return log.warn('demo.operator.absent')
  const own = { VORTEX_KUBECONFIG: env['VORTEX_KUBECONFIG'] ?? '', VORTEX_KUBE_CONTEXT: 'operator', NODE_ENV: 'production' }
  const onStart = (pid: number): void => rememberChild(dir, 'operator', pid, OPERATOR)
  const args = ['--conditions=react-server', OPERATOR]
  hold(keepRunning({ name: 'operator', args, env: own, cwd: ROOT, logPath: join(pathsOf(dir).logs, 'operator.log'), onStart }))
}

function startPortal(dir: string, env: Readonly<Record<string, string>>, port: number, onPid: (pid: number) => void): void {
  const onStart = (pid: number): void => {
    rememberChild(dir, 'portal', pid, NEXT)
    onPid(pid)
  }
  const args = [NEXT, 'start', '-p', String(port), '-H', '127.0.0.1']
  hold(keepRunning({ name: 'portal', args, env, cwd: ROOT, logPath: join(pathsOf(dir).logs, 'portal.log'), onStart }))
}

/** The story is played before the portal starts: its process holds the portal's database meanwhile. */
async function playStory(dir: string, env: Readonly<Record<string, string>>): Promise<StoryOutcome> {
  if (isDone(dir, 'story')) return 'played'
  if (!existsSync(VERBS)) return 'unconnected'
  say('Playing the story at start…')
  const logPath = join(pathsOf(dir).logs, 'story.log')
  try {
    await runOnce({ name: 'The story at start', args: ['--conditions=react-server', STORY, dir], env, cwd: ROOT, logPath })
    return 'played'
  } catch (cause) {
    if (stopping !== undefined) throw cause
    log.error('demo.story.stopped', { words: wordsOf(cause) })
    say(`The story at start stopped before its end; the world stands as it left it, and the next start makes a new one. Read ${logPath}`)
    return 'stopped'
  }
}

async function becomeReady(url: string): Promise<void> {
  const end = Date.now() + READY_MS_MAX
  for (;;) {
    const answer = await fetch(`${url}/api/health/live`, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined)
    if (answer?.ok === true) return
    if (Date.now() > end) throw new Error('The portal did not become ready; see portal.log in the logs folder.')
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
}

function announce({ addresses, isFresh, layout }: RunningWorld, { dir, withPortal }: DemoArguments): void {
  const width = Math.max(...addresses.people.map(({ login }) => login.length))
  say(
    [
      '',
      withPortal ? `  Vortex            ${addresses.portal.url}` : '  The world is up, without the portal.',
      '',
      '  Sign in as',
      ...addresses.people.map(({ login, role }) => `    ${login.padEnd(width)}  ${role}`),
      '',
      `  World             ${isFresh ? 'new' : 'as you left it'}, laid out ${layout.now.slice(0, 16).replace('T', ' ')} UTC; a new one: npm run demo -- --fresh`,
      `  State and logs    ${dir}`,
      `  kubectl           --kubeconfig ${addresses.kubernetes.kubeconfig}`,
      `  All addresses     ${pathsOf(dir).demo}`,
      '  Stop              Ctrl-C',
      '',
    ].join('\n'),
  )
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (stopping === undefined) say('Stopping…')
    void stop().then(() => process.exit(0))
  })
}
process.on('unhandledRejection', (cause) => log.error('demo.unhandled', { words: wordsOf(cause) }))

if (process.argv.includes('--help')) say(USAGE)
else {
  main().catch(async (cause: unknown) => {
    if (stopping === undefined) {
      process.stderr.write(`\n${wordsOf(cause)}\n`)
      log.error('demo.failed', { words: wordsOf(cause) })
    }
    await stop()
    process.exit(1)
  })
}
