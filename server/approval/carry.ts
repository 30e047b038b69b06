import 'server-only'
import type { Event, Now, Refused, Step } from '#lib/approval/machine.ts'
import { step } from '#lib/approval/machine.ts'
import type { Result } from '#lib/result.ts'
import { deliveriesOf, endVotes, lockRequest, type RequestRow, type VoteRow, votesOf } from '#server/approval/repo.ts'
import type { Db } from '#server/adapter/db/client.ts'

/** One request as the machine sees it, read under the lock that the caller's transaction holds. */
export type Locked = { readonly row: RequestRow; readonly now: Now<VoteRow> }

/** The row and its votes, locked until the transaction ends; undefined for an unknown id. */
export async function lockNow(db: Db, id: string): Promise<Locked | undefined> {
  const row = await lockRequest(db, id)
  return row === undefined ? undefined : { row, now: await nowOf(db, row) }
}

/** How the machine names what the row and its votes say. */
export async function nowOf(db: Db, row: RequestRow): Promise<Now<VoteRow>> {
  const votes = await votesOf(db, [row.id])
  const merged = row.state === 'open' ? undefined : (await deliveriesOf(db, [row.id]))[0]
  return {
    state: row.state,
    digest: row.digest ?? undefined,
    merged: merged !== undefined && (merged.mergedAt !== null || merged.mergeCommit !== null),
    votes,
  }
}

/** Asks the machine and carries out what it says of votes; the caller writes state, digest and ledger of the same step. */
export async function stepped(db: Db, locked: Locked, event: Event, at: Date): Promise<Result<Step<VoteRow>, Refused>> {
  const did = step(locked.now, event)
  if (did.ok) for (const { vote, as, cause } of did.value.ended) await endVotes(db, [vote.id], as, cause, at)
  return did
}
