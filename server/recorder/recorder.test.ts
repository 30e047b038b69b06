import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { asc, eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, afterEach, expect, test, vi } from 'vitest'
import { createKubeClient, type KubeClient } from '#sandbox/kube-client.ts'
import { createKubeFaults } from '#sandbox/kube/faults.ts'
import { type KubeServer, startKubeServer } from '#sandbox/kube/server.ts'
import { startPostgres } from '#sandbox/postgres.ts'
import type { Database } from '#server/adapter/db/client.ts'
import { openDatabase } from '#server/adapter/db/open.ts'
import { objectChange, recordedGap, recordedKind } from '#server/adapter/db/schema-recorder.ts'
import type { Kube } from '#server/adapter/kube/kube.ts'
import { keepRecord, type RecorderSettings } from '#server/recorder/recorder.ts'
import { beginTerm, makeMonths, monthsKept } from '#server/recorder/repo.ts'
import { writeSights } from '#server/recorder/write.ts'
import { followed, GROUP, recording, widget, WIDGET_CRD, withCondition } from '#server/testing/watch-world.ts'

const users = [{ name: 'admin', username: 'admin', groups: ['system:masters'] }]
const postgres = await startPostgres()
const faults = createKubeFaults()
let directory = ''
let server: KubeServer
let admin: KubeClient

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vortex-recorder-'))
  server = await startKubeServer({ dir: directory, users, faults })
  admin = createKubeClient({ url: server.url, caPem: server.caPem, token: server.token('admin') })
  await admin.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } }, 'test')
  await admin.apply(WIDGET_CRD, 'test')
})
afterAll(async () => {
  await server.close()
  await postgres?.stop()
  await rm(directory, { recursive: true, force: true })
})

const remove = (name: string) => admin.remove({ apiVersion: `${GROUP}/v1`, kind: 'Widget', namespace: 'default', name })
const rowsOf = ({ db }: Database, name: string) =>
  db.select().from(objectChange).where(eq(objectChange.name, name)).orderBy(asc(objectChange.at), asc(objectChange.seq))
const whats = async (database: Database, name: string) =>
  (await rowsOf(database, name)).map(({ what, since }) => (since === null ? what : `${what} unseen`))

