import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import type pg from 'pg'
import { afterAll, expect, test } from 'vitest'
import { openDatabase } from '#server/adapter/db/open.ts'
import { appendLedger } from '#server/ledger/append.ts'
import { verifyLedger } from '#server/ledger/verify.ts'
import { startPostgres } from '#sandbox/postgres.ts'
import { SYSTEM } from '#lib/access/viewer.ts'

const postgres = await startPostgres()
afterAll(() => postgres?.stop())

const ROUNDS = 5
const AT_ONCE = 8

if (!postgres) test.skip('durable ledger: no PostgreSQL on this machine', () => undefined)
else {
  const entry = (subject: string) => ({ action: 'test.appended', subject, body: { words: 'x'.repeat(300) } })

  test('what was acknowledged is on disk, whoever else is still waiting', async () => {
    const database = await openDatabase(await postgres.createDatabase())
    const flushed = await Promise.all(
      Array.from({ length: 30 }, async (_, at) => {
        const written = await database.write(async (tx) => {
          await appendLedger({ db: tx, now: new Date(), viewer: SYSTEM, requestId: 'r' }, [entry(`s${at}`)])
          const { rows } = (await tx.execute(sql`select pg_current_wal_insert_lsn()::text as lsn`)) as unknown as pg.QueryResult<{
            lsn: string
          }> // safe: node-postgres
          return rows[0]?.lsn ?? ''
        })
        const { rows } = (await database.db.execute(
          sql`select pg_current_wal_flush_lsn() >= ${written}::pg_lsn as is`,
        )) as unknown as pg.QueryResult<{ is: boolean }> // safe: node-postgres
        return rows[0]?.is
      }),
    )
    expect(flushed).toEqual(flushed.map(() => true))
    expect(await verifyLedger(database.db)).toEqual({ entries: 30, problem: undefined })
    await database.close()
  })

  test('kill -9 of the database under load: every acknowledged entry is there, in its place, and the numbers go on without a fork', async () => {
    const database = await openDatabase(await postgres.createDatabase())
    const acknowledged = new Map<number, string>()
    for (let round = 0; round < ROUNDS; round += 1) {
      let over = false
      const before = acknowledged.size
      const writers = Array.from({ length: AT_ONCE }, async (_, writer) => {
        for (let at = 0; !over; at += 1) {
          const subject = `${round}/${writer}/${at}`
          const done = await database
            .write((tx) => appendLedger({ db: tx, now: new Date(), viewer: SYSTEM, requestId: 'r' }, [entry(subject)]))
            .catch(() => undefined)
          if (done?.[0] === undefined) {
            await pause(20)
            continue
          }
          expect(acknowledged.has(done[0])).toBe(false)
          acknowledged.set(done[0], subject)
        }
      })
      await expect.poll(() => acknowledged.size - before, { timeout: 20_000 }).toBeGreaterThan(40 + round * 13)
      await postgres.kill()
      over = true
      await Promise.all(writers)
      await postgres.start()
      const { rows } = (await database.db.execute(sql`select seq::int as seq, subject from ledger`)) as unknown as pg.QueryResult<{
        seq: number
        subject: string
      }> // safe: node-postgres
      const kept = new Map(rows.map(({ seq, subject }) => [seq, subject]))
      for (const [seq, subject] of acknowledged) expect(kept.get(seq), `entry ${seq}`).toBe(subject)
      expect((await verifyLedger(database.db)).problem).toBeUndefined()
    }
    await database.close()
  }, 120_000)
}
