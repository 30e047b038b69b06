import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { afterAll, describe, expect, test } from 'vitest'
import { openDatabase } from '#server/adapter/db/open.ts'
import { changeRequest, vote } from '#server/adapter/db/schema.ts'
import { appendLedger } from '#server/ledger/append.ts'
import { startPostgres } from '#sandbox/postgres.ts'

const directory = await mkdtemp(join(tmpdir(), 'vortex-db-'))
const postgres = await startPostgres()
afterAll(async () => {
  await postgres?.stop()
  await rm(directory, { recursive: true, force: true })
})

const now = new Date('2026-11-21T09:00:00Z')
const who = { viewer: { kind: 'person', login: 'a', name: 'A', groups: [] }, requestId: 'r', now } as const

const cases = [
  { name: 'PGlite in a directory', address: `file:${join(directory, 'db')}` },
  { name: 'PGlite in memory', address: 'memory:' },
  ...(postgres ? [{ name: `PostgreSQL ${postgres.version}`, address: await postgres.createDatabase() }] : []),
]

if (!postgres) test.skip('on PostgreSQL: no server binaries on this machine', () => undefined)

describe.each(cases)('$name', ({ address }) => {
  test('migrates, keeps one counted vote per person, numbers the ledger without gaps and refuses to change it', async () => {
    const database = await openDatabase(address)
    try {
      const id = randomUUID()
      await database.db.insert(changeRequest).values({
        id,
        kind: 'admission',
        cluster: 'c',
        uid: id,
        group: 'g',
        resourceKind: 'K',
        namespace: 'n',
        name: 'x',
        state: 'open',
        requestedBy: 'p',
        subject: {},
        createdAt: now,
        updatedAt: now,
      })
      const row = {
        requestId: id,
        login: 'a',
        verdict: 'approve',
        rationale: { checked: '', acceptable: '', undo: '' },
        digest: 'd',
        policyVersion: 'p',
        state: 'counted',
        at: now,
      } as const
      await database.db.insert(vote).values({ id: randomUUID(), ...row })
      await expect(database.db.insert(vote).values({ id: randomUUID(), ...row })).rejects.toThrow(/Failed query/)
      const ctx = { ...who, db: database.db }
      await appendLedger(ctx, [
        { action: 'a', subject: 's', body: { x: 1 } },
        { action: 'b', subject: 's', body: {} },
      ])
      await expect(
        database.db.transaction(async (tx) => {
          await appendLedger({ ...ctx, db: tx }, [{ action: 'lost', subject: 's', body: {} }])
          throw new Error('rolled back')
        }),
      ).rejects.toThrow('rolled back')
      expect(await appendLedger(ctx, [{ action: 'c', subject: 's', body: {} }])).toEqual([3])
      const refused = await database.db.execute(sql`update ledger set actor = 'mallory'`).then(
        () => 'changed',
        (error: unknown) => String((error as Error).cause),
      )
      expect(refused).toMatch(/append-only/)
      await expect(database.db.execute(sql`delete from ledger`)).rejects.toThrow(/Failed query/)
    } finally {
      await database.close()
    }
  })

  test('tells listeners after the commit, and never of what was rolled back', async () => {
    const database = await openDatabase(address)
    try {
      const heard: string[] = []
      const stop = await database.listen('vortex_changed', (payload) => heard.push(payload))
      await database.db.transaction((tx) => database.notify(tx, 'vortex_changed', 'approvals'))
      await database.db
        .transaction(async (tx) => {
          await database.notify(tx, 'vortex_changed', 'never')
          throw new Error('no')
        })
        .catch(() => undefined)
      await expect.poll(() => heard).toEqual(['approvals'])
      await stop()
    } finally {
      await database.close()
    }
  })
})

test('a second opener of the same directory is refused with words, and gets it when the first is gone', async () => {
  const address = `file:${join(directory, 'locked')}`
  const first = await openDatabase(address)
  await expect(openDatabase(address)).rejects.toThrow(/Another process has the database/)
  await first.close()
  const second = await openDatabase(address)
  await second.close()
})
