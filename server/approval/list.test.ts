import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Queue } from '#lib/approval/view.ts'
import type { Database } from '#server/adapter/db/client.ts'
import { openDatabase } from '#server/adapter/db/open.ts'
import { listRequests } from '#server/approval/list.ts'
import { openRequests } from '#server/approval/repo.ts'
import { syncRequests } from '#server/approval/sync.ts'
import { testWorld, type TestWorld } from '#server/testing/approval-world.ts'

const OPEN = 1_000
const CLOSED = 5_000

let database: Database
let world: TestWorld
/** Reads of the repository and the cluster's single objects since the last reset. */
let outside = 0

const ctx = (login: string) => {
  const real = world.ctx(login)
  const counted = <T extends object>(wire: T, methods: readonly (keyof T)[]): T =>
    new Proxy(wire, {
      get: (target, key, receiver) => {
        if (methods.includes(key as keyof T)) outside += 1 // safe: only compared
        return Reflect.get(target, key, receiver) as unknown
      },
    })
  return { ...real, git: counted(real.git, ['log', 'read', 'list', 'blobs']), kube: counted(real.kube, ['fetch', 'get']) }
}

beforeAll(async () => {
  database = await openDatabase('memory:')
  world = testWorld(database)
  world.request('rar-high')
  world.request('rar-low', {
    initiator: 'los',
    counterpart: 'pgw',
    type: 'depends-on',
    interaction: { bindingType: undefined, protocol: 'rest' },
  })
  await syncRequests(world.ctx('system', 'system'))
  // Many like these two: the same meaning under another name and age, as a busy month would leave them.
  await database.db.execute(sql`
    insert into change_request (id, kind, cluster, uid, "group", resource_kind, namespace, name, state, requested_by, subject, digest, created_at, updated_at, decide_by)
    select gen_random_uuid(), kind, cluster, 'copy-' || name || n, "group", resource_kind, namespace, name || '-' || n, 'open',
      requested_by, subject, digest, created_at + n * interval '1 second', updated_at, decide_by + (n % 7) * interval '1 hour'
    from generate_series(1, ${(OPEN - 2) / 2}::int) n, change_request where uid not like 'copy-%'
    on conflict do nothing`)
  await database.db.execute(sql`
    insert into change_request (id, kind, cluster, uid, "group", resource_kind, namespace, name, state, requested_by, subject, created_at, updated_at)
    select gen_random_uuid(), 'admission', 'ccs-mgmt', 'past-' || n, 'seam.ontai.dev', 'RelationshipAdmissionRequest', 'seam-system', 'past-' || n,
      (array['approved', 'denied', 'withdrawn', 'expired'])[1 + n % 4], case when n % 100 = 0 then 'priya' else 'james' end, '{}',
      now() - n * interval '1 minute', date_trunc('second', now()) - (n / 3) * interval '1 minute'
    from generate_series(1, ${CLOSED}::int) n`)
  await database.db.execute(sql`
    update request_line l set title = s.title, parties = s.parties, risk = s.risk, needed = s.needed, facts = s.facts, reach = (length(l.name) % 3)
    from request_line s where l.state = 'open' and s.name = substring(l.name from '^rar-(?:high|low)') and l.title is null`)
  await database.db.execute(sql`update request_line set title = name, parties = array['trading'], risk = 'Low' where state <> 'open'`)
}, 60_000)
afterAll(() => database.close())

const list = (login: string, input: Readonly<Record<string, string | undefined>>) => listRequests(ctx(login), input)

/** Every page one after another. */
async function walk(login: string, input: Readonly<Record<string, string>>): Promise<readonly Queue['rows'][number][]> {
  const rows: Queue['rows'][number][] = []
  let after: string | undefined
  do {
    const page: Queue = await list(login, { ...input, after })
    rows.push(...page.rows)
    after = page.next
  } while (after !== undefined)
  return rows
}

