import 'server-only'
import { type Claim, claimOf, type Rival, rivalsOf } from '#lib/approval/rivals.ts'
import { rivalRows, type RequestRow } from '#server/approval/repo.ts'
import { readStored } from '#server/approval/stored-subject.ts'
import type { Ctx } from '#server/context.ts'

/** The requests that would write what this one would: open, or approved, not merged and not void. One statement. */
export async function rivalsFor(ctx: Pick<Ctx, 'db'>, row: RequestRow): Promise<readonly Rival[]> {
  const own = claim(row)
  return rivalsOf(own, (await rivalRows(ctx.db, own)).map(claim))
}

const claim = (row: RequestRow): Claim =>
  claimOf({
    id: row.id,
    kind: row.kind,
    name: row.name,
    state: row.state,
    object: row.kind === 'admission' ? readStored(row.subject).object : undefined,
    files: Object.keys(row.files ?? {}),
  })
