import { leafHash } from '#lib/canonical.ts'

export type StoredEntry = { readonly seq: number; readonly bytes: Uint8Array; readonly leafHash: string }

/** What is wrong with one entry, in words; undefined when it holds. `seq` must follow the one before without a gap (decisions.md 12). */
export function entryProblem(entry: StoredEntry, previous: number): string | undefined {
  if (entry.seq !== previous + 1) return `Entry ${previous + 1} is missing: after ${previous} comes ${entry.seq}.`
  if (leafHash(entry.bytes) !== entry.leafHash) return `Entry ${entry.seq} does not have the hash that was stored with it.`
  return saysItsPlace(entry) ? undefined : `Entry ${entry.seq} names another sequence number in its own text.`
}

function saysItsPlace({ bytes, seq }: StoredEntry): boolean {
  try {
    const value: unknown = JSON.parse(textOf(bytes))
    return typeof value === 'object' && value !== null && 'seq' in value && value.seq === seq
  } catch {
    return false
  }
}

/** lib has no TextDecoder: percent-encoding gives the same UTF-8 text, and throws on bytes that are none. */
const textOf = (bytes: Uint8Array): string =>
  decodeURIComponent(Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''))
