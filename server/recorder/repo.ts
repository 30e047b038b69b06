import 'server-only'
import { and, eq, max, sql } from 'drizzle-orm'
import { AppError } from '#lib/error.ts'
import type { Known, Row, Seen } from '#lib/recorder/record.ts'
import { storable } from '#lib/storable.ts'
import type { Db } from '#server/adapter/db/client.ts'
import { objectChange, recordedGap, recordedKind, recordedObject, recorderTerm } from '#server/adapter/db/schema-recorder.ts'
import type { Gap } from '#server/recorder/queue.ts'

export type Key = Pick<Seen, 'group' | 'kind' | 'namespace' | 'name'>
export type Change = Row & Key & { readonly at: number }
type KindKey = Pick<Seen, 'group' | 'kind'>

const KEY = sql.raw('"group" text, kind text, namespace text, name text')
const timeOf = (at: number | undefined): string | null => (at === undefined ? null : new Date(at).toISOString())
/** One parameter for all rows: with one for each field the driver would take longer than the database. */
const given = (rows: readonly object[]): string => JSON.stringify(storable(rows))

/** Begins a term; every earlier one is over from here on. */
export async function beginTerm(db: Db, cluster: string): Promise<number> {
  const [row] = await db
    .insert(recorderTerm)
    .values({ cluster, term: 1 })
    .onConflictDoUpdate({ target: recorderTerm.cluster, set: { term: sql`${recorderTerm.term} + 1` } })
    .returning()
  return row?.term ?? 0
}

/** Throws AppError('conflict') when another recorder has begun a term. Writers come one after the other from here on. */
export async function holdTerm(tx: Db, cluster: string, term: number): Promise<void> {
  const [row] = await tx.select().from(recorderTerm).where(eq(recorderTerm.cluster, cluster)).for('update')
  if (row?.term !== term) throw new AppError('conflict', 'Another process records this cluster now.')
}

/** When the newest row was seen; epoch milliseconds. */
export async function newestAt(db: Db): Promise<number> {
  const [row] = await db.select({ at: max(objectChange.at) }).from(objectChange)
  return row?.at?.getTime() ?? 0
}

/** What is recorded of the objects that bear these names, by `keyText`. */
export async function knownObjects(tx: Db, cluster: string, keys: readonly Key[]): Promise<Map<string, Known>> {
  const { group, kind, namespace, name } = recordedObject
  const asked = given(keys.map((key) => ({ group: key.group, kind: key.kind, namespace: key.namespace, name: key.name })))
  const rows = await tx
    .select()
    .from(recordedObject)
    .where(
      and(
        eq(recordedObject.cluster, cluster),
        sql`(${group}, ${kind}, ${namespace}, ${name}) in (select * from jsonb_to_recordset(${asked}::jsonb) as k(${KEY}))`,
      ),
    )
  return new Map(rows.map((row) => [keyText(row), { ...row, generation: row.generation ?? undefined }]))
}

export const keyText = ({ group, kind, namespace, name }: Key): string => `${group}/${kind}/${namespace}/${name}`

/** Names, uids and versions of everything recorded of a kind. */
export const knownVersions = (db: Db, cluster: string, { group, kind }: KindKey) =>
  db
    .select({
      namespace: recordedObject.namespace,
      name: recordedObject.name,
      uid: recordedObject.uid,
      resourceVersion: recordedObject.resourceVersion,
    })
    .from(recordedObject)
    .where(and(eq(recordedObject.cluster, cluster), eq(recordedObject.group, group), eq(recordedObject.kind, kind)))

/** Adds rows; gives how many the database took. A version that stands there already is refused by the key of its month. */
export async function addChanges(tx: Db, cluster: string, changes: readonly Change[]): Promise<number> {
  if (changes.length === 0) return 0
  const rows = given(
    changes.map(({ at, since, managedAt, resourceVersion, ...change }) => ({
      ...change,
      at: timeOf(at),
      since: timeOf(since),
      managed_at: managedAt !== undefined && !Number.isNaN(Date.parse(managedAt)) ? managedAt : null,
      resource_version: resourceVersion,
    })),
  )
  const taken = await tx
    .insert(objectChange)
    .select(
      sql`select at, nextval('object_change_seq'), ${cluster}::text, "group", kind, namespace, name, uid, resource_version, generation, what,
          since, manager, managed_at, fields, state
        from jsonb_to_recordset(${rows}::jsonb) as row(${KEY}, at timestamptz, uid text, resource_version text, generation bigint, what text,
          since timestamptz, manager text, managed_at timestamptz, fields jsonb, state jsonb)`,
    )
    .onConflictDoNothing()
    .returning({ seq: objectChange.seq })
  return taken.length
}

