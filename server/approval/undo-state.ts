import 'server-only'
import { servedAs } from '#lib/kube/resolve.ts'
import type { Linked } from '#lib/approval/request.ts'
import { type Taken, undoPermit } from '#lib/approval/undo.ts'
import type { RequestView } from '#lib/approval/view.ts'
import type { Permission } from '#lib/access/viewer.ts'
import { AppError } from '#lib/error.ts'
import type { Db } from '#server/adapter/db/client.ts'
import { decisionsOf, deliveriesOf, loadRequest, type RequestRow, undoingOf } from '#server/approval/repo.ts'
import { readStored } from '#server/approval/stored-subject.ts'
import type { Ctx } from '#server/context.ts'

const linked = (row: RequestRow | undefined): Linked | undefined => row && { id: row.id, name: row.name, state: row.state }

/**
 * What Guardian must grant to file such a request: whoever may send a profile may ask for undoing one, whoever may file an
 * admission for undoing one. A change of the policy file needs no right of its own (decisions.md 10).
 */
export function authorRight(ctx: Pick<Ctx, 'kube'>, row: RequestRow): Permission | undefined {
  if (row.kind === 'policy') return undefined
  const resource =
    row.kind === 'admission'
      ? (servedAs(ctx.kube.servedKinds(), { group: row.group, kind: row.resourceKind })?.plural ?? 'relationshipadmissionrequests')
      : (readStored(row.subject).plural ?? 'appprofiles')
  return { verb: 'create', group: row.group, resource }
}

/** The undo that stands in the way of another one, if there is one. */
export async function takenBy(db: Db, id: string): Promise<Taken | undefined> {
  const undoing = (await undoingOf(db, id)).filter(({ state }) => state === 'open' || state === 'approved')
  const deliveries = await deliveriesOf(
    db,
    undoing.map((row) => row.id),
  )
  for (const row of undoing) {
    const way = deliveries.find(({ requestId }) => requestId === row.id)
    const found = { id: row.id, name: row.name, state: row.state }
    if (row.state === 'open') return { ...found, by: 'open' }
    if (typeof way?.mergeCommit === 'string') return { ...found, by: 'merged' }
    // Void, or an approval that no longer holds: it will never be merged.
    if (way !== undefined && way.voidedAt === null && way.problem === null) return { ...found, by: 'underway' }
  }
  return undefined
}

/** How the request stands to undoing: what it takes back, what takes it back, and whether the viewer may ask for that. */
export async function undoState(ctx: Ctx, row: RequestRow): Promise<RequestView['undo']> {
  const [undone, undoing, [decision], [delivery]] = await Promise.all([
    row.undoes === null ? undefined : loadRequest(ctx.db, row.undoes),
    undoingOf(ctx.db, row.id),
    decisionsOf(ctx.db, [row.id]),
    deliveriesOf(ctx.db, [row.id]),
  ])
  const facts = {
    kind: row.kind,
    viewer: ctx.viewer.kind,
    outcome: decision?.outcome,
    merged: typeof delivery?.mergeCommit === 'string',
    voided: delivery?.voidedAt instanceof Date,
    taken: await takenBy(ctx.db, row.id),
  }
  // Guardian is asked last, and only where its word decides.
  const rest = undoPermit({ ...facts, author: { allowed: true, reason: '' } })
  return {
    undoes: linked(undone),
    undoneBy: linked(undoing.find(({ state }) => state === 'open' || state === 'approved')),
    may: rest.allowed ? undoPermit({ ...facts, author: await authorWord(ctx, row) }) : rest,
  }
}

async function authorWord(ctx: Ctx, row: RequestRow): Promise<{ readonly allowed: boolean; readonly reason: string }> {
  const right = authorRight(ctx, row)
  if (right === undefined) return { allowed: true, reason: '' }
  try {
    const { allowed, reason } = await ctx.guardian.check(ctx.viewer.login, right)
    return {
      allowed,
      reason: `Guardian does not let you ${right.verb} ${right.resource} (${reason}), and an undo is a new request of that kind.`,
    }
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'unavailable') throw error
    return { allowed: false, reason: `${error.message} No answer is never a yes.` }
  }
}
