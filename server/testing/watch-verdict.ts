import 'server-only'
import { asc, eq } from 'drizzle-orm'
import type { Db } from '#server/adapter/db/client.ts'
import { objectChange, recordedGap, recordedKind } from '#server/adapter/db/schema-recorder.ts'

/** One version of one object as the API server gave it to its writer, who asked and was answered between two times. */
export type Version = {
  readonly name: string
  readonly uid: string
  /** Empty for a deletion whose version the server did not tell. */
  readonly resourceVersion: string
  readonly gone: boolean
  readonly count: number
  readonly from: number
  readonly to: number
}
type Row = typeof objectChange.$inferSelect
type Gap = typeof recordedGap.$inferSelect
type Final = readonly { readonly metadata: { readonly name: string; readonly uid?: string; readonly resourceVersion?: string } }[]

export type Verdict = {
  readonly isCaughtUp: boolean
  readonly rows: number
  readonly watched: number
  readonly gaps: number
  readonly problems: readonly string[]
}

/** Compares what is recorded with the server's own history, object by object and version by version. */
export async function compareHistories(db: Db, cluster: string, history: readonly Version[], final: Final): Promise<Verdict> {
  const rows = await db
    .select()
    .from(objectChange)
    .where(eq(objectChange.cluster, cluster))
    .orderBy(asc(objectChange.at), asc(objectChange.seq))
  const gaps = await db.select().from(recordedGap).where(eq(recordedGap.cluster, cluster))
  const [versionsOf, rowsOf] = [groupBy(history, ({ uid }) => uid), groupBy(rows, ({ uid }) => uid)]
  const problems = [...versionsOf].flatMap(([uid, versions]) => compareObject(versions, rowsOf.get(uid) ?? [], gaps))
  for (const uid of rowsOf.keys()) if (!versionsOf.has(uid)) problems.push(`${uid} is recorded and never was`)
  const last = new Map(rows.map((row) => [row.name, row]))
  const isCaughtUp =
    final.every(({ metadata }) => last.get(metadata.name)?.resourceVersion === metadata.resourceVersion) &&
    [...last.values()].every(({ name, what }) => what === 'deleted' || final.some(({ metadata }) => metadata.name === name))
  if (!isCaughtUp) problems.push('the record does not end where the cluster stands')
  return { isCaughtUp, rows: rows.length, watched: rows.filter(({ since }) => since === null).length, gaps: gaps.length, problems }
}

function compareObject(versions: readonly Version[], rows: readonly Row[], gaps: readonly Gap[]): readonly string[] {
  const problems: string[] = []
  let next = 0
  for (const row of rows) {
    const words = `${row.name} ${row.uid} ${row.what} ${row.resourceVersion}`
    const at = versions.findIndex((version, place) => place >= next && isThat(version, row))
    const version = versions[at]
    if (version === undefined) {
      problems.push(`${words} was never so, or is recorded twice or out of order`)
      continue
    }
    const missed = versions.slice(next, at)
    if (row.since === null && missed.length > 0)
      problems.push(`${words} passes for watched, and ${missed.length} versions before it are missing`)
    // What was missed, and a gap's own version, happened within the times that the row tells.
    if (row.since !== null)
      for (const one of [...missed, version])
        if (one.to < row.since.getTime() || one.from > row.at.getTime())
          problems.push(`${words}: ${one.resourceVersion} was not in the gap`)
    if (row.since === null && version.from > row.at.getTime()) problems.push(`${words} was recorded before it was`)
    if (row.what === 'changed') problems.push(...wrongFields(versions[at]?.count, row, words))
    next = at + 1
  }
  const unseen = versions.slice(next)
  // An object that came and went while nobody watched left no trace but the gap of its kind.
  const isNamed = (version: Version): boolean =>
    rows.length === 0 && gaps.some(({ since, until }) => version.to >= since.getTime() && version.from <= until.getTime())
  for (const version of unseen) if (!isNamed(version)) problems.push(`${version.name} ${version.resourceVersion} is missing`)
  return problems
}

const isThat = (version: Version, row: Row): boolean =>
  version.gone === (row.what === 'deleted') &&
  (version.resourceVersion === row.resourceVersion || (version.gone && (version.resourceVersion === '' || row.resourceVersion === '')))

/** The fields tell the version's own values, and the manager who wrote it. */
function wrongFields(count: number | undefined, { fields, manager, since }: Row, words: string): readonly string[] {
  const to = (path: string): unknown => fields.find((field) => field.path === path)?.to
  if (fields.length === 0) return [`${words} has no fields`]
  if (since !== null || count === undefined) return []
  const problems: string[] = []
  if (to('spec.count') !== count && !JSON.stringify(fields).includes(`Count${count}`)) problems.push(`${words} does not tell ${count}`)
  if (!manager?.split(' or ').includes(`manager-${count % 5}`))
    problems.push(`${words} names ${manager ?? 'nobody'} for manager-${count % 5}`)
  return problems
}

function groupBy<T>(all: readonly T[], keyOf: (each: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const each of all) groups.set(keyOf(each), [...(groups.get(keyOf(each)) ?? []), each])
  return groups
}

/** Whether what is there was compared once. */
export const hasBegun = async (db: Db, cluster: string): Promise<boolean> =>
  (await db.select().from(recordedKind).where(eq(recordedKind.cluster, cluster))).length > 0
