import { PGlite } from '@electric-sql/pglite'
import { LOOPBACK } from '../listen.ts'
import { createTurn } from '../turn.ts'
import { openPostgresDoor } from './postgres-door.ts'

/** A row of Guardian's `audit_events` (`guardian.md` 4.1). The sequence is text: nanoseconds exceed what a number holds. */
export type AuditRow = {
  readonly clusterId: string
  readonly subject: string
  readonly action: string
  readonly resource: string
  readonly decision: 'system' | 'admit' | 'deny' | 'audit'
  readonly matchedPolicy: string
  readonly sequence: string
  readonly at: Date
}

export type AuditDatabase = {
  readonly url: (port?: number) => string
  readonly port: number
  /** Appends rows as Guardian does: a sequence that is already there for the cluster is lost without a word. */
  readonly append: (rows: readonly AuditRow[]) => Promise<void>
  readonly has: (action: string, resource: string) => Promise<boolean>
  readonly close: () => Promise<void>
}

const READER = 'vortex_reader'

const TABLES = `
create schema if not exists guardian;
create table if not exists guardian.schema_migrations (id int primary key, applied_at timestamptz not null default now());
create table if not exists guardian.audit_events (
  id bigserial primary key, cluster_id text not null, subject text not null, action text not null, resource text not null,
  decision text not null, matched_policy text not null, sequence_number bigint not null, timestamp timestamptz not null default now());
create unique index if not exists idx_audit_events_cluster_seq on guardian.audit_events (cluster_id, sequence_number);
create table if not exists guardian.permission_cache (
  subject text, action text, resource text, result boolean, expires_at timestamptz, primary key (subject, action, resource));
create table if not exists guardian.identity_resolution_log (
  id bigserial primary key, subject text, provider_name text, resolved_profile text, resolved_at timestamptz not null default now());
create table if not exists guardian.permission_snapshot_audit (
  id bigserial primary key, snapshot_name text, namespace text, target_cluster text, snapshot_hash text not null default '',
  generated_at timestamptz not null default now(), signed_by text not null default '', signed_at timestamptz, delivered_at timestamptz, receipt_name text);
insert into guardian.schema_migrations (id) select generate_series(1, 5) on conflict do nothing;
do $$ begin
  if not exists (select from pg_roles where rolname = '${READER}') then create role ${READER}; end if;
end $$;
grant usage on schema guardian to ${READER};
grant select on all tables in schema guardian to ${READER};`

/** Guardian's audit database in a directory of its own, served over the PostgreSQL protocol to a role that may only read. */
export async function startAuditDatabase(options: { readonly dir: string; readonly port?: number }): Promise<AuditDatabase> {
  const db = await PGlite.create(options.dir)
  const turn = createTurn()
  await db.exec(TABLES)
  const door = await openPostgresDoor({ db, turn, role: READER, ...(options.port !== undefined && { port: options.port }) })
  const own = <T>(work: () => Promise<T>): Promise<T> =>
    turn(async () => {
      await db.exec('reset role')
      return work()
    })
  return {
    port: door.port,
    url: (port = door.port) => `postgres://${READER}@${LOOPBACK}:${port}/postgres`,
    append: (rows) => own(() => insert(db, rows)),
    has: (action, resource) =>
      own(async () => {
        const { rows } = await db.query('select 1 from guardian.audit_events where action = $1 and resource = $2 limit 1', [
          action,
          resource,
        ])
        return rows.length > 0
      }),
    async close() {
      await door.close()
      await own(async () => {})
      await db.close()
    },
  }
}

async function insert(db: PGlite, rows: readonly AuditRow[]): Promise<void> {
  const columns = [
    rows.map((row) => row.clusterId),
    rows.map((row) => row.subject),
    rows.map((row) => row.action),
    rows.map((row) => row.resource),
    rows.map((row) => row.decision),
    rows.map((row) => row.matchedPolicy),
    rows.map((row) => row.sequence),
    rows.map((row) => row.at.toISOString()),
  ]
  await db.query(
    `insert into guardian.audit_events (cluster_id, subject, action, resource, decision, matched_policy, sequence_number, timestamp)
     select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::timestamptz[])
     on conflict (cluster_id, sequence_number) do nothing`,
    columns,
  )
}
