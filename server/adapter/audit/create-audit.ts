import 'server-only'
import pg from 'pg'
import { z } from 'zod'
import { AppError } from '#lib/error.ts'
import type { SourceAge } from '#lib/sourced.ts'
import type { Audit, AuditRow } from '#server/adapter/audit/audit.ts'
import { causeText, log } from '#server/log.ts'

const CONNECT_MS = 3_000
const STATEMENT_MS = 4_000
/** So that its age is known before anybody asks for history. */
const PROBE_MS = 30_000
/** Sequence numbers above this are Unix nanoseconds of the event; below, a mere count (guardian.md 4.1). */
const NANOSECONDS_FROM = 10n ** 15n

const Row = z.object({
  id: z.string(),
  cluster_id: z.string(),
  subject: z.string(),
  action: z.string(),
  resource: z.string(),
  decision: z.string(),
  matched_policy: z.string(),
  sequence_number: z.string().regex(/^-?\d+$/),
  timestamp: z.date(),
})

/**
 * Guardian's audit table through a role that may read only. Read by id from the newest (no other index exists), every
 * statement bounded in time, in a read-only transaction. The schema is discovered, since the DDL does not name one.
 * `now` is the clock that ages are told by (epoch milliseconds).
 */
export function createAudit(url: string | undefined, now: () => number = Date.now): Audit {
  if (url === undefined)
    return {
      page: async () => {
        throw new AppError('unavailable', 'The audit source is not connected.')
      },
      age: () => ({ source: 'Audit', state: 'off', at: undefined, problem: 'not connected' }),
    }
  let age: SourceAge = { source: 'Audit', state: 'down', at: undefined, problem: 'not asked yet' }
  let schema: string | undefined

  let last: Promise<unknown> = Promise.resolve()

  /** One question at a time: the table has no index that would bear more, and the role may have one connection. */
  const page: Audit['page'] = (filter) => {
    const answer = last.then(() => read(filter))
    last = answer.catch(() => {})
    return answer
  }
  const read: Audit['page'] = async (filter) => {
    try {
      const rows = await ask(url, async (client) => {
        schema ??= await findSchema(client)
        return readPage(client, schema, filter)
      })
      age = { source: 'Audit', state: 'fresh', at: now(), problem: undefined }
      return rows
    } catch (cause) {
      schema = undefined
      const problem = cause instanceof AppError ? cause.message : "Guardian's audit database did not answer."
      age = { source: 'Audit', state: age.at === undefined ? 'down' : 'stale', at: age.at, problem }
      if (cause instanceof AppError) throw cause
      throw new AppError('unavailable', problem, { cause: causeText(cause) })
    }
  }
  const probe = (): void => void page({ limit: 1 }).catch(() => {})
  probe()
  setInterval(probe, PROBE_MS).unref()
  return { page, age: () => age }
}

async function ask<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_MS, query_timeout: STATEMENT_MS + 1_000 })
  client.on('error', (cause) => log.warn('audit.connection', { error: causeText(cause) }))
  try {
    await client.connect()
    await client.query('begin transaction read only')
    await client.query(`set local statement_timeout = ${STATEMENT_MS}`)
    return await work(client)
  } finally {
    await client.query('rollback').catch(() => {})
    await client.end().catch(() => {})
  }
}

async function findSchema(client: pg.Client): Promise<string> {
  const found = await client.query(
    `select table_schema::text as name from information_schema.tables where table_name = 'audit_events'
     order by case table_schema when 'guardian' then 0 when 'public' then 1 else 2 end, table_schema limit 1`,
  )
  const parsed = z.array(z.object({ name: z.string() })).parse(found.rows)
  if (parsed[0] !== undefined) return parsed[0].name
  throw new AppError('unavailable', "Guardian's audit database holds no audit_events that this role may read.")
}

async function readPage(client: pg.Client, schema: string, filter: Parameters<Audit['page']>[0]): Promise<readonly AuditRow[]> {
  const found = await client.query(
    `select id::text, cluster_id, subject, action, resource, decision, matched_policy, sequence_number::text, "timestamp"
     from ${client.escapeIdentifier(schema)}.audit_events
     where ($1::bigint is null or id < $1::bigint) and ($2::text is null or resource = $2::text)
     order by id desc limit $3`,
    [filter.beforeId ?? null, filter.resource ?? null, filter.limit],
  )
  return found.rows.flatMap((row: unknown) => {
    const parsed = Row.safeParse(row)
    if (!parsed.success) log.warn('audit.row-unreadable', { error: causeText(parsed.error) })
    return parsed.success ? [rowOf(parsed.data)] : []
  })
}

const rowOf = (row: z.output<typeof Row>): AuditRow => ({
  id: row.id,
  cluster: row.cluster_id,
  subject: row.subject,
  action: row.action,
  resource: row.resource,
  decision: row.decision,
  matchedPolicy: row.matched_policy,
  sequence: row.sequence_number,
  at: occurredAt(row.sequence_number, row.timestamp),
  arrivedAt: row.timestamp,
})

/** Forwarded rows carry the source's sequence but the sink's time, so the sequence wins where it is a time. */
export function occurredAt(sequence: string, inserted: Date): Date {
  const value = BigInt(sequence)
  return value > NANOSECONDS_FROM ? new Date(Number(value / 1_000_000n)) : inserted
}
