import 'server-only'
import { hash } from 'node:crypto'
import { entryProblem } from '#lib/ledger/verify.ts'
import type { Db } from '#server/adapter/db/client.ts'
import { ledgerFrames } from '#server/ledger/repo.ts'

const STEP = 1_000

export type Verification = { readonly entries: number; readonly problem: string | undefined }

/** Walks the whole ledger: no gap, every hash right, every entry in its own place. Stops at the first problem. */
export async function verifyLedger(db: Db): Promise<Verification> {
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
