import 'server-only'
import { and, asc, desc, eq, inArray, isNotNull, isNull, or, sql, type SQL } from 'drizzle-orm'
import type { Db } from '#server/adapter/db/client.ts'
import { changeRequest, decision, delivery, gitRepository, ledger, outbox, sealedFile, vote } from '#server/adapter/db/schema.ts'

export type DeliveryRow = typeof delivery.$inferSelect
export type RequestRow = typeof changeRequest.$inferSelect
export type DecisionRow = typeof decision.$inferSelect
export type WorkRow = typeof outbox.$inferSelect
export type DeliveryChange = Partial<Omit<DeliveryRow, 'requestId'>> & { readonly updatedAt: Date }

/** Deliveries that are on their way; a void one goes nowhere. */
export const openDeliveries = async (db: Db): Promise<readonly DeliveryRow[]> =>
  db
    .select()
    .from(delivery)
    .where(and(isNull(delivery.admittedAt), isNull(delivery.voidedAt)))

/** Void decisions that main was not seen to hold: people could still merge their branch by hand. */
export const voidDeliveries = async (db: Db): Promise<readonly DeliveryRow[]> =>
  db
    .select()
    .from(delivery)
    .where(and(isNotNull(delivery.voidedAt), isNull(delivery.mergedAt), isNotNull(delivery.commit)))

/** Deliveries that main was seen to hold, of all times. */
export const mergedDeliveries = async (db: Db): Promise<readonly DeliveryRow[]> =>
  db.select().from(delivery).where(isNotNull(delivery.mergeCommit))

export const votesFor = async (db: Db, requestId: string) =>
  db.select({ login: vote.login, verdict: vote.verdict, digest: vote.digest }).from(vote).where(eq(vote.requestId, requestId))

/** The ledger's entries of votes and sealings of one request, as stored. */
export const decidingEntries = async (db: Db, requestId: string) =>
  db
    .select({ bytes: ledger.bytes, leafHash: ledger.leafHash })
    .from(ledger)
    .where(and(eq(ledger.requestId, requestId), sql`${ledger.action} ~ '[.](approved|rejected)$'`))
    .orderBy(asc(ledger.seq))

/** The repository as delivery last saw it. */
export const seenRepository = async (db: Db, url: string): Promise<typeof gitRepository.$inferSelect | undefined> =>
  (await db.select().from(gitRepository).where(eq(gitRepository.url, url)))[0]

export async function rememberRepository(db: Db, row: typeof gitRepository.$inferInsert): Promise<void> {
  const { url: _, ...change } = row
  await db.insert(gitRepository).values(row).onConflictDoUpdate({ target: gitRepository.url, set: change })
}

export const loadDelivery = async (db: Db, requestId: string): Promise<DeliveryRow | undefined> =>
  (await db.select().from(delivery).where(eq(delivery.requestId, requestId)))[0]

export const loadRequest = async (db: Db, id: string): Promise<RequestRow | undefined> =>
  (await db.select().from(changeRequest).where(eq(changeRequest.id, id)))[0]

export const loadDecision = async (db: Db, requestId: string): Promise<DecisionRow | undefined> =>
  (await db.select().from(decision).where(eq(decision.requestId, requestId)))[0]

export const sealedFiles = async (
  db: Db,
  requestId: string,
): Promise<readonly { readonly path: string; readonly bytes: Uint8Array | null }[]> =>
  db.select().from(sealedFile).where(eq(sealedFile.requestId, requestId)).orderBy(asc(sealedFile.path))

/** So that the page has a row to show while the repository is silent. */
export async function rememberBranch(db: Db, requestId: string, branch: string, at: Date): Promise<void> {
  await db.insert(delivery).values({ requestId, branch, updatedAt: at }).onConflictDoNothing()
}

/** True when this call voided it. A void delivery stays void. */
export const voidDelivery = async (db: Db, requestId: string, problem: string, at: Date): Promise<boolean> =>
  (
    await db
      .update(delivery)
      .set({ voidedAt: at, problem, updatedAt: at })
      .where(and(eq(delivery.requestId, requestId), isNull(delivery.voidedAt), isNull(delivery.mergedAt)))
      .returning({ requestId: delivery.requestId })
  ).length > 0

