import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { createKubeClient } from '#sandbox/kube-client.ts'
import { startKubeServer } from '#sandbox/kube/server.ts'
import { startPostgres } from '#sandbox/postgres.ts'
import { openDatabase } from '#server/adapter/db/open.ts'
import { tortureWatch } from '#server/testing/watch-torture.ts'
import { followed, WIDGET_CRD } from '#server/testing/watch-world.ts'
import { writerOf } from '#server/testing/watch-writer.ts'
import { keep } from './road/process.ts'

// `npm run prove -- recorder [--kills 50] [--changes 5000]`: of two processes the one that records is killed (SIGKILL) that often while
// objects change. Nothing may be lost but what a gap names with its times, and nothing may stand twice (goals.md, crash).

const ADMIN = { name: 'admin', username: 'admin', groups: ['system:masters'] }

/** An end for what hangs. */
const LEAD_MS = 60_000

/** Says what was found; false where something was lost without a gap, or stands twice. */
export async function prove(args: readonly string[]): Promise<boolean> {
  const text = (value: string) => ({ type: 'string', default: value }) as const
  const { values } = parseArgs({ args: [...args], options: { kills: text('50'), changes: text('5000'), seed: text('1') } })
  const postgres = await startPostgres()
  if (postgres === undefined) {
    process.stdout.write('recorder: skipped (1), there is no PostgreSQL on this machine\n')
    return true
  }
  const started = performance.now()
  const dir = await mkdtemp(join(tmpdir(), 'vortex-prove-'))
  const server = await startKubeServer({ dir, users: [ADMIN] })
  const admin = createKubeClient({ url: server.url, caPem: server.caPem, token: server.token('admin') })
  await admin.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } }, 'test')
  await admin.apply(WIDGET_CRD, 'test')
  const kubeconfig = join(dir, 'kubeconfig')
  await writeFile(kubeconfig, server.kubeconfig(['admin']))
  const address = await postgres.createDatabase()
  const database = await openDatabase(address)
  let leader: number | undefined
  const kept = [0, 1].map((at) =>
    keep([join(import.meta.dirname, 'road/record.ts'), address, kubeconfig], {}, join(dir, `record-${at}.log`), (line) => {
      if (line.includes('recorder.records')) leader = at
    }),
  )
  const kube = await followed(server, database, 'admin')
  const { problems, rows, watched, gaps } = await tortureWatch({
    writer: writerOf(admin),
    faults: undefined,
    database,
    faultsMax: Number(values.kills),
    changes: Number(values.changes),
    seed: Number(values.seed),
    patience: Number.POSITIVE_INFINITY,
    kube: () => kube,
    isBack: () => leader !== undefined,
    alsoNow: async () => {
      // Each kill is one of the process that records, so it is waited for.
      for (const end = performance.now() + LEAD_MS; leader === undefined && performance.now() < end;) await pause(5)
      if (leader === undefined) throw new Error('nobody records')
      const dying = kept[leader]
      leader = undefined
      dying?.kill()
    },
    onFault: (kill) => void (kill % 10 === 0 && process.stdout.write(`${kill} kills\n`)),
  })
  const deaths = kept.reduce((sum, each) => sum + each.deaths(), 0)
  await Promise.all(kept.map((each) => each.stop()))
  await kube.stop()
  await database.close()
  await Promise.all([server.close(), postgres.stop()])
  await rm(dir, { recursive: true, force: true })
  for (const problem of problems) process.stdout.write(`${problem}\n`)
  const seconds = Math.round((performance.now() - started) / 1000)
  process.stdout.write(
    `${deaths} processes killed, ${values.changes} changes: ${rows} rows, ${watched} of them watched, ${gaps} gaps, ${problems.length} problems, ${seconds} s\n`,
  )
  return problems.length === 0
}
