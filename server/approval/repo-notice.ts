import 'server-only'
import { randomUUID } from 'node:crypto'
import { and, desc, eq, inArray, isNull, lt, or, sql } from 'drizzle-orm'
import type { NoticeKind } from '#lib/approval/notice.ts'
import type { Db } from '#server/adapter/db/client.ts'
import { changeRequest, decision, ledger, notification, vote } from '#server/adapter/db/schema.ts'

export type NoticeRow = typeof notification.$inferSelect

/** A number that moves with every step that is recorded: while it stands, nobody's turn began or ended by a step. */
export const lastStep = async (db: Db): Promise<number> =>
  (await db.select({ seq: sql<number>`coalesce(max(${ledger.seq}), 0)::int` }).from(ledger))[0]?.seq ?? 0

/** What people were told about requests that may still move: open ones, and turns that were not ended yet. */
export const toldNow = async (db: Db): Promise<readonly NoticeRow[]> =>
  (
    await db
      .select({ notice: notification })
      .from(notification)
      .innerJoin(changeRequest, eq(changeRequest.id, notification.requestId))
      .where(or(eq(changeRequest.state, 'open'), isNull(notification.endedAt)))
  ).map((row) => row.notice)

/** Tells a person something about a request: the one entry that they have there says it from now on, unread. */
export async function tell(
  db: Db,
  notice: { readonly login: string; readonly requestId: string; readonly kind: NoticeKind; readonly text: string },
  at: Date,
): Promise<void> {
  const { kind, text } = notice
  await db
    .insert(notification)
    .values({ id: randomUUID(), ...notice, at })
    .onConflictDoUpdate({ target: [notification.login, notification.requestId], set: { kind, text, at, readAt: null, endedAt: null } })
}

export const reword = async (db: Db, id: string, text: string): Promise<void> => {
  await db.update(notification).set({ text }).where(eq(notification.id, id))
}

export const endNotices = async (db: Db, ids: readonly string[], at: Date): Promise<void> => {
  if (ids.length > 0)
    await db
      .update(notification)
      .set({ endedAt: at })
      .where(and(inArray(notification.id, [...ids]), isNull(notification.endedAt)))
}

/** Votes of open requests that lapsed and were not given again. */
export const lapsedVotes = async (
  db: Db,
): Promise<readonly { readonly login: string; readonly requestId: string; readonly cause: string | null }[]> =>
  db
    .selectDistinctOn([vote.requestId, vote.login], { login: vote.login, requestId: vote.requestId, cause: vote.cause, state: vote.state })
    .from(vote)
    .innerJoin(changeRequest, eq(changeRequest.id, vote.requestId))
    .where(eq(changeRequest.state, 'open'))
    .orderBy(vote.requestId, vote.login, desc(vote.seq))
    .then((rows) => rows.filter((row) => row.state === 'lapsed'))

/** Sealed decisions whose requester or voters were not told of the outcome, with whom to tell. */
export async function untoldOutcomes(
  db: Db,
  limit: number,
): Promise<
  readonly {
    readonly requestId: string
    readonly outcome: string
    readonly approvers: readonly string[]
    readonly people: readonly string[]
  }[]
> {
  const concerned = sql<string[]>`array(
    select person from (
      select ${changeRequest.requestedBy} as person union select v.login from vote v where v.request_id = ${decision.requestId}
    ) who where not exists (
      select 1 from notification n where n.request_id = ${decision.requestId} and n.login = who.person and n.kind = 'outcome'
    ))`
  const rows = await db
    .select({ requestId: decision.requestId, outcome: decision.outcome, approvers: decision.approvers, people: concerned })
    .from(decision)
    .innerJoin(changeRequest, eq(changeRequest.id, decision.requestId))
    .where(sql`cardinality(${concerned}) > 0`)
    .orderBy(desc(decision.sealedAt))
    .limit(limit)
  return rows
}

type Cursor = { readonly at: Date; readonly id: string }

/** What a person was told, newest first, with the name of the request and its decision. */
export const noticesOf = async (db: Db, login: string, before: Cursor | undefined, limit: number) =>
  db
    .select({ notice: notification, name: changeRequest.name, decision })
    .from(notification)
    .innerJoin(changeRequest, eq(changeRequest.id, notification.requestId))
    .leftJoin(decision, eq(decision.requestId, notification.requestId))
    .where(
      and(
        eq(notification.login, login),
        before === undefined
          ? undefined
          : or(lt(notification.at, before.at), and(eq(notification.at, before.at), lt(notification.id, before.id))),
      ),
    )
    .orderBy(desc(notification.at), desc(notification.id))
    .limit(limit)

const unread = (login: string) => and(eq(notification.login, login), isNull(notification.readAt), isNull(notification.endedAt))

export const unreadCount = async (db: Db, login: string): Promise<number> =>
  (
    await db
      .select({ count: sql<number>`count(*)::int` })
      .from(notification)
      .where(unread(login))
  )[0]?.count ?? 0

/** Marks a person's own entries as read: one, or all. */
export const markRead = async (db: Db, login: string, id: string | undefined, at: Date): Promise<void> => {
  await db
    .update(notification)
    .set({ readAt: at })
    .where(and(unread(login), id === undefined ? undefined : eq(notification.id, id)))
}
