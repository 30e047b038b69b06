import 'server-only'
import { z } from 'zod'
import type { NoticePage, NoticeView } from '#lib/approval/notice.ts'
import { personal } from '#lib/live/topic.ts'
import { hasFullForAny } from '#server/access/level.ts'
import { markRead, noticesOf, unreadCount } from '#server/approval/repo-notice.ts'
import type { Ctx } from '#server/context.ts'
import { command, query } from '#server/verb.ts'

const PAGE = 30

const Cursor = z
  .string()
  .transform((text) => text.split(' '))
  .pipe(z.tuple([z.iso.datetime(), z.uuid()]))

/** What the viewer was told, newest first; nobody reads what others were told. */
export const listNotices = query({
  name: 'notice.list',
  input: z.object({ after: Cursor.optional() }),
  needs: () => ({ signedIn: true }),
  async run(ctx, { after }): Promise<NoticePage> {
    const { login } = ctx.viewer
    const before = after === undefined ? undefined : { at: new Date(after[0]), id: after[1] }
    const [rows, unread] = await Promise.all([noticesOf(ctx.db, login, before, PAGE + 1), unreadCount(ctx.db, login)])
    const shown = rows.slice(0, PAGE)
    const last = shown.at(-1)?.notice
    return {
      notices: await Promise.all(shown.map((row) => viewOf(ctx, row))),
      unread,
      next: rows.length > PAGE && last !== undefined ? `${last.at.toISOString()} ${last.id}` : undefined,
    }
  },
})

/** How much the viewer has not read, for the head of every page. */
export const countNotices = query({
  name: 'notice.count',
  input: z.object({}),
  needs: () => ({ signedIn: true }),
  run: async (ctx): Promise<{ readonly unread: number }> => ({ unread: await unreadCount(ctx.db, ctx.viewer.login) }),
})

/** Marks one of the viewer's entries, or all, as read. Looking is no step of a decision, so the ledger does not tell of it. */
export const readNotices = command({
  name: 'notice.read',
  input: z.object({ id: z.uuid().optional() }),
  needs: () => ({ signedIn: true }),
  prepare: async () => undefined,
  async run(ctx, { id }) {
    await markRead(ctx.db, ctx.viewer.login, id, ctx.now)
    return { value: { unread: await unreadCount(ctx.db, ctx.viewer.login) }, ledger: [], changed: [personal('notices', ctx.viewer.login)] }
  },
})

type Row = Awaited<ReturnType<typeof noticesOf>>[number]

async function viewOf(ctx: Ctx, { notice, name, decision }: Row): Promise<NoticeView> {
  const { id, requestId, kind, text, at, readAt, endedAt } = notice
  return {
    id,
    requestId,
    name,
    kind,
    text,
    at: at.toISOString(),
    read: readAt !== null,
    ended: endedAt !== null,
    why: kind !== 'outcome' || decision === null ? undefined : await whyOf(ctx, decision),
  }
}

/** The reason of a decision by level: asked anew each time, since rights change after somebody was told. */
async function whyOf(ctx: Ctx, decision: NonNullable<Row['decision']>): Promise<NoticeView['why']> {
  return (await hasFullForAny(ctx, decision.facts?.participants ?? [])) ? { text: decision.rationale.acceptable } : { restricted: 'Full' }
}
