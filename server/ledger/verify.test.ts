import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SYSTEM } from '#lib/access/viewer.ts'
import { canonicalJson, leafHash } from '#lib/canonical.ts'
import type { Database } from '#server/adapter/db/client.ts'
import { openDatabase } from '#server/adapter/db/open.ts'
import { appendLedger } from '#server/ledger/append.ts'
import { ledgerHolds } from '#server/ledger/repo.ts'
import { verifyLedger } from '#server/ledger/verify.ts'
import { startPostgres } from '#sandbox/postgres.ts'

// Subjects as nobody would write them: what must be escaped in JSON, and what must not.
const SUBJECTS = ['s', 'ü\u2028\u007f', 'a "quoted" one', 'ends with \\', '\u0001\u001f\n\t\b\f\r', '","subject":"', '</script>', '🙂']
const ENTRIES = 64

const postgres = await startPostgres()
afterAll(() => postgres?.stop())

for (const kind of ['embedded', 'PostgreSQL'] as const) {
  let database: Database | undefined
  beforeAll(async () => {
    if (kind === 'PostgreSQL' && postgres === undefined) return
    database = await openDatabase(kind === 'embedded' ? 'memory:' : ((await postgres?.createDatabase()) ?? ''))
    const drafts = Array.from({ length: ENTRIES }, (_, at) => ({
      action: 'test.happened',
      subject: SUBJECTS[at % SUBJECTS.length] ?? '',
      body: { at, seq: 3, subject: 'y' },
    }))
    await appendLedger({ db: database.db, now: new Date(), viewer: SYSTEM, requestId: 'test' }, drafts)
  })
  afterAll(() => database?.close())

  test.skipIf(kind === 'PostgreSQL' && postgres === undefined)(`${kind}: nothing is a false alarm, whatever the subjects are`, async () => {
    const { db } = database as Database // safe: opened above
    expect(await ledgerHolds(db, 1, ENTRIES)).toBe(true)
    expect(await ledgerHolds(db, 1, ENTRIES + 1)).toBe(false)
    expect(await verifyLedger(db)).toEqual({ entries: ENTRIES, problem: undefined })
  })

  test.skipIf(kind === 'PostgreSQL' && postgres === undefined)(
    `${kind}: whatever somebody with every right changes is found and named`,
    async () => {
      const { db } = database as Database // safe: opened above
      await db.execute(sql`alter table ledger disable trigger all`)
      const forged = new TextEncoder().encode(canonicalJson({ seq: 9, subject: 's' }))
      const changes = [
        ...Array.from(
          { length: 24 },
          (_, at) => sql`update ledger set bytes = set_byte(bytes, ${at * 5}, get_byte(bytes, ${at * 5}) # 1) where seq = ${at + 5}`,
        ),
        sql`update ledger set leaf_hash = translate(leaf_hash, '0123456789abcdef', '123456789abcdef0') where seq = 17`,
        sql`update ledger set leaf_hash = '' where seq = 1`,
        sql`update ledger set bytes = ${forged}, leaf_hash = ${leafHash(forged)} where seq = 17`,
        sql`update ledger set seq = -seq where seq = 17`,
        sql`update ledger set seq = 1000 where seq = ${ENTRIES}`,
        sql`delete from ledger where seq = 1`,
        sql`delete from ledger where seq = 30`,
      ]
      for (const [at, change] of changes.entries()) {
        const told = await db
          .transaction(async (tx) => {
            await tx.execute(change)
            throw new Error((await verifyLedger(tx)).problem ?? 'nothing was found')
          })
          .catch((error: Error) => error.message)
        expect(told, `change ${at}`).toMatch(/^Entry \d+ (is missing|does not have the hash|names another)/)
      }
      expect((await verifyLedger(db)).problem).toBeUndefined()
    },
  )
}
