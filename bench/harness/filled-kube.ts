import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createKubeClient } from '#sandbox/kube-client.ts'
import { createKubeFaults, type KubeFaults } from '#sandbox/kube/faults.ts'
import { startKubeServer } from '#sandbox/kube/server.ts'
import { openStorage } from '#sandbox/kube/storage.ts'
import { GROUP, nameOf, namespaceOf, packOf } from '../ref/packs.ts'

const ADMIN = { name: 'admin', username: 'admin', groups: ['system:masters'] }
/** Written to the journal at once. */
const BATCH = 2_000

export const DEFINITION = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `packs.${GROUP}` },
  spec: {
    group: GROUP,
    scope: 'Namespaced',
    names: { kind: 'Pack', plural: 'packs', singular: 'pack', listKind: 'PackList' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
} as const

/** An API server with so many packs, its faults, and a writer. */
export type FilledKube = {
  readonly kubeconfig: string
  readonly faults: Pick<KubeFaults, 'refuse' | 'status' | 'cutWatches' | 'gone'>
  /** Gives the pack another count; its new resource version. */
  readonly change: (at: number) => Promise<string>
  readonly close: () => Promise<void>
}

export async function startFilledKube(objects: number): Promise<FilledKube> {
  const dir = await mkdtemp(join(tmpdir(), 'vortex-filled-'))
  const empty = await startKubeServer({ dir, users: [ADMIN] })
  const first = createKubeClient({ url: empty.url, caPem: empty.caPem, token: empty.token('admin') })
  await first.apply(DEFINITION, 'bench')
  first.close()
  await empty.close()
  await fill(dir, objects)
  const faults = createKubeFaults()
  const server = await startKubeServer({ dir, users: [ADMIN], faults })
  const admin = createKubeClient({ url: server.url, caPem: server.caPem, token: server.token('admin') })
  const kubeconfig = join(dir, 'bench-kubeconfig')
  let count = 2
  await writeFile(kubeconfig, server.kubeconfig(['admin']))
  return {
    kubeconfig,
    faults,
    change: async (at) => {
      const path = `/apis/${GROUP}/v1/namespaces/${namespaceOf(at)}/packs/${nameOf(at)}`
      const answer = await admin.call('PATCH', path, { spec: { count: (count += 1) } }, 'application/merge-patch+json')
      return (answer as { readonly metadata: { readonly resourceVersion: string } }).metadata.resourceVersion // safe: it answers with the object
    },
    close: async () => {
      admin.close()
      await server.close()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

/** Straight into the store: through HTTP it would take longer than what is measured. */
async function fill(dir: string, objects: number): Promise<void> {
  const storage = await openStorage(join(dir, 'store'))
  for (let from = 0; from < objects; from += BATCH) {
    for (let at = from; at < Math.min(from + BATCH, objects); at += 1)
      storage.put(`${GROUP}/packs`, `${namespaceOf(at)}/${nameOf(at)}`, (resourceVersion) => {
        const pack = packOf(at, 2)
        return JSON.parse(JSON.stringify({ ...pack, metadata: { ...pack.metadata, resourceVersion } })) // plain JSON, as from a request
      })
    await storage.durable()
  }
  await storage.close()
}