test('a thousand open requests: every one on exactly one page, in one order, with exact counts, and nothing asked of Git or of single objects', async () => {
  await list('maria', { view: 'yours' })
  outside = 0
  const first = await list('maria', { view: 'yours' })
  expect(outside).toBe(0)
  expect(first.rows).toHaveLength(50)
  expect((await openRequests(database.db)).length).toBe(OPEN)
  expect(first.counts.yours + first.counts.others).toBe(OPEN)
  const [yours, others] = [await walk('maria', { view: 'yours' }), await walk('maria', { view: 'others' })]
  expect(new Set([...yours, ...others].map((row) => row.id)).size).toBe(OPEN)
  expect(yours).toHaveLength(first.counts.yours)
  expect(yours.every((row) => row.turn === 'yours')).toBe(true)
  const rank = { High: 0, Unknown: 1, Low: 2 }
  const keys = yours.map((row) => `${rank[row.risk]} ${row.decideBy ?? '9999'} ${9 - row.reach} ${row.createdAt} ${row.id}`)
  expect(keys).toEqual(keys.toSorted())
}, 60_000)

test('history by pages: nothing is cut off, nothing twice, also among rows of one second, and the counts are exact', async () => {
  const { counts } = await list('priya', { view: 'decided' })
  expect(counts).toMatchObject({ decided: (CLOSED / 4) * 3, expired: CLOSED / 4, automatic: 0 })
  const decided = await walk('priya', { view: 'decided', state: 'denied' })
  expect(new Set(decided.map((row) => row.id)).size).toBe(CLOSED / 4)
  const all = await walk('priya', { view: 'decided', person: 'priya' })
  expect(all.map((row) => row.requestedBy)).toEqual(Array.from({ length: CLOSED / 100 }, () => 'priya').slice(0, all.length))
  expect((await list('priya', { view: 'expired' })).matching).toBe(CLOSED / 4)
}, 60_000)

test('filters look through everything, not through the page', async () => {
  expect((await list('maria', { view: 'decided', q: 'PAST-49' })).matching).toBeGreaterThan(50)
  expect((await list('maria', { view: 'decided', q: '%' })).matching).toBe(0)
  expect((await list('maria', { view: 'decided', domain: 'trading' })).matching).toBe((CLOSED / 4) * 3)
  expect((await list('maria', { view: 'decided', domain: 'tradin' })).matching).toBe(0)
  const low = await list('maria', { risk: 'Low' })
  expect(low.rows.every((row) => row.risk === 'Low')).toBe(true)
  expect(low.matching).toBe(OPEN / 2)
  expect((await list('maria', { q: 'RAR-LOW' })).matching).toBe(OPEN / 2)
})

test('a place that is none, and words that are too long, are refused as invalid', async () => {
  for (const input of [
    { view: 'decided', after: 'x' },
    { view: 'decided', after: '["2026-01-01T00:00:00.000000Z","1"]' },
    { view: 'yours', after: '[0]' },
    { q: 'x'.repeat(254) },
    { view: '__proto__' },
    { after: 'x'.repeat(2_000) },
  ])
    await expect(listRequests(ctx('maria'), input)).rejects.toMatchObject({ code: 'invalid' })
})

test('the line of a request follows it by itself: closing, sealing and who did it', async () => {
  const [row] = await openRequests(database.db)
  await database.db.execute(
    sql`insert into decision values (${row?.id}, 'Approved', 'd', 's', 'p', 't', 'system', '["system"]', '{}', 1, now())`,
  )
  await database.db.execute(sql`update change_request set state = 'approved', updated_at = now() + interval '1 hour' where id = ${row?.id}`)
  const automatic = await list('maria', { view: 'automatic' })
  expect(automatic.rows).toMatchObject([{ id: row?.id, state: 'approved', reason: 'This request is approved. Sealed by system.' }])
  expect((await list('maria', { view: 'decided' })).rows[0]?.id).toBe(row?.id)
  expect((await list('maria', { view: 'decided', person: 'system' })).matching).toBe(1)
})
