import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import canonicalize from 'canonicalize'

/** Canonical JSON text of a value (RFC 8785). Throws on what JSON cannot say (undefined at the top, functions, NaN). */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value)
  if (text === undefined) throw new TypeError('value has no JSON form')
  return text
}

/** Lower-case hex SHA-256 of UTF-8 text or bytes. */
export const sha256Hex = (input: string | Uint8Array): string => bytesToHex(sha256(typeof input === 'string' ? utf8ToBytes(input) : input))

/** `sha256:<hex>` of the canonical JSON of a value. */
export const digestOf = (value: unknown): string => `sha256:${sha256Hex(canonicalJson(value))}`

/** RFC 9162 leaf hash: SHA-256(0x00 || bytes), hex. */
export function leafHash(bytes: Uint8Array): string {
  const prefixed = new Uint8Array(bytes.length + 1)
  prefixed.set(bytes, 1)
  return sha256Hex(prefixed)
}
