import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createKubeClient } from '#sandbox/kube-client.ts'
import { createKubeFaults } from '#sandbox/kube/faults.ts'
import { type KubeServer, startKubeServer } from '#sandbox/kube/server.ts'
import { startPostgres } from '#sandbox/postgres.ts'
import { openDatabase } from '#server/adapter/db/open.ts'
import { keepRecord } from '#server/recorder/recorder.ts'
import { tortureWatch, type Writer } from '#server/testing/watch-torture.ts'
import { followed, GROUP, WIDGET_CRD } from '#server/testing/watch-world.ts'

const users = [{ name: 'admin', username: 'admin', groups: ['system:masters'] }]
const faults = createKubeFaults()
const postgres = await startPostgres()
let directory = ''
let server: KubeServer
let writer: Writer

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vortex-torture-'))
  server = await startKubeServer({ dir: directory, users, faults })
  const admin = createKubeClient({ url: server.url, caPem: server.caPem, token: server.token('admin') })
  await admin.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } }, 'test')
  await admin.apply(WIDGET_CRD, 'test')
  const of = { apiVersion: `${GROUP}/v1`, kind: 'Widget' }
  writer = {
    apply: (document, manager, part) => admin.apply(document, manager, part),
    remove: async (name) => {
      await admin.remove({ ...of, namespace: 'default', name })
      return undefined
    },
    list: async () => (await admin.list(of)).items,
  }
})
afterAll(async () => {
  await server.close()
  await postgres?.stop()
  await rm(directory, { recursive: true, force: true })
})

for (const kind of ['embedded', 'PostgreSQL'] as const) {
  const isThere = kind === 'embedded' || postgres !== undefined
  test.skipIf(!isThere)(`${kind}: what is recorded is the API server's own history, whatever happens to the watches`, async () => {
    for (const { metadata } of await writer.list()) await writer.remove(metadata.name)
    const database = await openDatabase(kind === 'embedded' ? 'memory:' : ((await postgres?.createDatabase()) ?? ''))
    const kube = await followed(server, database, 'admin')
    const end = new AbortController()
    const recording = keepRecord({ database, kube }, { lost: new AbortController().signal }, end.signal)
    await vi.waitUntil(() => kube.ready(), { timeout: 20_000 })
    const verdict = await tortureWatch({ writer, faults, kube, database, faultsMax: 60, changes: 1_000, seed: kind.length })
    end.abort()
    await recording
    await kube.stop()
    await database.close()
    console.log(verdict.rows, verdict.watched, verdict.gaps)
    expect(verdict.problems).toEqual([])
    expect(verdict.watched).toBeGreaterThan(300)
    expect(verdict.rows).toBeGreaterThan(verdict.watched)
    expect(verdict.gaps).toBeGreaterThan(10)
  })
}
