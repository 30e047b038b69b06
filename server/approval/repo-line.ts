import 'server-only'
import { and, arrayContains, count, eq, inArray, isNull, like, ne, type SQL, sql } from 'drizzle-orm'
import type { RequestKind, RequestState } from '#lib/approval/request.ts'
import type { Db } from '#server/adapter/db/client.ts'
import { changeRequest, requestLine } from '#server/adapter/db/schema.ts'

export type LineRow = typeof requestLine.$inferSelect
/** What reading a request finds out for its line. */
export type LineContent = Pick<LineRow, 'title' | 'parties' | 'risk' | 'reach' | 'needed' | 'facts'>

export type LineFilter = {
  readonly state?: RequestState | undefined
  readonly risk?: LineRow['risk'] | undefined
  readonly kind?: RequestKind | undefined
  readonly domain?: string | undefined
  readonly person?: string | undefined
  readonly text?: string | undefined
}

/** Which closed requests a list shows. */
export type ClosedView = 'decided' | 'expired' | 'automatic'

/** Closing time (microseconds kept, as text) and id of the last row shown. */
export type ClosedCursor = { readonly at: string; readonly id: string }

/** Writes what was read, unless it stands there already; `first` never over what was kept before. Says whether it wrote. */
export async function writeLine(db: Db, id: string, content: LineContent, only: 'first' | 'newest'): Promise<boolean> {
  const differs = sql`(${requestLine.title}, ${requestLine.parties}, ${requestLine.risk}, ${requestLine.reach}, ${requestLine.needed}, ${requestLine.facts})
    is distinct from (${content.title}::text, ${sql.param(content.parties, requestLine.parties)}::text[], ${content.risk}::text, ${content.reach}::int,
    ${content.needed}::int, ${content.facts === null ? null : JSON.stringify(content.facts)}::jsonb)`
  const first = only === 'first' ? isNull(requestLine.facts) : undefined
  const written = await db
    .update(requestLine)
    .set(content)
    .where(and(eq(requestLine.requestId, id), differs, first))
    .returning({ id: requestLine.requestId })
  return written.length > 0
}

export const openLines = async (db: Db): Promise<readonly LineRow[]> => db.select().from(requestLine).where(eq(requestLine.state, 'open'))

const inView = (view: ClosedView): SQL | undefined =>
  view === 'decided'
    ? and(ne(requestLine.state, 'open'), ne(requestLine.state, 'expired'))
    : view === 'expired'
      ? eq(requestLine.state, 'expired')
      : and(eq(requestLine.sealedBy, 'system'), ne(requestLine.state, 'open'))

const pattern = (text: string): string => `%${text.toLowerCase().replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`

const filterOf = (filter: LineFilter): SQL | undefined =>
  and(
    filter.state && eq(requestLine.state, filter.state),
    filter.risk && eq(requestLine.risk, filter.risk),
    filter.kind && eq(requestLine.kind, filter.kind),
    filter.domain ? arrayContains(requestLine.parties, [filter.domain]) : undefined,
    filter.person ? arrayContains(requestLine.people, [filter.person]) : undefined,
    filter.text ? like(requestLine.search, pattern(filter.text)) : undefined,
  )

/** The instant to the microsecond: a cursor in milliseconds would skip or repeat rows. */
const instant = sql<string>`to_char(${requestLine.updatedAt} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`

/** One page of closed requests, newest first, and how many match in all. */
export async function closedLines(
  db: Db,
  view: ClosedView,
  filter: LineFilter,
  page: { readonly after: ClosedCursor | undefined; readonly limit: number },
): Promise<readonly { readonly line: LineRow; readonly at: string }[]> {
  const { after } = page
  const older = after && sql`(${requestLine.updatedAt}, ${requestLine.requestId}) < (${after.at}::timestamptz, ${after.id}::uuid)`
  return (
    db
      .select({ line: requestLine, at: instant })
      .from(requestLine)
      .where(and(inView(view), filterOf(filter), older))
      // As the index is declared; without the words the planner sorts everything.
      .orderBy(sql`${requestLine.updatedAt} desc nulls last`, sql`${requestLine.requestId} desc nulls last`)
      .limit(page.limit)
  )
}

export const countClosed = async (db: Db, view: ClosedView, filter: LineFilter): Promise<number> =>
  (
    await db
      .select({ rows: count() })
      .from(requestLine)
      .where(and(inView(view), filterOf(filter)))
  )[0]?.rows ?? 0

/** Exact numbers of the three closed views, in one pass over an index. */
export async function closedCounts(db: Db): Promise<Readonly<Record<ClosedView, number>>> {
  const [closed, expired, automatic] = await Promise.all([
    db.select({ rows: count() }).from(requestLine).where(ne(requestLine.state, 'open')),
    countClosed(db, 'expired', {}),
    countClosed(db, 'automatic', {}),
  ])
  return { decided: (closed[0]?.rows ?? 0) - expired, expired, automatic }
}

/** Which of these objects have no request yet. */
export async function withoutRequest(db: Db, cluster: string, uids: readonly string[]): Promise<ReadonlySet<string>> {
  if (uids.length === 0) return new Set()
  const known = await db
    .select({ uid: changeRequest.uid })
    .from(changeRequest)
    .where(and(eq(changeRequest.cluster, cluster), inArray(changeRequest.uid, [...uids])))
  const found = new Set(known.map((row) => row.uid))
  return new Set(uids.filter((uid) => !found.has(uid)))
}
