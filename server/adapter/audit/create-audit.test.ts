import { PGlite } from '@electric-sql/pglite'
import { PGLiteSocketServer } from '@electric-sql/pglite-socket'
import { createServer } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createAudit, occurredAt } from './create-audit.ts'

let db: PGlite
let server: PGLiteSocketServer
let url = ''

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const where = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  return typeof where === 'object' && where !== null ? where.port : 0
}

beforeAll(async () => {
  db = await PGlite.create()
  await db.exec(`create schema elsewhere; create table elsewhere.audit_events (
    id bigserial primary key, cluster_id text not null, subject text not null, action text not null, resource text not null,
    decision text not null, matched_policy text not null, sequence_number bigint not null, timestamp timestamptz not null default now());
    insert into elsewhere.audit_events (cluster_id, subject, action, resource, decision, matched_policy, sequence_number, timestamp) values
    ('management', 'guardian', 'rbacprofile.provisioned', 'rbac-a', 'system', '', 1767605400123456789, '2026-03-01T00:00:00Z'),
    ('management', 'guardian', 'audit_batch.processed', 'batch', 'system', 'one', 7, '2026-03-02T00:00:00Z'),
    ('ccs-dev', 'oidc:x', 'rbac.denied', 'rbac-a', 'deny', 'reason', 1767605400123456790, '2026-03-03T00:00:00Z');`)
  const port = await freePort()
  server = new PGLiteSocketServer({ db, port, host: '127.0.0.1' })
  await server.start()
  url = `postgres://postgres@127.0.0.1:${port}/postgres?sslmode=disable`
})
afterAll(async () => {
  await server.stop()
  await db.close()
})

test('rows come newest first from wherever the table stands, page by page', async () => {
  const audit = createAudit(url)
  const first = await audit.page({ limit: 2 })
  expect(first.map(({ id }) => id)).toEqual(['3', '2'])
  expect(audit.age().state).toBe('fresh')
  expect((await audit.page({ limit: 2, beforeId: '2' })).map(({ id }) => id)).toEqual(['1'])
  expect((await audit.page({ limit: 9, resource: 'rbac-a' })).map(({ action }) => action)).toEqual([
    'rbac.denied',
    'rbacprofile.provisioned',
  ])
})

test('a sequence keeps all its digits and is the time of the event where it is one', async () => {
  const [row] = await createAudit(url).page({ limit: 1, beforeId: '2' })
  expect(row).toMatchObject({ sequence: '1767605400123456789', at: new Date('2026-01-05T09:30:00.123Z') })
  expect(occurredAt('7', new Date(5))).toEqual(new Date(5))
})

test('nothing can be written through it', async () => {
  const audit = createAudit(url)
  await audit.page({ limit: 1, resource: "x'; drop table elsewhere.audit_events; --" })
  expect(await audit.page({ limit: 5 })).toHaveLength(3)
})

test('absent settings and silence are told apart', async () => {
  expect(createAudit(undefined).age().state).toBe('off')
  await expect(createAudit(undefined).page({ limit: 1 })).rejects.toMatchObject({ code: 'unavailable', message: /not connected/ })
  const gone = createAudit('postgres://x@127.0.0.1:1/x')
  await expect(gone.page({ limit: 1 })).rejects.toMatchObject({ code: 'unavailable', message: /did not answer/ })
  expect(gone.age().state).toBe('down')
})
