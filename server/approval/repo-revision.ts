import 'server-only'
import { asc, desc, eq } from 'drizzle-orm'
import type { Db } from '#server/adapter/db/client.ts'
import { revision } from '#server/adapter/db/schema.ts'
import type { RequestRow } from '#server/approval/repo.ts'
import type { Subject } from '#server/approval/subject-type.ts'
import type { Ctx } from '#server/context.ts'

export type RevisionRow = typeof revision.$inferSelect

/** What a request meant over time, oldest first; the last one of an open request is today's meaning. */
export const revisionsOf = async (db: Db, id: string): Promise<readonly RevisionRow[]> =>
  db.select().from(revision).where(eq(revision.requestId, id)).orderBy(asc(revision.number))

/** Keeps what the request means now, unless the last row says the same. The caller holds the request's lock, so numbers have no gaps. */
export async function keepRevision(
  ctx: Ctx,
  from: { readonly row: RequestRow; readonly subject: Subject; readonly digest: string; readonly cause: string },
): Promise<void> {
  const { row, subject, digest, cause } = from
  const [last] = await ctx.db
    .select({ number: revision.number, digest: revision.digest })
    .from(revision)
    .where(eq(revision.requestId, row.id))
    .orderBy(desc(revision.number))
    .limit(1)
  if (last?.digest === digest) return
  await ctx.db.insert(revision).values({
    requestId: row.id,
    number: (last?.number ?? 0) + 1,
    digest,
    parts: subject.parts,
    spec: specOf(subject),
    files: Object.fromEntries(subject.files.map(({ path, after }) => [path, after ?? null])),
    cause: last === undefined ? null : cause,
    at: ctx.now,
  })
}

/** The spec as people weighed it: a decision in it is no part of the meaning. */
function specOf({ admission }: Subject): unknown {
  const spec = admission?.object.spec
  if (typeof spec !== 'object' || spec === null) return null
  return Object.fromEntries(Object.entries(spec).filter(([key]) => key !== 'decision'))
}
