import { leafHash } from '#lib/canonical.ts'

export type StoredEntry = { readonly seq: number; readonly bytes: Uint8Array; readonly leafHash: string }

/**
 * What is wrong with one entry, in words; undefined when it holds. `seq` must follow the one before without a gap (decisions.md 12).
 * `hashOf` gives the leaf hash of its bytes, where the caller has a faster one.
 */
export function entryProblem(entry: StoredEntry, previous: number, hashOf: (bytes: Uint8Array) => string = leafHash): string | undefined {
  if (entry.seq !== previous + 1) return `Entry ${previous + 1} is missing: after ${previous} comes ${entry.seq}.`
  if (hashOf(entry.bytes) !== entry.leafHash) return `Entry ${entry.seq} does not have the hash that was stored with it.`
  return placeOf(entry.bytes) === entry.seq ? undefined : `Entry ${entry.seq} names another sequence number in its own text.`
}

const codes = (text: string): Uint8Array => Uint8Array.from(text, (sign) => sign.charCodeAt(0))
const SEQ = codes(',"seq":')
const SUBJECT = codes(',"subject":"')
const [QUOTE, BACKSLASH, BRACE, ZERO, NINE] = [0x22, 0x5c, 0x7d, 0x30, 0x39]

/**
 * The sequence number in the bytes of an entry, read from their end: canonical JSON (RFC 8785) sorts its keys, so `seq` and the text
 * `subject` are the last two. NaN where the bytes do not end so. Nothing is parsed: a whole ledger is walked entry by entry.
 */
function placeOf(bytes: Uint8Array): number {
  if (bytes.at(-1) !== BRACE || bytes.at(-2) !== QUOTE) return Number.NaN
  const subject = openingQuote(bytes, bytes.length - 3) - SUBJECT.length + 1
  if (!standsAt(bytes, SUBJECT, subject)) return Number.NaN
  let first = subject
  while (isDigit(bytes[first - 1])) first -= 1
  if (first === subject || !standsAt(bytes, SEQ, first - SEQ.length)) return Number.NaN
  let seq = 0
  for (let at = first; at < subject; at += 1) seq = seq * 10 + ((bytes[at] ?? 0) - ZERO)
  return seq
}

/** Where the text that ends before `end` begins: the nearest quote before it that no backslash escapes; -1 where there is none. */
function openingQuote(bytes: Uint8Array, end: number): number {
  for (let at = end; at >= 0; at -= 1) {
    if (bytes[at] !== QUOTE) continue
    let slashes = 0
    while (bytes[at - 1 - slashes] === BACKSLASH) slashes += 1
    if (slashes % 2 === 0) return at
  }
  return -1
}

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= ZERO && byte <= NINE

const standsAt = (bytes: Uint8Array, what: Uint8Array, from: number): boolean =>
  from >= 0 && what.every((byte, at) => bytes[from + at] === byte)
