import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createKubeClient } from '#sandbox/kube-client.ts'
import { findKubeAssets } from '#sandbox/kube/real/assets.ts'
import { startRealKube } from '#sandbox/kube/real/apiserver.ts'
import { openKubeDoor } from '#server/testing/kube-door.ts'
import { GROUP, nameOf, namespaceOf, packOf } from '../ref/packs.ts'
import { DEFINITION, type FilledKube } from './filled-kube.ts'

const ADMIN = { name: 'admin', username: 'admin', groups: ['system:masters'] }
/** Requests under way at once while it is filled. */
const AT_ONCE = 24
/** The API server takes objects of a new kind a moment after it took the kind. */
const OPENING_MS = 30_000

/** A kube-apiserver with so many packs behind a door in plain HTTP, so that what is measured beside us needs no TLS either. */
export type RealPacks = FilledKube & {
  /** The door's address, and that of the collection there. */
  readonly url: string
  readonly collection: string
  readonly context: string
  readonly stop: () => Promise<void>
  /** So many changes a second from now on, over the first thousand; 0 ends it. */
  readonly flow: (perSecond: number) => Promise<void>
}

/** Undefined where the binaries are not there: `npm run kube:build`. */
export async function startRealPacks(objects: number): Promise<RealPacks | undefined> {
  const assets = findKubeAssets()
  if (assets.state === 'missing') return undefined
  const server = await startRealKube(assets.directory, [ADMIN])
  const token = server.token('admin')
  const admin = createKubeClient({ url: server.url, caPem: server.caPem, token })
  const door = await openKubeDoor({ ...server, bearer: token })
  const faults = { refuse: false, status: undefined as number | undefined, cutWatches: () => door.cut(), gone: () => void (forgets = true) }
  let forgets = false
  door.mishap = (path) => {
    if (faults.refuse) return 'cut'
    if (faults.status !== undefined) return faults.status
    if (!forgets || !path.includes('/packs?') || !path.includes('watch=')) return undefined
    forgets = false
    return 410
  }
  await fill(admin, objects)
  const directory = await mkdtemp(join(tmpdir(), 'vortex-real-'))
  const kubeconfig = join(directory, 'kubeconfig')
  await writeFile(kubeconfig, door.kubeconfig(token))
  const versions = new Map<number, number>()
  const change = async (at: number): Promise<string> => {
    const count = (versions.get(at) ?? 2) + 1
    versions.set(at, count)
    const { status } = packOf(at, count)
    const path = `/apis/${GROUP}/v1/namespaces/${namespaceOf(at)}/packs/${nameOf(at)}`
    const answer = await admin.call('PATCH', path, { spec: { count }, status }, 'application/merge-patch+json')
    return (answer as { readonly metadata: { readonly resourceVersion: string } }).metadata.resourceVersion // safe: it answers with the object
  }
  let flowing: NodeJS.Timeout | undefined
  let at = 100
  const close = async (): Promise<void> => {
    clearInterval(flowing)
    admin.close()
    await door.close()
    await server.stop()
    await rm(directory, { recursive: true, force: true })
  }
  return {
    url: door.url,
    context: 'door',
    stop: close,
    collection: `${door.url}/apis/${GROUP}/v1/packs`,
    kubeconfig,
    faults,
    change,
    flow: async (perSecond) => {
      clearInterval(flowing)
      if (perSecond > 0) flowing = setInterval(() => void change((at = 100 + ((at + 1) % 900))), 1_000 / perSecond)
    },
    close,
  }
}

type Client = ReturnType<typeof createKubeClient>

async function fill(admin: Client, objects: number): Promise<void> {
  await admin.apply(DEFINITION, 'bench')
  const namespaces = [...new Set(Array.from({ length: objects }, (_, at) => namespaceOf(at)))]
  await inParallel(namespaces, (name) =>
    admin.call('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }),
  )
  const numbers = Array.from({ length: objects }, (_, at) => at)
  for (const end = performance.now() + OPENING_MS; ; await new Promise((resolve) => setTimeout(resolve, 200)))
    try {
      await create(admin, 0)
      break
    } catch (error) {
      if (performance.now() > end) throw error
    }
  await inParallel(numbers.slice(1), (at) => create(admin, at))
}

function create(admin: Client, at: number): Promise<unknown> {
  const { metadata, ...pack } = packOf(at, 2)
  const { name, namespace, labels, annotations } = metadata
  return admin.call('POST', `/apis/${GROUP}/v1/namespaces/${namespace}/packs`, {
    ...pack,
    metadata: { name, namespace, labels, annotations },
  })
}

async function inParallel<T>(all: readonly T[], run: (one: T) => Promise<unknown>): Promise<void> {
  let next = 0
  const work = async (): Promise<void> => {
    for (let at = (next += 1) - 1; at < all.length; at = (next += 1) - 1) await run(all[at] as T) // safe: at is below the length
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
}
