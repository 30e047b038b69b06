import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createKubeClient } from '#sandbox/kube-client.ts'
import { createKubeFaults } from '#sandbox/kube/faults.ts'
import { type KubeServer, startKubeServer } from '#sandbox/kube/server.ts'
import { startPostgres } from '#sandbox/postgres.ts'
import { openDatabase } from '#server/adapter/db/open.ts'
import { tortureWatch } from '#server/testing/watch-torture.ts'
import { recording, WIDGET_CRD } from '#server/testing/watch-world.ts'
import { type Writer, writerOf } from '#server/testing/watch-writer.ts'

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
  writer = writerOf(admin)
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
    const recorder = await recording(server, database, 'admin')
    const verdict = await tortureWatch({
      writer,
      faults,
      database,
      changes: kind === 'embedded' ? 400 : 1_000,
      patience: kind === 'embedded' ? 4_000 : 12_000,
      faultsMax: kind === 'embedded' ? 12 : 60,
      seed: kind.length,
      kube: recorder.kube,
      // A process that is started anew does not wait as long between its tries as one that met many faults.
      alsoNow: async (fault) => (fault % 3 === 2 ? recorder.restart() : undefined),
    })
    await recorder.stop()
    await database.close()
    expect(verdict.problems).toEqual([])
    expect(verdict.watched).toBeGreaterThan(100)
    expect(verdict.rows).toBeGreaterThan(verdict.watched)
    expect(verdict.gaps).toBeGreaterThan(3)
  })
}