/** What is recorded of these objects from now on; undefined: nothing, they are gone. */
export async function keepObjects(
  tx: Db,
  cluster: string,
  objects: readonly (Key & { readonly known: Known | undefined })[],
): Promise<void> {
  const gone = objects.flatMap(({ known, ...key }) => (known === undefined ? [key] : []))
  if (gone.length > 0)
    await tx.execute(sql`delete from recorded_object o using jsonb_to_recordset(${given(gone)}::jsonb) as k(${KEY})
      where o.cluster = ${cluster} and o."group" = k."group" and o.kind = k.kind and o.namespace = k.namespace and o.name = k.name`)
  const there = objects.flatMap(({ known, ...key }) =>
    known === undefined
      ? []
      : [{ ...key, uid: known.uid, resource_version: known.resourceVersion, generation: known.generation, state: known.state }],
  )
  if (there.length > 0)
    await tx.execute(sql`insert into recorded_object (cluster, "group", kind, namespace, name, uid, resource_version, generation, state)
      select ${cluster}, * from jsonb_to_recordset(${given(there)}::jsonb)
        as row(${KEY}, uid text, resource_version text, generation bigint, state jsonb)
      on conflict (cluster, "group", kind, namespace, name) do update
        set uid = excluded.uid, resource_version = excluded.resource_version, generation = excluded.generation, state = excluded.state`)
}

export async function addGaps(tx: Db, cluster: string, gaps: readonly Gap[]): Promise<void> {
  if (gaps.length === 0) return
  await tx
    .insert(recordedGap)
    .values(
      gaps.map(({ group, kind, since, until }) => ({
        cluster,
        group,
        kind,
        since: new Date(Math.min(since, until)),
        until: new Date(until),
      })),
    )
    .onConflictDoNothing()
}

export async function coverageOf(db: Db, cluster: string, { group, kind }: KindKey) {
  const [row] = await db
    .select()
    .from(recordedKind)
    .where(and(eq(recordedKind.cluster, cluster), eq(recordedKind.group, group), eq(recordedKind.kind, kind)))
  return row
}

/** Vouches for kinds until a time each; never takes a vouch back. The first one says since when they are recorded. */
export async function vouch(tx: Db, cluster: string, kinds: readonly (KindKey & { readonly at: number })[]): Promise<void> {
  if (kinds.length === 0) return
  await tx
    .insert(recordedKind)
    .values(kinds.map(({ group, kind, at }) => ({ cluster, group, kind, since: new Date(at), vouchedAt: new Date(at) })))
    .onConflictDoUpdate({
      target: [recordedKind.cluster, recordedKind.group, recordedKind.kind],
      set: { vouchedAt: sql`greatest(${recordedKind.vouchedAt}, excluded.vouched_at)` },
    })
}

/** Makes the partitions of these months that are not there. */
export async function makeMonths(db: Db, instants: readonly Date[]): Promise<void> {
  for (const instant of instants) await db.execute(sql`select vortex_object_change_month(${instant.toISOString()}::timestamptz)`)
}

/** Names of all partitions, such as `object_change_2026_11`. */
export async function monthsKept(db: Db): Promise<readonly string[]> {
  const rows = await db
    .select({ name: sql<string>`c.relname` })
    .from(sql`pg_inherits i join pg_class c on c.oid = i.inhrelid`)
    .where(sql`i.inhparent = 'object_change'::regclass`)
  return rows.map(({ name }) => name)
}

/** Drops one whole month. */
export async function dropMonth(db: Db, name: string): Promise<void> {
  await db.execute(sql`drop table if exists ${sql.identifier(name)}`)
}
