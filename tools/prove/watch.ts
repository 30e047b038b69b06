import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createKubeClient } from '#sandbox/kube-client.ts'
import { createKubeFaults } from '#sandbox/kube/faults.ts'
import { startKubeServer } from '#sandbox/kube/server.ts'
import { startPostgres } from '#sandbox/postgres.ts'
import { openDatabase } from '#server/adapter/db/open.ts'
import { tortureWatch } from '#server/testing/watch-torture.ts'
import { recording, WIDGET_CRD } from '#server/testing/watch-world.ts'
import { writerOf } from '#server/testing/watch-writer.ts'

// `npm run prove -- watch [--faults 1000] [--changes 10000] [--seed 1]`: watches are cut, connections reset, the history forgotten and
// requests answered 500 and 401 while objects change and the recorder is now and then started anew. Every row of it must be a version
// that the API server answered its writer with, each once, and none may be missing but where a gap says so (goals.md, watch).

const ADMIN = { name: 'admin', username: 'admin', groups: ['system:masters'] }

/** Says what was found; false where the record and the server's history differ. */
export async function prove(args: readonly string[]): Promise<boolean> {
  const text = (value: string) => ({ type: 'string', default: value }) as const
  const { values } = parseArgs({ args: [...args], options: { faults: text('1000'), changes: text('10000'), seed: text('1') } })
  const started = performance.now()
  const dir = await mkdtemp(join(tmpdir(), 'vortex-prove-'))
  const faults = createKubeFaults()
  const [server, postgres] = await Promise.all([startKubeServer({ dir, users: [ADMIN], faults }), startPostgres()])
  const admin = createKubeClient({ url: server.url, caPem: server.caPem, token: server.token('admin') })
  await admin.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } }, 'test')
  await admin.apply(WIDGET_CRD, 'test')
  const database = await openDatabase((await postgres?.createDatabase()) ?? 'memory:')
  const recorder = await recording(server, database, 'admin')
  const { problems, rows, watched, gaps } = await tortureWatch({
    writer: writerOf(admin),
    faults,
    database,
    faultsMax: Number(values.faults),
    changes: Number(values.changes),
    seed: Number(values.seed),
    patience: Number.POSITIVE_INFINITY,
    kube: recorder.kube,
    alsoNow: async (fault) => (fault % 25 === 24 ? recorder.restart() : undefined),
    onFault: (fault) => void (fault % 100 === 0 && process.stdout.write(`${fault} faults\n`)),
  })
  await recorder.stop()
  await database.close()
  await Promise.all([server.close(), postgres?.stop()])
  await rm(dir, { recursive: true, force: true })
  for (const problem of problems) process.stdout.write(`${problem}\n`)
  const seconds = Math.round((performance.now() - started) / 1000)
  process.stdout.write(
    `${values.faults} faults, ${values.changes} changes: ${rows} rows, ${watched} of them watched, ${gaps} gaps, ${problems.length} problems, ${seconds} s\n`,
  )
  return problems.length === 0
}
