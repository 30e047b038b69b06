import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { SYSTEM } from '#lib/access/viewer.ts'
import { startPostgres } from '#sandbox/postgres.ts'
import type { Database } from '#server/adapter/db/client.ts'
import { openDatabase } from '#server/adapter/db/open.ts'
import { appendLedger } from '#server/ledger/append.ts'
import { verifyLedger } from '#server/ledger/verify.ts'
import { compare } from '../harness/compare.ts'
import { counted, type Figure, type Measurement } from '../harness/figure.ts'
import { quantile } from '../harness/statistics.ts'
import { hashLoop } from '../ref/hash-loop.ts'
import { chainInsert, plainInsert, REFERENCE_TABLES } from '../ref/inserts.ts'

/** People and works at once, on either side; the pools have ten connections. Fewer writers share less: with ten it is about half. */
const WRITERS = 64
const CONNECTIONS = 10
const EACH = 20
/** For the p99: enough that one pause of either side does not make it, the first not counted, since the chain came before them. */
const ROUNDS = 45
const COLD_ROUNDS = 5
const VERIFIED = 20_000

/** Appending with proof beside plain inserts and beside a chain (A1), and verifying beside hashing alone (A2). */
export const measurement: Measurement = { name: 'ledger', run: benchLedger }

const BODY = { digest: `sha256:${'a'.repeat(64)}`, verdict: 'approve', reason: randomBytes(200).toString('hex') }
const BYTES = Buffer.from(JSON.stringify(BODY))

async function benchLedger(): Promise<readonly Figure[]> {
  const postgres = await startPostgres()
  if (postgres === undefined) throw new Error('There is no PostgreSQL on this machine to measure on.')
  const address = await postgres.createDatabase()
  const database = await openDatabase(address)
  const pool = new pg.Pool({ connectionString: address, max: CONNECTIONS })
  // A connection that is being closed when the server stops says so, and nobody else listens then.
  pool.on('connect', (client) => client.on('error', () => {}))
  try {
    await pool.query(REFERENCE_TABLES)
    return [...(await appending(database, pool)), await verifying(database, pool)]
  } finally {
    await pool.end()
    await database.close()
    await postgres.stop()
  }
}

const append = (database: Database) => (): Promise<unknown> =>
  database.write((tx) =>
    appendLedger({ db: tx, now: new Date(), viewer: SYSTEM, requestId: 'bench' }, [
      { action: 'review.approved', subject: 'core.ontai.dev/RelationshipAdmissionRequest/seam-system/rar', body: BODY },
    ]),
  )

/** All writers at once, each one after the other; milliseconds of each write when asked. */
async function load(one: () => Promise<unknown>, took?: number[]): Promise<void> {
  await Promise.all(
    Array.from({ length: WRITERS }, async () => {
      for (let at = 0; at < EACH; at += 1) {
        const start = performance.now()
        await one()
        took?.push(performance.now() - start)
      }
    }),
  )
}

async function appending(database: Database, pool: pg.Pool): Promise<readonly Figure[]> {
  const subject = append(database)
  const [plain, chain] = [() => plainInsert(pool, BYTES), () => chainInsert(pool, BYTES)]
  const beside = (id: string, goal: string, atLeast: number, reference: () => Promise<unknown>): Promise<Figure> =>
    compare({
      id,
      goal,
      as: 'speed',
      bound: { atLeast },
      subject: () => load(subject),
      reference: () => load(reference),
      note: `${WRITERS} writers, ${EACH} entries each in a slice, each acknowledged when it is on disk`,
    })
  const figures = [
    await beside('A1-plain', '≥ 1.5 × single unchained inserts', 1.5, plain),
    await beside('A1-chain', '≥ 10 × a per-row advisory-lock chain', 10, chain),
  ]
  const [ours, theirs]: [number[], number[]] = [[], []]
  for (let round = 0; round < ROUNDS; round += 1) {
    const isWarm = round >= COLD_ROUNDS
    await load(subject, isWarm ? ours : undefined)
    await load(plain, isWarm ? theirs : undefined)
  }
  const [a, b] = [quantile(ours, 0.99), quantile(theirs, 0.99)]
  figures.push(
    counted(
      'A1-p99',
      'p99 no worse than plain inserts',
      a / b,
      { atMost: 1 },
      `${a.toFixed(1)} ms beside ${b.toFixed(1)} ms, ${WRITERS} writers`,
    ),
  )
  return figures
}

/** The same stored bytes: read from the database and checked, beside hashed in memory. */
async function verifying(database: Database, pool: pg.Pool): Promise<Figure> {
  const { entries } = await verifyLedger(database.db)
  for (let at = entries; at < VERIFIED; at += 500)
    await database.write((tx) =>
      appendLedger(
        { db: tx, now: new Date(), viewer: SYSTEM, requestId: 'bench' },
        Array.from({ length: Math.min(500, VERIFIED - at) }, () => ({ action: 'review.approved', subject: 's', body: BODY })),
      ),
    )
  const { rows } = await pool.query<{ bytes: Buffer; leafHash: string }>('select bytes, leaf_hash as "leafHash" from ledger')
  const plain = rows.map(({ bytes, leafHash }) => ({ bytes, leafHash: leafHash.replace(/^sha256:/, '') }))
  return compare({
    id: 'A2',
    goal: '≥ 0.5 × an in-memory hash loop over the same stored bytes',
    as: 'speed',
    bound: { atLeast: 0.5 },
    async subject() {
      const { problem } = await verifyLedger(database.db)
      if (problem !== undefined) throw new Error(problem)
    },
    async reference() {
      const good = hashLoop(plain)
      if (good !== rows.length) throw new Error(`${good} of ${rows.length} agree`)
    },
    note: `${rows.length} entries of ${plain[0]?.bytes.length ?? 0} bytes; ours has PostgreSQL hash them where they lie and checks the place of each`,
  })
}
