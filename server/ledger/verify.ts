import 'server-only'
import { hash } from 'node:crypto'
import { entryProblem } from '#lib/ledger/verify.ts'
import type { Db } from '#server/adapter/db/client.ts'
import { lastLedgerSeq, ledgerFrames, ledgerHolds } from '#server/ledger/repo.ts'

/** So many entries are read at once, and so many the database looks at in one statement. */
const STEP = 1_000
const RANGE = 200_000

export type Verification = { readonly entries: number; readonly problem: string | undefined }

/**
 * Verifies the whole ledger: no gap, every hash right, every entry in its own place. Names the first problem. The database looks first,
 * for reading entries costs ten times what hashing them does; what it does not find right is walked here. `npm run ledger:verify` trusts no database.
 */
export async function verifyLedger(db: Db): Promise<Verification> {
  const total = await lastLedgerSeq(db)
  for (let first = 1; first <= total; first += RANGE)
    if (!(await ledgerHolds(db, first, Math.min(total, first + RANGE - 1)))) return walk(db)
  return { entries: total, problem: undefined }
}

async function walk(db: Db): Promise<Verification> {
  let last = 0
  let coming = ledgerFrames(db, 0, STEP)
  for (;;) {
    const frames = await coming
    if (frames.length === 0) return { entries: last, problem: undefined }
    // Read while these are hashed; where these have a gap it is never looked at.
    coming = ledgerFrames(db, last + STEP, STEP)
    coming.catch(() => undefined)
    let entries = 0
    for (let at = 0; at < frames.length; entries += 1) {
      const head = new DataView(frames.buffer, frames.byteOffset + at, HEAD)
      const [hashEnd, length] = [at + HEAD + head.getUint32(8), head.getUint32(12)]
      const stored = Buffer.from(frames.buffer, frames.byteOffset + at + HEAD, head.getUint32(8)).toString('latin1')
      // RFC 9162 hashes a zero byte before the entry, and the frame has it there.
      const prefixed = frames.subarray(hashEnd, hashEnd + 1 + length)
      const seq = Number(head.getBigInt64(0))
      const problem = entryProblem({ seq, bytes: prefixed.subarray(1), leafHash: stored }, last, () => hash('sha256', prefixed, 'hex'))
      if (problem !== undefined) return { entries: last, problem }
      last = seq
      at = hashEnd + 1 + length
    }
    if (entries < STEP) return { entries: last, problem: undefined }
  }
}

/** Sequence number, length of the stored hash and length of the bytes, before both in each frame. */
const HEAD = 16
