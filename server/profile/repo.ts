import 'server-only'
import { and, desc, eq, isNull, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { DraftContent, DraftRow, SavedDraft } from '#lib/profile/view.ts'
import type { Db } from '#server/adapter/db/client.ts'
import { draft } from '#server/adapter/db/schema.ts'

const PathPart = z.union([z.string(), z.number()])
export const Curated = z.object({
  kind: z.string(),
  path: z.array(PathPart),
  value: z.union([z.string(), z.number(), z.boolean(), z.null()]),
  origin: z.enum(['curator', 'default', 'inherited', 'author']),
  note: z.string(),
})
const Content = z.object({ text: z.string(), curated: z.array(Curated) }).catch({ text: '', curated: [] })

/** An author's open drafts, newest first. */
export const listDrafts = async (db: Db, author: string): Promise<readonly DraftRow[]> =>
  (
    await db
      .select({ id: draft.id, title: draft.title, updatedAt: draft.updatedAt })
      .from(draft)
      .where(and(eq(draft.author, author), eq(draft.kind, 'profile'), isNull(draft.requestId)))
      .orderBy(desc(draft.updatedAt))
      .limit(20)
  ).map((row) => ({ id: row.id, title: row.title, updatedAt: row.updatedAt.toISOString(), requestId: undefined }))

export async function loadDraft(db: Db, author: string, id: string): Promise<SavedDraft | undefined> {
  const [row] = await db
    .select()
    .from(draft)
    .where(and(eq(draft.id, id), eq(draft.author, author)))
  if (row === undefined) return undefined
  return {
    id,
    title: row.title,
    updatedAt: row.updatedAt.toISOString(),
    requestId: row.requestId ?? undefined,
    ...Content.parse(row.content),
  }
}

type Kept = { readonly id: string; readonly author: string; readonly title: string; readonly content: DraftContent; readonly at: Date }

/** Keeps a draft under its id. False when the id belongs to somebody else or was sent already. */
export async function saveDraft(db: Db, { id, author, title, content, at }: Kept): Promise<boolean> {
  const rows = await db
    .insert(draft)
    .values({ id, kind: 'profile', author, title, content, createdAt: at, updatedAt: at })
    .onConflictDoUpdate({
      target: draft.id,
      set: { title, content, updatedAt: at },
      setWhere: sql`${draft.author} = ${author} and ${draft.requestId} is null`,
    })
    .returning({ id: draft.id })
  return rows.length === 1
}

export async function discardDraft(db: Db, author: string, id: string): Promise<boolean> {
  const rows = await db
    .delete(draft)
    .where(and(eq(draft.id, id), eq(draft.author, author), isNull(draft.requestId)))
    .returning({ id: draft.id })
  return rows.length === 1
}

/** Marks a draft as sent; false when it was sent already, so that sending twice opens one request. */
export async function markSent(db: Db, id: string, author: string, requestId: string, at: Date): Promise<boolean> {
  const rows = await db
    .update(draft)
    .set({ requestId, updatedAt: at })
    .where(and(eq(draft.id, id), eq(draft.author, author), isNull(draft.requestId)))
    .returning({ id: draft.id })
  return rows.length === 1
}
