import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AuditDatabase, type AuditRow, startAuditDatabase } from './audit-database.ts'

const dir = mkdtempSync(join(tmpdir(), 'audit-'))
const row = (sequence: string, action = 'rbacprofile.provisioned'): AuditRow => ({
  clusterId: 'management',
  subject: 'guardian',
  action,
  resource: 'ada',
  decision: 'system',
  matchedPolicy: 'ProvisioningComplete',
  sequence,
  at: new Date('2026-03-01T10:00:00Z'),
})
let database: AuditDatabase
let pool: pg.Pool

beforeAll(async () => {
  database = await startAuditDatabase({ dir })
  pool = new pg.Pool({ connectionString: database.url(), max: 1 })
  await database.append([row('1772359200000000001'), row('1772359200000000002', 'rbac.admitted'), row('1772359200000000002')])
})
afterAll(async () => {
  await pool.end()
  await database.close()
  rmSync(dir, { recursive: true })
})

test('a pool of one reads rows with past dates, exact sequences and no doubles', async () => {
  const schema = await pool.query(`select table_schema from information_schema.tables where table_name = $1`, ['audit_events'])
  expect(schema.rows).toEqual([{ table_schema: 'guardian' }])
  const { rows } = await pool.query(
    'select id, action, sequence_number, timestamp from guardian.audit_events where id > $1 order by id',
    [0],
  )
  expect(rows.map((found) => found.sequence_number)).toEqual(['1772359200000000001', '1772359200000000002'])
  expect(rows[0].timestamp.toISOString()).toBe('2026-03-01T10:00:00.000Z')
})

test('the reading role writes nothing, and the connection lives on', async () => {
  await expect(pool.query(`insert into guardian.permission_cache values ('a', 'b', 'c', true, now())`)).rejects.toThrow(/permission denied/)
  await expect(pool.query('delete from guardian.audit_events')).rejects.toThrow(/permission denied/)
  expect((await pool.query('select current_user')).rows).toEqual([{ current_user: 'vortex_reader' }])
})

test('several readers and the writer at once never mix up their statements', async () => {
  const many = new pg.Pool({ connectionString: database.url(), max: 6 })
  const reads = Array.from(
    { length: 120 },
    async (_, at) => (await many.query('select $1::int as n, count(*) from guardian.audit_events', [at])).rows[0].n,
  )
  const writes = Array.from({ length: 40 }, (_, at) => database.append([row(`17723592000000001${at}`)]))
  expect(await Promise.all(reads)).toEqual(Array.from({ length: 120 }, (_, at) => at))
  await Promise.all(writes)
  await many.end()
})

test('a reading transaction sees one state, and its client may vanish inside it', async () => {
  const client = new pg.Client({ connectionString: database.url() })
  client.on('error', () => {})
  await client.connect()
  await client.query('begin transaction isolation level repeatable read read only')
  const before = await client.query('select count(*) from guardian.audit_events')
  const writing = database.append([row('1772359299999999999')])
  expect((await client.query('select count(*) from guardian.audit_events')).rows).toEqual(before.rows)
  await client.query('savepoint a')
  ;(client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy()
  await writing
  expect(await database.has('rbac.admitted', 'ada')).toBe(true)
  const { rows } = await pool.query(`select count(*)::int as n from guardian.audit_events`)
  expect(rows[0].n).toBe(43)
})

test('a cursor-less big answer comes whole', async () => {
  const { rows } = await pool.query(`select repeat('x', 1000) as text from generate_series(1, 3000)`)
  expect(rows).toHaveLength(3000)
})
