import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const PROGRAMS = join(import.meta.dirname, '../ref')

/** A reference's API server as a process of its own, with a kubeconfig for it. */
export type Replay = {
  readonly url: string
  readonly pid: number
  readonly kubeconfig: string
  /** The kubeconfig's only context. */
  readonly context: string
  readonly stop: () => Promise<void>
}

/** `collection` is the address of its objects. */
export type WidgetApi = Replay & { readonly collection: string }

/** Serves `objects` objects of one kind and, to every watch, `changes` changes of them. */
export async function startReplay(objects: number, changes: number): Promise<WidgetApi> {
  const replay = await startApi('replay-api.ts', [objects, changes])
  return { ...replay, collection: `${replay.url}/apis/bench.example.org/v1/widgets` }
}

/** Requests for objects, requests for what is served, bytes to all watches, changes, and the watches that are open. */
type Counters = {
  readonly requests: number
  readonly discoveries: number
  readonly watchBytes: number
  readonly changes: number
  readonly watches: number
}

export type PackApi = Replay & {
  /** What it was asked for and what it sent to its watches so far. */
  readonly counters: () => Promise<Counters>
  /** One change of one pack, told to the watches before it is answered. */
  readonly change: (at: number) => Promise<void>
  /** So many changes a second from now on; 0 ends it. */
  readonly flow: (perSecond: number) => Promise<void>
}

/** Serves so many packs of the design point, which change when told to. */
export async function startPackApi(objects: number): Promise<PackApi> {
  const replay = await startApi('pack-api.ts', [objects])
  const ask = async (path: string): Promise<unknown> => (await fetch(`${replay.url}/bench${path}`)).json()
  return {
    ...replay,
    counters: () => ask('') as Promise<Counters>, // safe: the reference's own answer
    change: async (at) => void (await ask(`/change?at=${at}`)),
    flow: async (perSecond) => void (await ask(`/flow?rate=${perSecond}`)),
  }
}

/** Starts a program of bench/ref that prints the port it serves on. */
export async function startApi(program: string, args: readonly (number | string)[]): Promise<Replay> {
  const directory = await mkdtemp(join(tmpdir(), 'vortex-replay-'))
  const child = spawn(process.execPath, [join(PROGRAMS, program), ...args.map(String)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [said] = (await once(child.stdout, 'data')) as [Buffer] // safe: a stream without an encoding gives buffers
  const server = `http://127.0.0.1:${Number(said.toString())}`
  const kubeconfig = join(directory, 'kubeconfig')
  await writeFile(
    kubeconfig,
    JSON.stringify({
      'current-context': 'replay',
      clusters: [{ name: 'replay', cluster: { server, 'insecure-skip-tls-verify': true } }],
      users: [{ name: 'replay', user: { token: 'none' } }],
      contexts: [{ name: 'replay', context: { cluster: 'replay', user: 'replay' } }],
    }),
  )
  return {
    url: server,
    pid: child.pid ?? 0,
    kubeconfig,
    context: 'replay',
    stop: async () => {
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
      await rm(directory, { recursive: true, force: true })
    },
  }
}