/** Main no longer holds the merge that was seen: what follows from it must be read again. */
export const forgetMerge = async (db: Db, requestId: string, mergeCommit: string, problem: string, at: Date): Promise<boolean> =>
  (
    await db
      .update(delivery)
      .set({ mergeCommit: null, mergedAt: null, mergedBy: null, appliedAt: null, admittedAt: null, problem, updatedAt: at })
      .where(and(eq(delivery.requestId, requestId), eq(delivery.mergeCommit, mergeCommit)))
      .returning({ requestId: delivery.requestId })
  ).length > 0

export async function setDelivery(db: Db, requestId: string, change: DeliveryChange): Promise<void> {
  await db.update(delivery).set(change).where(eq(delivery.requestId, requestId))
}

/** A time is set once; false when it was set before, so that nobody records the same fact twice. */
export async function reach(
  db: Db,
  requestId: string,
  step: 'proposedAt' | 'mergedAt' | 'appliedAt' | 'admittedAt',
  change: DeliveryChange,
): Promise<boolean> {
  const changed = await db
    .update(delivery)
    .set(change)
    .where(and(eq(delivery.requestId, requestId), isNull(delivery[step])))
    .returning({ requestId: delivery.requestId })
  return changed.length > 0
}

/** Replaces a problem only if it still is the one that was read. */
export async function replaceProblem(db: Db, requestId: string, was: string | null, problem: string | null, at: Date): Promise<boolean> {
  const changed = await db
    .update(delivery)
    .set({ problem, updatedAt: at })
    .where(and(eq(delivery.requestId, requestId), was === null ? isNull(delivery.problem) : eq(delivery.problem, was)))
    .returning({ requestId: delivery.requestId })
  return changed.length > 0
}

export type DecidedRow = { readonly request: RequestRow; readonly decision: DecisionRow; readonly delivery: DeliveryRow | null }

export type DecidedFilter = {
  readonly requestId?: string
  readonly only?: 'open' | 'done' | undefined
  /** Keyset: after this sealed time and id. */
  readonly after?: { readonly at: string; readonly id: string } | undefined
}

/** Sealed decisions with their way to the cluster, newest first. */
export const decided = async (db: Db, filter: DecidedFilter, limit: number): Promise<readonly DecidedRow[]> => {
  const { requestId, only, after } = filter
  return db
    .select({ request: changeRequest, decision, delivery })
    .from(decision)
    .innerJoin(changeRequest, eq(changeRequest.id, decision.requestId))
    .leftJoin(delivery, eq(delivery.requestId, decision.requestId))
    .where(
      and(
        requestId === undefined ? undefined : eq(decision.requestId, requestId),
        standing(only),
        after && sql`(${decision.sealedAt}, ${decision.requestId}) < (${after.at}::timestamptz, ${after.id}::uuid)`,
      ),
    )
    .orderBy(desc(decision.sealedAt), desc(decision.requestId))
    .limit(limit)
}

const standing = (only: DecidedFilter['only']): SQL | undefined => {
  if (only === undefined) return undefined
  // A void decision has arrived nowhere, and never will.
  return only === 'open'
    ? and(isNull(delivery.admittedAt), isNull(delivery.voidedAt))
    : or(isNotNull(delivery.admittedAt), isNotNull(delivery.voidedAt))
}

export const workOf = async (db: Db, requestIds: readonly string[]): Promise<readonly WorkRow[]> =>
  requestIds.length === 0
    ? []
    : db
        .select()
        .from(outbox)
        .where(inArray(outbox.requestId, [...requestIds]))

/** How many are on their way and how many have arrived. */
export async function countDecided(db: Db): Promise<{ readonly open: number; readonly done: number }> {
  const count = async (only: 'open' | 'done'): Promise<number> => {
    const [row] = await db
      .select({ n: sql<string>`count(*)` })
      .from(decision)
      .leftJoin(delivery, eq(delivery.requestId, decision.requestId))
      .where(standing(only))
    return Number(row?.n ?? 0)
  }
  return { open: await count('open'), done: await count('done') }
}
