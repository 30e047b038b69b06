import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, expect, test } from 'vitest'
import { openDatabase } from '#server/adapter/db/open.ts'
import { startPostgres } from '#sandbox/postgres.ts'

const postgres = await startPostgres()
afterAll(() => postgres?.stop())

if (!postgres) test.skip('leadership: no PostgreSQL on this machine', () => undefined)
else {
  const address = await postgres.createDatabase()

  test('processes that start at once migrate once, and one of them leads', async () => {
    const all = await Promise.all(Array.from({ length: 4 }, () => openDatabase(address)))
    let leading = 0
    let most = 0
    const led = await Promise.all(
      all.map((database) =>
        database.withLeadership('worker', async () => {
          leading += 1
          most = Math.max(most, leading)
          await pause(300)
          leading -= 1
        }),
      ),
    )
    expect(most).toBe(1)
    expect(led.filter(Boolean)).toHaveLength(1)
    await Promise.all(all.map((database) => database.close()))
  })

  test('a leader whose connection is cut knows at once and may do nothing more, and another begins', async () => {
    const [first, second] = await Promise.all([openDatabase(address), openDatabase(address)])
    const admin = new pg.Client({ connectionString: address })
    await admin.connect()
    let refused = ''
    const lost = first.withLeadership('worker', async (term) => {
      await term.hold()
      const told = new Promise((resolve) => term.lost.addEventListener('abort', resolve, { once: true }))
      await admin.query(`select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted`)
      await told
      refused = await term.hold().then(
        () => 'held',
        (error: unknown) => String(error),
      )
    })
    await lost
    expect(refused).toMatch(/no longer leads/)
    expect(await second.withLeadership('worker', (term) => term.hold())).toBe(true)
    await admin.end()
    await Promise.all([first.close(), second.close()])
  })

  test('the server is killed: the listener is told to look again, the pool heals, a vote half written is not there', async () => {
    const database = await openDatabase(address)
    const heard: string[] = []
    await database.listen('vortex_changed', (payload) => heard.push(payload))
    const cut = database.db.transaction(async (tx) => {
      await tx.execute(`create table half (x int)`)
      await postgres.kill()
      await tx.execute(`insert into half values (1)`)
    })
    await expect(cut).rejects.toThrow(/./)
    await expect(database.ping()).rejects.toThrow(/./)
    await postgres.start()
    await database.ping()
    await expect.poll(() => heard, { timeout: 20_000 }).toEqual([''])
    await database.db.transaction((tx) => database.notify(tx, 'vortex_changed', 'approvals'))
    await expect.poll(() => heard, { timeout: 20_000 }).toEqual(['', 'approvals'])
    await expect(database.db.execute('select * from half')).rejects.toThrow(/half|Failed query/)
    await database.close()
  })
}
