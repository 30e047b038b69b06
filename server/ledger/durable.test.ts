import { sql } from 'drizzle-orm'
import type pg from 'pg'
import { afterAll, expect, test } from 'vitest'
import { openDatabase } from '#server/adapter/db/open.ts'
import { appendLedger } from '#server/ledger/append.ts'
import { verifyLedger } from '#server/ledger/verify.ts'
import { startPostgres } from '#sandbox/postgres.ts'
import { SYSTEM } from '#lib/access/viewer.ts'
import { killUnderLoad } from '#server/testing/ledger-kills.ts'

const postgres = await startPostgres()
afterAll(() => postgres?.stop())

const ROUNDS = 5

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
    const found = await killUnderLoad(postgres, ROUNDS)
    expect(found.problems).toEqual([])
    expect(found.acknowledged).toBeGreaterThan(ROUNDS * 40)
  }, 120_000)
}
