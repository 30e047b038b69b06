import 'server-only'
import { and, asc, desc, eq, inArray, isNull, ne, or, sql } from 'drizzle-orm'
import type { BlockingThread } from '#lib/approval/facts.ts'
import type { RequestState } from '#lib/approval/request.ts'
import type { Claim } from '#lib/approval/rivals.ts'
import type { Db } from '#server/adapter/db/client.ts'
import { changeRequest, decision, delivery, draft, outbox, sampleReview, sealedFile, thread, vote } from '#server/adapter/db/schema.ts'

export type RequestRow = typeof changeRequest.$inferSelect
export type VoteRow = typeof vote.$inferSelect
export type DecisionRow = typeof decision.$inferSelect
export type DeliveryRow = typeof delivery.$inferSelect

export const loadRequest = async (db: Db, id: string): Promise<RequestRow | undefined> =>
  (await db.select().from(changeRequest).where(eq(changeRequest.id, id)))[0]

/** The row, locked until the transaction ends: two decisions on one request wait for each other. */
export const lockRequest = async (db: Db, id: string): Promise<RequestRow | undefined> =>
  (await db.select().from(changeRequest).where(eq(changeRequest.id, id)).for('update'))[0]

export const openRequests = async (db: Db): Promise<readonly RequestRow[]> =>
  db.select().from(changeRequest).where(eq(changeRequest.state, 'open')).orderBy(asc(changeRequest.createdAt))

/** Requests that take this one back, newest first. */
export const undoingOf = async (db: Db, id: string): Promise<readonly RequestRow[]> =>
  db.select().from(changeRequest).where(eq(changeRequest.undoes, id)).orderBy(desc(changeRequest.createdAt))

/** True when this call made the row; a row of the same (cluster, uid) stays as it is. */
export const insertRequest = async (db: Db, row: typeof changeRequest.$inferInsert): Promise<boolean> =>
  (await db.insert(changeRequest).values(row).onConflictDoNothing().returning({ id: changeRequest.id })).length === 1

export const updateRequest = async (
  db: Db,
  id: string,
  change: Partial<Pick<RequestRow, 'state' | 'subject' | 'digest' | 'decideBy' | 'requestedBy'>> & { readonly updatedAt: Date },
): Promise<void> => {
  await db.update(changeRequest).set(change).where(eq(changeRequest.id, id))
}

/** Oldest first, in the order in which the database took them: clocks differ. */
export const votesOf = async (db: Db, ids: readonly string[]): Promise<readonly VoteRow[]> =>
  ids.length === 0
    ? []
    : db
        .select()
        .from(vote)
        .where(inArray(vote.requestId, [...ids]))
        .orderBy(asc(vote.seq))

/** Open threads that block, with the request they stand on. */
export const blockingThreads = async (
  db: Db,
  ids: readonly string[],
): Promise<readonly (BlockingThread & { readonly requestId: string })[]> =>
  ids.length === 0
    ? []
    : db
        .select({ id: thread.id, anchor: thread.anchor, openedBy: thread.openedBy, requestId: thread.requestId })
        .from(thread)
        .where(and(inArray(thread.requestId, [...ids]), eq(thread.blocking, true), isNull(thread.resolvedAt)))
        .orderBy(asc(thread.openedAt))

export const sampleReviewOf = async (db: Db, id: string): Promise<typeof sampleReview.$inferSelect | undefined> =>
  (await db.select().from(sampleReview).where(eq(sampleReview.requestId, id)))[0]

/** True when this call recorded the review; a review stays. */
export const insertSampleReview = async (db: Db, row: typeof sampleReview.$inferInsert): Promise<boolean> =>
  (await db.insert(sampleReview).values(row).onConflictDoNothing().returning({ id: sampleReview.requestId })).length === 1

export const insertVote = async (db: Db, row: typeof vote.$inferInsert): Promise<void> => {
  await db.insert(vote).values(row)
}

/** Ends votes that counted; `cause` says why in words. */
export const endVotes = async (db: Db, ids: readonly string[], state: 'withdrawn' | 'lapsed', cause: string, at: Date): Promise<void> => {
  if (ids.length > 0)
    await db
      .update(vote)
      .set({ state, cause, endedAt: at })
      .where(and(inArray(vote.id, [...ids]), eq(vote.state, 'counted')))
}

export const decisionsOf = async (db: Db, ids: readonly string[]): Promise<readonly DecisionRow[]> =>
  ids.length === 0
    ? []
    : db
        .select()
        .from(decision)
        .where(inArray(decision.requestId, [...ids]))

export const deliveriesOf = async (db: Db, ids: readonly string[]): Promise<readonly DeliveryRow[]> =>
  ids.length === 0
    ? []
    : db
        .select()
        .from(delivery)
        .where(inArray(delivery.requestId, [...ids]))

export const sealedFilesOf = async (db: Db, id: string): Promise<readonly { readonly path: string; readonly bytes: Uint8Array | null }[]> =>
  db
    .select({ path: sealedFile.path, bytes: sealedFile.bytes })
    .from(sealedFile)
    .where(eq(sealedFile.requestId, id))
    .orderBy(asc(sealedFile.path))

