import type { Soa, UnknownLine, ZoneRecord } from '#lib/dsns/record.ts'

export type LexedZone = {
  readonly origin: string | null
  readonly ttl: number | null
  readonly soa: Soa | null
  readonly records: readonly ZoneRecord[]
  readonly unknown: readonly UnknownLine[]
}

const ORIGIN = /^\$ORIGIN (\S+)$/
const TTL = /^\$TTL (\d+)$/
const SOA_OPEN = /^@ (\d+) IN SOA (\S+) (\S+) \($/
const SOA_NUMBER = /^\s+(\d+)\s*;/
const RECORD = /^(\S+) (\d+) IN (A|NS|TXT) (.*)$/
const BLANK_OR_COMMENT = /^\s*(;|$)/

/**
 * Reads zone text line by line (dsns.md 3). Never throws: what the grammar does not know comes back in `unknown` with its
 * line number. Inner quotes of a TXT value are part of the value, since the writer does not escape.
 */
export function lexZone(text: string): LexedZone {
  const lines = text.split(/\r?\n/)
  const records: ZoneRecord[] = []
  const unknown: UnknownLine[] = []
  let origin: string | null = null
  let ttl: number | null = null
  let soa: Soa | null = null

  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? ''
    const record = RECORD.exec(line)
    if (record) {
      const read = recordOf(record, i + 1)
      if (read) records.push(read)
      else unknown.push({ line: i + 1, text: line, reason: 'TXT value is not between quotes' })
      continue
    }
    if (BLANK_OR_COMMENT.test(line)) continue
    const opened = SOA_OPEN.exec(line)
    if (opened) {
      const read = soaFrom(lines, i, opened[2] ?? '', opened[3] ?? '')
      soa = read.soa
      if (!read.soa) unknown.push({ line: i + 1, text: line, reason: 'SOA is not complete' })
      i = read.last
      continue
    }
    const named = ORIGIN.exec(line)
    const lived = TTL.exec(line)
    if (named) origin = named[1] ?? null
    else if (lived) ttl = Number(lived[1])
    else unknown.push({ line: i + 1, text: line, reason: 'Not a line that DSNS writes' })
  }
  return { origin, ttl, soa, records, unknown }
}

function recordOf(match: RegExpExecArray, line: number): ZoneRecord | undefined {
  const [, name = '', ttl = '', type, raw = ''] = match
  if (type === 'TXT') {
    if (raw.length < 2 || !raw.startsWith('"') || !raw.endsWith('"')) return undefined
    return { name, ttl: Number(ttl), type, value: raw.slice(1, -1), line }
  }
  if (type === 'NS') return { name, ttl: Number(ttl), type, value: raw.endsWith('.') ? raw.slice(0, -1) : raw, line }
  return { name, ttl: Number(ttl), type: 'A', value: raw, line }
}

/** A SOA that never closes ends at the first line that is not one of its own, so that the rest is still read. */
function soaFrom(lines: readonly string[], open: number, mname: string, rname: string): { soa: Soa | null; last: number } {
  const numbers: number[] = []
  let last = open
  for (let i = open + 1; i < lines.length; i++) {
    const line = lines[i] ?? ''
    if (line === ')') {
      last = i
      break
    }
    const number = SOA_NUMBER.exec(line)
    if (!number) break
    numbers.push(Number(number[1]))
    last = i
  }
  const [serial, refresh, retry, expire, minimum] = numbers
  if (serial === undefined || refresh === undefined || retry === undefined || expire === undefined || minimum === undefined)
    return { soa: null, last }
  return { soa: { mname, rname, serial, refresh, retry, expire, minimum }, last }
}
