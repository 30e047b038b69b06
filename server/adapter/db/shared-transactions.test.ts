import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SYSTEM } from '#lib/access/viewer.ts'
import { AppError } from '#lib/error.ts'
import type { Database, Db } from '#server/adapter/db/client.ts'
import { openDatabase } from '#server/adapter/db/open.ts'
import { sharedTransactions } from '#server/adapter/db/shared-transactions.ts'
import { appendLedger } from '#server/ledger/append.ts'
import { verifyLedger } from '#server/ledger/verify.ts'
import { startPostgres } from '#sandbox/postgres.ts'

const postgres = await startPostgres()
afterAll(() => postgres?.stop())

describe.each(['embedded', 'PostgreSQL'] as const)('writes that come together, %s', (kind) => {
  if (kind === 'PostgreSQL' && postgres === undefined) return it.skip('no PostgreSQL on this machine', () => undefined)
  let database: Database
  beforeAll(async () => {
    database = await openDatabase(kind === 'embedded' ? 'memory:' : ((await postgres?.createDatabase()) ?? ''))
  })
  afterAll(() => database.close())

  const append = (tx: Db, subject: string) =>
    appendLedger({ db: tx, now: new Date(), viewer: SYSTEM, requestId: 'test' }, [{ action: 'test.happened', subject, body: {} }])
  const transactionOf = async (tx: Db): Promise<string> => {
    const found = await tx.execute(sql`select pg_current_xact_id()::text as id`)
    return (found as unknown as { rows: { id: string }[] }).rows[0]?.id ?? '' // safe: the shape both drivers give
  }

  it('share a transaction, and their entries have numbers without a gap in the order in which they came', async () => {
    const seen = await Promise.all(
      Array.from({ length: 20 }, (_, at) =>
        database.write(async (tx) => ({ seqs: await append(tx, `s${at}`), id: await transactionOf(tx) })),
      ),
    )
    const first = seen[0]?.seqs[0] ?? 0
    expect(seen.map(({ seqs }) => seqs[0])).toEqual(seen.map((_, at) => first + at))
    // The first began alone; whoever came meanwhile shares the second.
    expect(new Set(seen.map(({ id }) => id)).size).toBe(2)
    expect((await verifyLedger(database.db)).problem).toBeUndefined()
  })

  it('one that throws fails alone and leaves nothing behind; the others stand once', async () => {
    const { entries } = await verifyLedger(database.db)
    const said = await Promise.allSettled(
      Array.from({ length: 12 }, (_, at) =>
        database.write(async (tx) => {
          await append(tx, `t${at}`)
          if (at % 4 === 2) throw new AppError('conflict', `not ${at}`)
          if (at === 5) await tx.execute(sql`select 1 / 0`)
          return at
        }),
      ),
    )
    const told = said.map((one) => (one.status === 'fulfilled' ? one.value : String(one.reason).slice(0, 24)))
    expect(told.filter((_, at) => at % 4 === 2)).toEqual(['AppError: not 2', 'AppError: not 6', 'AppError: not 10'])
    expect(told[5]).toMatch(/^(Drizzle)?(Query)?Error/)
    expect(told.filter((one) => typeof one === 'number')).toEqual([0, 1, 3, 4, 7, 8, 9, 11])
    expect(await verifyLedger(database.db)).toEqual({ entries: entries + 8, problem: undefined })
  })

  it('an entry that the database refuses fails its own write with words, and no other', async () => {
    const { entries } = await verifyLedger(database.db)
    const said = await Promise.allSettled(['a', 'b', 'NUL \0', 'c'].map((subject) => database.write((tx) => append(tx, subject))))
    expect(said.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled'])
    expect(said[2]).toMatchObject({ reason: { code: 'unavailable', message: expect.stringMatching(/^The ledger cannot be written/) } })
    expect(await verifyLedger(database.db)).toEqual({ entries: entries + 3, problem: undefined })
  })
})

it('where no transaction can begin, everybody who waited is told, and the next ones are tried again', async () => {
  let isDown = true
  const write = sharedTransactions(async (work) => {
    if (isDown) throw new Error('down')
    await work({ execute: async () => undefined, select: () => ({ from: async () => [] }) } as unknown as Db) // safe: all that opening asks for
  })
  const said = await Promise.allSettled([1, 2, 3].map((value) => write(async () => value)))
  expect(said.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
  isDown = false
  expect(await Promise.all([1, 2, 3].map((value) => write(async () => value)))).toEqual([1, 2, 3])
})
