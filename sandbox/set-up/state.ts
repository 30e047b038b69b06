import { createHash, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type { Generation } from '../world/generation.ts'

/** How this world was laid out; kept with it, so that a restart and the story speak of the same names and dates. */
export type Layout = {
  readonly now: string
  readonly isRenamed: boolean
  readonly shiftDays: number
  /** The API server that keeps its objects; the sandbox's own where nothing is said. */
  readonly apiServer?: 'embedded' | 'real'
  /** The generation in which it serves the platform's kinds; the newest where nothing is said. */
  readonly generation?: Generation
}

export type Secrets = {
  readonly portalToken: string
  readonly ownerTokens: Readonly<Record<string, string>>
  readonly oidcSecret: string
  readonly sessionSecret: string
}

/** The paths of a state directory. `world` and `portal` are made together and thrown away together. */
export const pathsOf = (dir: string) => ({
  world: join(dir, 'world'),
  kube: join(dir, 'world', 'kube'),
  repository: join(dir, 'world', 'repository.git'),
  audit: join(dir, 'world', 'audit'),
  oidc: join(dir, 'world', 'oidc'),
  portal: join(dir, 'portal'),
  database: join(dir, 'portal', 'database'),
  signingKey: join(dir, 'portal', 'signing-key'),
  logs: join(dir, 'logs'),
  demo: join(dir, 'demo.json'),
  kubeconfig: join(dir, 'kubeconfig'),
})

export type Stage = 'world' | 'story-begun' | 'story'

const marker = (dir: string, stage: Stage): string => join(dir, `${stage}.done`)
export const isDone = (dir: string, stage: Stage): boolean => existsSync(marker(dir, stage))
export const markDone = (dir: string, stage: Stage): void => writeFileSync(marker(dir, stage), new Date().toISOString())

/** Whether there is a world to go on with: its set-up reached the end, and so did its story if it was begun. */
export const isWhole = (dir: string): boolean => isDone(dir, 'world') && (isDone(dir, 'story') || !isDone(dir, 'story-begun'))

/** Removes the whole state, except the ports, so that addresses stay, and the logs. */
export function forget(dir: string): void {
  const kept = ['ports.json', 'logs', 'children.json']
  for (const name of readdirSync(dir)) if (!kept.includes(name)) rmSync(join(dir, name), { recursive: true, force: true })
}

/** Throws away what a set-up that did not finish left behind, and makes the folders. Gives the layout to go on with. */
export function openState(dir: string, wanted: Layout): { readonly layout: Layout; readonly isFresh: boolean } {
  const paths = pathsOf(dir)
  const isFresh = !isWhole(dir)
  if (isFresh) {
    for (const stage of ['world', 'story-begun', 'story'] as const) rmSync(marker(dir, stage), { force: true })
    for (const path of [paths.world, paths.portal]) rmSync(path, { recursive: true, force: true })
  }
  for (const path of [paths.world, paths.portal, paths.logs]) mkdirSync(path, { recursive: true, mode: 0o700 })
  const layout = remembered(join(paths.world, 'layout.json'), () => wanted)
  return { layout, isFresh }
}

/** The secrets of this state directory, made once. */
export function readSecrets(dir: string, logins: readonly string[]): Secrets {
  const fresh = (): string => randomBytes(24).toString('hex')
  return remembered(join(dir, 'secrets.json'), () => ({
    portalToken: fresh(),
    ownerTokens: Object.fromEntries(logins.map((login) => [login, fresh()])),
    oidcSecret: fresh(),
    sessionSecret: fresh(),
  }))
}

export type Ports = Readonly<Record<string, number>>

/** Ports of the last run: addresses that people and open sessions remember stay where they can. */
export const readPorts = (dir: string): Ports => {
  const path = join(dir, 'ports.json')
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Ports) : {} // safe: written below
}
export const writePorts = (dir: string, ports: Ports): void => writeFileSync(join(dir, 'ports.json'), JSON.stringify(ports))

function remembered<T>(path: string, make: () => T): T {
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as T // safe: written below
  const made = make()
  writeFileSync(path, JSON.stringify(made), { mode: 0o600 })
  return made
}

/**
 * Takes the directory for this process; false when another one has it. The lock is an abstract socket, which the kernel frees with the
 * process; where there are none the directory is not locked.
 */
export function takeDirectory(dir: string): Promise<boolean> {
  if (process.platform !== 'linux') return Promise.resolve(true)
  const name = createHash('sha256').update(realpathSync(dir)).digest('hex').slice(0, 32)
  return new Promise((resolve) => {
    const lock = createServer()
    lock.once('error', () => resolve(false))
    lock.listen(`\0vortex-${name}`, () => {
      lock.unref()
      resolve(true)
    })
  })
}
