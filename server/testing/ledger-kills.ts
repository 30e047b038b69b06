import 'server-only'
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import type pg from 'pg'
import { openDatabase } from '#server/adapter/db/open.ts'
import type { Database } from '#server/adapter/db/client.ts'
import { appendLedger } from '#server/ledger/append.ts'
import { verifyLedger } from '#server/ledger/verify.ts'
import { SYSTEM } from '#lib/access/viewer.ts'

const AT_ONCE = 8
const STARTED_MS = 20_000

/** A PostgreSQL that can be killed as by the machine's end. */
type Mortal = {
  readonly createDatabase: () => Promise<string>
  readonly kill: () => Promise<unknown>
  readonly start: () => Promise<unknown>
}

type Found = { readonly acknowledged: number; readonly problems: readonly string[] }

/**
 * Kills the database (SIGKILL) so many times while eight writers append, each time after another number of entries, and looks after
 * each restart whether every entry that was acknowledged stands at its number and the ledger verifies (goals.md A1). Says what was not so.
 */
export async function killUnderLoad(postgres: Mortal, rounds: number, onRound: (round: number) => void = () => {}): Promise<Found> {
  const database = await openDatabase(await postgres.createDatabase())
  const acknowledged = new Map<number, string>()
  const problems: string[] = []
  for (let round = 0; round < rounds; round += 1) {
    const enough = acknowledged.size + 40 + (round % 20) * 13
    let over = false
    const writers = Array.from({ length: AT_ONCE }, async (_, writer) => {
      for (let at = 0; !over; at += 1) {
        const subject = `${round}/${writer}/${at}`
        const seq = await append(database, subject)
        if (seq === undefined) await pause(20)
        else if (acknowledged.has(seq)) problems.push(`round ${round}: entry ${seq} was acknowledged twice`)
        else acknowledged.set(seq, subject)
      }
    })
    for (const end = Date.now() + STARTED_MS; acknowledged.size < enough && Date.now() < end;) await pause(1)
    if (acknowledged.size < enough) problems.push(`round ${round}: the writers did not come up again`)
    await postgres.kill()
    over = true
    await Promise.all(writers)
    await postgres.start()
    problems.push(...(await lost(database, acknowledged)).map((words) => `round ${round}: ${words}`))
    onRound(round + 1)
  }
  await database.close()
  return { acknowledged: acknowledged.size, problems }
}

const append = (database: Database, subject: string): Promise<number | undefined> =>
  database
    .write((tx) =>
      appendLedger({ db: tx, now: new Date(), viewer: SYSTEM, requestId: 'r' }, [
        { action: 'test.appended', subject, body: { words: 'x'.repeat(300) } },
      ]),
    )
    .then(
      ([seq]) => seq,
      () => undefined,
    )

async function lost({ db }: Database, acknowledged: ReadonlyMap<number, string>): Promise<readonly string[]> {
  const { rows } = (await db.execute(sql`select seq::int as seq, subject from ledger`)) as unknown as pg.QueryResult<{
    seq: number
    subject: string
  }> // safe: node-postgres
  const kept = new Map(rows.map(({ seq, subject }) => [seq, subject]))
  const missing = [...acknowledged].filter(([seq, subject]) => kept.get(seq) !== subject)
  const { problem } = await verifyLedger(db)
  return [
    ...missing.map(([seq, subject]) => `entry ${seq} was acknowledged for ${subject} and holds ${kept.get(seq) ?? 'nothing'}`),
    ...(problem === undefined ? [] : [`the ledger does not verify: ${JSON.stringify(problem)}`]),
  ]
}
