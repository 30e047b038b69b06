import 'server-only'
import { and, desc, eq, gt, isNotNull, lte, ne, sql } from 'drizzle-orm'
import type { ResourceRef } from '#lib/kube/ref.ts'
import type { Db } from '#server/adapter/db/client.ts'
import { objectChange, recordedGap, recordedKind } from '#server/adapter/db/schema-recorder.ts'

export type ChangeRow = typeof objectChange.$inferSelect
export type GapRow = typeof recordedGap.$inferSelect
/** Where reading stands: everything newer was given. */
export type Position = { readonly at: Date; readonly seq: number }

const older = (before: Position | undefined) =>
  before && sql`(${objectChange.at}, ${objectChange.seq}) < (${before.at.toISOString()}::timestamptz, ${before.seq})`

/** What was recorded of one object, newest first. */
export const changesOf = (
  db: Db,
  { cluster, group, kind, namespace, name }: ResourceRef,
  limit: number,
  before?: Position,
): Promise<ChangeRow[]> =>
  db
    .select()
    .from(objectChange)
    .where(
      and(
        eq(objectChange.cluster, cluster),
        eq(objectChange.group, group),
        eq(objectChange.kind, kind),
        eq(objectChange.namespace, namespace),
        eq(objectChange.name, name),
        older(before),
      ),
    )
    .orderBy(desc(objectChange.at), desc(objectChange.seq))
    .limit(limit)

/** What changed anywhere within a time, newest first. What was there when recording began is no change. */
export const changesWithin = (
  db: Db,
  within: { readonly from?: Date; readonly to?: Date; readonly before?: Position | undefined },
  limit: number,
): Promise<ChangeRow[]> =>
  db
    .select()
    .from(objectChange)
    .where(
      and(
        ne(objectChange.what, 'present'),
        within.from && gt(objectChange.at, within.from),
        within.to && lte(objectChange.at, within.to),
        older(within.before),
      ),
    )
    .orderBy(desc(objectChange.at), desc(objectChange.seq))
    .limit(limit)

/** When a kind was not watched, newest first. */
export const gapsOf = (
  db: Db,
  { cluster, group, kind }: Pick<ResourceRef, 'cluster' | 'group' | 'kind'>,
  limit: number,
): Promise<GapRow[]> =>
  db
    .select()
    .from(recordedGap)
    .where(and(eq(recordedGap.cluster, cluster), eq(recordedGap.group, group), eq(recordedGap.kind, kind)))
    .orderBy(desc(recordedGap.until))
    .limit(limit)

/** The newest whole state that is recorded of an object: of one that is gone its last one. */
export async function lastStateOf(db: Db, { cluster, group, kind, namespace, name }: ResourceRef): Promise<object | undefined> {
  const same = [eq(objectChange.cluster, cluster), eq(objectChange.group, group), eq(objectChange.kind, kind)]
  const [row] = await db
    .select({ state: objectChange.state })
    .from(objectChange)
    .where(and(...same, eq(objectChange.namespace, namespace), eq(objectChange.name, name), isNotNull(objectChange.state)))
    .orderBy(desc(objectChange.at), desc(objectChange.seq))
    .limit(1)
  return typeof row?.state === 'object' ? (row.state ?? undefined) : undefined
}

/** Since when a kind is recorded, and until when that is vouched for; undefined where it never was. */
export async function coveredKind(db: Db, { cluster, group, kind }: Pick<ResourceRef, 'cluster' | 'group' | 'kind'>) {
  const [row] = await db
    .select()
    .from(recordedKind)
    .where(and(eq(recordedKind.cluster, cluster), eq(recordedKind.group, group), eq(recordedKind.kind, kind)))
  return row
}
