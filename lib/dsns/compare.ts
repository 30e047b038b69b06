import type { LexedZone } from '#lib/dsns/lex.ts'
import { recordKey, type ZoneRecord } from '#lib/dsns/record.ts'

export type ZoneDifference = {
  readonly same: boolean
  readonly onlyInA: readonly ZoneRecord[]
  readonly onlyInB: readonly ZoneRecord[]
  readonly changed: readonly { readonly a: ZoneRecord; readonly b: ZoneRecord }[]
  /** Serial of b minus serial of a; a new serial alone is no difference, every reconcile writes one (dsns.md 2). */
  readonly serialLag: number | undefined
}

/** Compares record sets, not text: order, TTL and serial do not matter. The last of two records with one key wins, as in the platform. */
export function compareZones(a: LexedZone, b: LexedZone): ZoneDifference {
  const inA = new Map(a.records.map((record) => [recordKey(record), record]))
  const inB = new Map(b.records.map((record) => [recordKey(record), record]))
  const onlyInA: ZoneRecord[] = []
  const changed: { a: ZoneRecord; b: ZoneRecord }[] = []
  for (const [key, record] of inA) {
    const other = inB.get(key)
    if (!other) onlyInA.push(record)
    else if (other.value !== record.value) changed.push({ a: record, b: other })
  }
  const onlyInB = [...inB].filter(([key]) => !inA.has(key)).map(([, record]) => record)
  return {
    same: onlyInA.length === 0 && onlyInB.length === 0 && changed.length === 0,
    onlyInA,
    onlyInB,
    changed,
    serialLag: a.soa && b.soa ? b.soa.serial - a.soa.serial : undefined,
  }
}

/** `2 records missing, 1 different` or the empty string. `behind` is the side that is told about. */
export function differenceText(difference: ZoneDifference, missing: string, extra: string): string {
  const count = (n: number, what: string) => (n === 0 ? [] : [`${n} ${n === 1 ? 'record' : 'records'} ${what}`])
  return [
    ...count(difference.onlyInA.length, missing),
    ...count(difference.onlyInB.length, extra),
    ...count(difference.changed.length, 'with another value'),
  ].join(', ')
}
