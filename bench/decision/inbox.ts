import { gzipSync } from 'node:zlib'
import { sql } from 'drizzle-orm'
import { Client } from 'pg'
import { startPostgres } from '#sandbox/postgres.ts'
import { openDatabase } from '#server/adapter/db/open.ts'
import { listRequests } from '#server/approval/list.ts'
import { syncRequests } from '#server/approval/sync.ts'
import { testWorld } from '#server/testing/approval-world.ts'
import { plainInbox } from '../ref/plain-inbox.ts'
import { compare } from '../harness/compare.ts'
import { counted, type Figure, type Measurement } from '../harness/figure.ts'

const HISTORY = 100_000
/** Lists in one slice, so that a slice is long enough to be measured. */
const IN_SLICE = 3

/** The inbox over 100,000 closed requests and 1,000 open ones, beside a plain page over the same rows (goals.md, how to measure). */
export const measurement: Measurement = { name: 'inbox', run: benchInbox }

async function benchInbox(): Promise<readonly Figure[]> {
  const postgres = await startPostgres()
  if (postgres === undefined) throw new Error('There is no PostgreSQL on this machine to measure on.')
  const address = await postgres.createDatabase()
  const database = await openDatabase(address)
  const plain = new Client({ connectionString: address })
  await plain.connect()
  try {
    const world = testWorld(database)
    world.request('rar-high')
    await syncRequests(world.ctx('system', 'system'))
    await seedHistory(database.db)
    const list = async (input: Readonly<Record<string, string | undefined>>): Promise<string> =>
      JSON.stringify(await listRequests(world.ctx('maria'), input))
    const place = await lastPlace(database.db)
    const after = JSON.stringify(place)
    const ratio = (id: string, limit: number, note: string, subject: Asking, reference: Asking): Promise<Figure> =>
      compare({
        id,
        goal: `≤ ${limit} ×`,
        bound: { atMost: limit },
        as: 'cost',
        subject: slice(subject),
        reference: slice(reference),
        note,
      })
    const figures = [
      await ratio(
        'inbox-first',
        3,
        `first page of ${HISTORY} beside plain SQL and JSON`,
        () => list({ view: 'decided' }),
        () => plainInbox(plain, undefined, undefined),
      ),
      await ratio(
        'inbox-filter',
        3,
        'text in the middle of names, beside the same SQL',
        () => list({ view: 'decided', q: 'past-777' }),
        () => plainInbox(plain, 'past-777', undefined),
      ),
      await ratio(
        'inbox-depth',
        1.2,
        'deepest page beside the first',
        () => list({ view: 'decided', after }),
        () => list({ view: 'decided' }),
      ),
    ]
    const [ours, theirs] = [await list({ view: 'decided' }), await plainInbox(plain, undefined, undefined)].map(
      (text) => gzipSync(text).length,
    )
    figures.push(
      counted('inbox-bytes', '≤ 1.15 ×', (ours ?? 0) / (theirs ?? 1), { atMost: 1.15 }, `gzipped, ${ours} beside ${theirs} bytes`),
    )
    await seedOpen(database.db)
    figures.push(
      await ratio(
        'inbox-open',
        10,
        '1,000 open requests, each judged for the viewer, beside the plain page, which judges none (our own bound)',
        () => list({ view: 'yours' }),
        () => plainInbox(plain, undefined, undefined),
      ),
    )
    return figures
  } finally {
    await plain.end()
    await database.close()
    await postgres.stop()
  }
}

type Asking = () => Promise<string>

/** Some lists one after another; an answer without its 50 rows is wrong. */
const slice = (ask: Asking) => async (): Promise<void> => {
  for (let at = 0; at < IN_SLICE; at += 1) {
    const { rows } = JSON.parse(await ask()) as { readonly rows: readonly unknown[] } // safe: both sides answer rows
    if (rows.length !== 50) throw new Error(`${rows.length} rows instead of 50`)
  }
}

type Db = Awaited<ReturnType<typeof openDatabase>>['db']

async function seedHistory(db: Db): Promise<void> {
  await db.execute(sql`
    insert into change_request (id, kind, cluster, uid, "group", resource_kind, namespace, name, state, requested_by, subject, created_at, updated_at)
    select gen_random_uuid(), 'admission', 'ccs-mgmt', 'past-' || n, 'seam.ontai.dev', 'RelationshipAdmissionRequest', 'seam-system', 'past-' || n,
      (array['approved', 'denied', 'withdrawn', 'approved'])[1 + n % 4], 'james', '{}',
      now() - n * interval '7 minutes', now() - n * interval '6 minutes' from generate_series(1, ${HISTORY}::int) n`)
  await db.execute(sql`update request_line set title = name || ' (trading) observes pgw (payments)', parties = array['trading', 'payments'], risk = 'Low'
    where state <> 'open'`)
  await db.execute(sql`vacuum analyze request_line`)
}

async function seedOpen(db: Db): Promise<void> {
  await db.execute(sql`
    insert into change_request (id, kind, cluster, uid, "group", resource_kind, namespace, name, state, requested_by, subject, digest, created_at, updated_at, decide_by)
    select gen_random_uuid(), kind, cluster, 'copy-' || n, "group", resource_kind, namespace, name || '-' || n, 'open',
      requested_by, subject, digest, created_at, updated_at, decide_by from generate_series(1, 999) n, change_request where name = 'rar-high'`)
  await db.execute(sql`
    update request_line l set title = s.title, parties = s.parties, risk = s.risk, needed = s.needed, facts = s.facts
    from request_line s where l.state = 'open' and s.name = 'rar-high' and l.title is null`)
}

const lastPlace = async (db: Db): Promise<readonly [string, string]> => {
  const found = await db.execute(sql`select to_char(updated_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, request_id as id
    from request_line where state <> 'open' order by updated_at, request_id offset 60 limit 1`)
  const [row] = (found as unknown as { rows: { at: string; id: string }[] }).rows // safe: the shape of the driver
  return [row?.at ?? '', row?.id ?? '']
}