for (const kind of ['embedded', 'PostgreSQL'] as const) {
  const isThere = kind === 'embedded' || postgres !== undefined
  let database: Database
  beforeEach(async () => {
    if (isThere) database = await openDatabase(kind === 'embedded' ? 'memory:' : ((await postgres?.createDatabase()) ?? ''))
  })
  afterEach(() => (isThere ? database.close() : undefined))

  test.skipIf(!isThere)(
    `${kind}: what happens is recorded, what happened unseen says between when, and a heartbeat is nothing`,
    async () => {
      await admin.apply(widget('kept', { a: 1 }), 'one')
      await admin.apply(widget('lost', { a: 1 }), 'one')
      const recorder = await recording(server, database, 'admin')
      await expect.poll(() => whats(database, 'kept')).toEqual(['present'])
      const told: string[] = []
      const deaf = await database.listen('vortex_changed', (topic) => told.push(topic))
      await admin.apply(widget('kept', { a: 2 }, { l: 'x' }), 'two')
      await expect
        .poll(() => told, { message: 'pages hear of what is written' })
        .toEqual([`object:${GROUP}/Widget/default/kept`, 'history'])
      expect(await whats(database, 'kept'), 'and it is there by then').toEqual(['present', 'changed'])
      await deaf()
      await admin.apply(withCondition('kept', 'True', 'Fine'), 'three', 'status')
      await admin.apply(withCondition('kept', 'True', 'Fine'), 'three', 'status')
      await admin.apply(widget('new', { a: 1 }), 'one')
      await remove('new')
      await expect.poll(() => whats(database, 'new')).toEqual(['appeared', 'deleted'])
      await recorder.stop()
      const stopped = database.now()
      await admin.apply(widget('kept', { a: 3 }, { l: 'x' }), 'four')
      await remove('lost')
      await admin.apply(widget('unseen', { a: 1 }), 'one')
      const again = await recording(server, database, 'admin')
      await expect.poll(() => whats(database, 'unseen')).toEqual(['appeared unseen'])
      await expect.poll(() => whats(database, 'lost')).toEqual(['present', 'deleted unseen'])
      await again.stop()

      const [, changed, condition, unseen, ...more] = await rowsOf(database, 'kept')
      expect(more).toEqual([])
      expect(changed).toMatchObject({ what: 'changed', since: null, manager: expect.stringContaining('two'), generation: 2 })
      expect(changed?.fields).toEqual([
        { path: 'spec.a', from: 1, to: 2 },
        { path: 'metadata.labels.l', to: 'x' },
      ])
      expect(condition?.fields.map(({ path }) => path)).toContain('status.conditions[Ready].reason')
      expect(unseen).toMatchObject({
        what: 'changed',
        manager: expect.stringContaining('four'),
        fields: [{ path: 'spec.a', from: 2, to: 3 }],
      })
      const last = (await rowsOf(database, 'lost')).at(-1)
      expect(last).toMatchObject({ resourceVersion: '', state: { spec: { a: 1 } } })
      const [gap] = await database.db.select().from(recordedGap)
      const times = [gap && [gap.since, gap.until], unseen && [unseen.since, unseen.at], last && [last.since, last.at]]
      for (const each of times) {
        expect(Number(each?.[0])).toBeLessThanOrEqual(stopped.getTime())
        expect(Number(each?.[1])).toBeGreaterThanOrEqual(stopped.getTime())
      }
      for (const name of ['kept', 'unseen']) await remove(name)
    },
  )

  test.skipIf(!isThere)(
    `${kind}: rows can be neither changed nor taken away, by no name; a version stands once; old months go whole`,
    async () => {
      const { db } = database
      const term = await beginTerm(db, 'test')
      const old = new Date(database.now().getTime() - 100 * 86_400_000)
      await makeMonths(db, [old, database.now()])
      const sight = {
        group: GROUP,
        kind: 'Widget',
        namespace: '',
        name: 'w',
        uid: 'u',
        generation: 1,
        managed: [],
        gone: false,
        listed: undefined,
      }
      const seen = [1, 2].map((count) => ({
        ...sight,
        resourceVersion: String(count),
        at: old.getTime(),
        state: JSON.stringify({ spec: { count } }),
      }))
      expect(await writeSights({ db, cluster: 'test', term }, seen)).toBe(2)
      expect(await writeSights({ db, cluster: 'test', term }, seen)).toBe(0)
      // Even were all forgotten that is known of it, its versions stand there.
      await db.execute(sql`delete from recorded_object`)
      expect(await writeSights({ db, cluster: 'test', term }, seen)).toBe(0)
      const part = `object_change_${old.toISOString().slice(0, 7).replace('-', '_')}`
      for (const table of ['object_change', part])
        for (const change of [
          sql`update ${sql.identifier(table)} set name = 'x'`,
          sql`delete from ${sql.identifier(table)}`,
          sql`truncate ${sql.identifier(table)}`,
        ])
          await expect(db.execute(change), table).rejects.toMatchObject({ cause: { message: expect.stringMatching(/is append-only/) } })
      expect((await rowsOf(database, 'w')).map(({ resourceVersion }) => resourceVersion)).toEqual(['1', '2'])

      const kube = await followed(server, database, 'admin')
      const end = new AbortController()
      const running = keepRecord({ database, kube }, { lost: new AbortController().signal }, end.signal, { retentionDays: 30 })
      await expect.poll(() => monthsKept(db)).not.toContain(part)
      expect((await monthsKept(db)).length).toBeGreaterThanOrEqual(3)
      // The listing that no longer holds it is a new row; those of the month that is over are gone.
      expect((await rowsOf(database, 'w')).filter(({ at }) => at <= old)).toEqual([])
      end.abort()
      await running
      await kube.stop()
    },
  )

  test.skipIf(!isThere)(`${kind}: of two recorders the one that began last writes, and the other ends`, async () => {
    const begin = async (settings?: RecorderSettings) => {
      const kube: Kube = await followed(server, database, 'admin')
      const end = new AbortController()
      return { kube, end, done: keepRecord({ database, kube }, { lost: new AbortController().signal }, end.signal, settings) }
    }
    const one = await begin()
    await expect.poll(async () => (await database.db.select().from(recordedKind)).length).toBe(1)
    const two = await begin()
    await vi.waitUntil(() => two.kube.ready())
    for (let count = 0; count < 40; count += 1) await admin.apply(widget('both', { count }), 'one')
    await one.done
    await expect.poll(async () => (await rowsOf(database, 'both')).at(-1)?.fields).toEqual([{ path: 'spec.count', from: 38, to: 39 }])
    const versions = (await rowsOf(database, 'both')).map(({ resourceVersion }) => resourceVersion)
    expect(new Set(versions).size).toBe(versions.length)
    two.end.abort()
    await two.done
    await Promise.all([one.kube.stop(), two.kube.stop()])
    await remove('both')
  })
}

test.skipIf(postgres === undefined)(
  'while the database is away the queue stays bounded; then all is compared, and the gap is told',
  async () => {
    const database = await openDatabase((await postgres?.createDatabase()) ?? '')
    const kube = await followed(server, database, 'admin')
    const end = new AbortController()
    const running = keepRecord({ database, kube }, { lost: new AbortController().signal }, end.signal, { queueItems: 50 })
    await expect.poll(async () => (await database.db.select().from(recordedKind)).length).toBe(1)
    await admin.apply(widget('away', { count: 0 }), 'one')
    await expect.poll(() => whats(database, 'away')).toEqual(['appeared'])
    await postgres?.kill()
    const from = Date.now()
    for (let count = 1; count <= 200; count += 1) await admin.apply(widget('away', { count }), 'one')
    await postgres?.start()
    await expect.poll(async () => (await rowsOf(database, 'away')).at(-1)?.fields.at(-1)).toMatchObject({ path: 'spec.count', to: 200 })
    const rows = await rowsOf(database, 'away')
    expect(rows.length).toBeLessThan(60)
    const unseen = rows.find(({ since }) => since !== null)
    expect(unseen?.since?.getTime()).toBeLessThanOrEqual(from)
    await expect.poll(async () => (await database.db.select().from(recordedGap)).length).toBeGreaterThan(0)
    end.abort()
    await running
    await kube.stop()
    await database.close()
  },
)
