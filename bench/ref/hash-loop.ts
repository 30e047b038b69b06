import { createHash } from 'node:crypto'

// Frozen reference of A2: the bare work that verification cannot do without. Do not improve it.

/** SHA-256(0x00 ‖ bytes) over all, in memory; how many agree with the hash beside them. */
export function hashLoop(entries: readonly { readonly bytes: Uint8Array; readonly leafHash: string }[]): number {
  const zero = new Uint8Array(1)
  let good = 0
  for (const { bytes, leafHash } of entries) if (createHash('sha256').update(zero).update(bytes).digest('hex') === leafHash) good += 1
  return good
}