export const draftAuthors = async (db: Db, id: string): Promise<readonly string[]> =>
  (await db.select({ author: draft.author }).from(draft).where(eq(draft.requestId, id))).map((row) => row.author)

const participantName = (side: 'initiator' | 'counterpart') =>
  sql`${changeRequest.subject}->'object'->'spec'->'participants'->${side}::text->'domainIdentityRef'->>'name'`

/** Requests that may touch what one claims: of the same participants or the same files, open or approved and on their way. */
export const rivalRows = async (db: Db, { requestId, relationship, files }: Claim): Promise<readonly RequestRow[]> => {
  const samePair =
    relationship && and(eq(participantName('initiator'), relationship.source), eq(participantName('counterpart'), relationship.target))
  const sameFile = files.length === 0 ? undefined : sql`${changeRequest.files} ?| ${sql.param([...files])}::text[]`
  if (samePair === undefined && sameFile === undefined) return []
  const rows = await db
    .select({ request: changeRequest })
    .from(changeRequest)
    .leftJoin(delivery, eq(delivery.requestId, changeRequest.id))
    .where(
      and(
        ne(changeRequest.id, requestId),
        or(eq(changeRequest.state, 'open'), and(eq(changeRequest.state, 'approved'), isNull(delivery.mergedAt), isNull(delivery.voidedAt))),
        or(samePair, sameFile),
      ),
    )
    .orderBy(asc(changeRequest.createdAt))
    .limit(RIVALS_MAX)
  return rows.map(({ request }) => request)
}

const RIVALS_MAX = 50

/** Sealed admissions between the two participants, in either direction, newest first. */
export const decisionsBetween = async (
  db: Db,
  names: readonly string[],
  limit: number,
): Promise<readonly { readonly request: RequestRow; readonly decision: DecisionRow }[]> =>
  db
    .select({ request: changeRequest, decision })
    .from(decision)
    .innerJoin(changeRequest, eq(changeRequest.id, decision.requestId))
    .where(and(inArray(participantName('initiator'), [...names]), inArray(participantName('counterpart'), [...names])))
    .orderBy(desc(decision.sealedAt))
    .limit(limit)

/** The newest decisions with their requests. */
export const pastDecisions = async (
  db: Db,
  limit: number,
): Promise<readonly { readonly request: RequestRow; readonly decision: DecisionRow }[]> =>
  db
    .select({ request: changeRequest, decision })
    .from(decision)
    .innerJoin(changeRequest, eq(changeRequest.id, decision.requestId))
    .orderBy(desc(decision.sealedAt))
    .limit(limit)

/** Approved and not merged: their meaning may still move under them (decisions.md 11). */
export const approvedUnmerged = async (db: Db): Promise<readonly RequestRow[]> =>
  (
    await db
      .select({ request: changeRequest })
      .from(changeRequest)
      .innerJoin(delivery, eq(delivery.requestId, changeRequest.id))
      .where(and(eq(changeRequest.state, 'approved'), sql`${delivery.mergedAt} is null`, sql`${delivery.mergeCommit} is null`))
  ).map((row) => row.request)

export const setDeliveryProblem = async (db: Db, id: string, problem: string | null, at: Date): Promise<void> => {
  await db.update(delivery).set({ problem, updatedAt: at }).where(eq(delivery.requestId, id))
}

export const mergeAsked = async (db: Db, ids: readonly string[]): Promise<ReadonlySet<string>> =>
  ids.length === 0
    ? new Set()
    : new Set(
        (
          await db
            .select({ id: outbox.requestId })
            .from(outbox)
            .where(and(eq(outbox.kind, 'git.merge'), inArray(outbox.requestId, [...ids])))
        ).map((row) => row.id),
      )

/** Due at once, by the database's clock as `claim` asks. False when this work was asked for before. */
export const enqueue = async (
  db: Db,
  kind: 'git.propose' | 'git.merge',
  requestId: string,
  payload: Readonly<Record<string, unknown>>,
  at: Date,
): Promise<boolean> =>
  (
    await db
      .insert(outbox)
      .values({ kind, requestId, payload, createdAt: at, nextAt: sql`now()` })
      .onConflictDoNothing()
      .returning({ id: outbox.id })
  ).length === 1

/** Everything of a sealed decision, in the caller's transaction; the primary key refuses a second one. */
export async function insertSeal(
  db: Db,
  seal: {
    readonly state: RequestState
    readonly decision: typeof decision.$inferInsert
    readonly files: readonly { readonly path: string; readonly text: string | undefined }[]
    readonly branch: string
    readonly at: Date
  },
): Promise<void> {
  const id = seal.decision.requestId
  await db.insert(decision).values(seal.decision)
  for (const { path, text } of seal.files)
    await db.insert(sealedFile).values({ requestId: id, path, bytes: text === undefined ? null : new TextEncoder().encode(text) })
  await db.insert(delivery).values({ requestId: id, branch: seal.branch, updatedAt: seal.at })
  await db.update(changeRequest).set({ state: seal.state, updatedAt: seal.at }).where(eq(changeRequest.id, id))
}
