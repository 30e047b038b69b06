import type { LexedZone } from '#lib/dsns/lex.ts'
import { recordKey, type ZoneRecord } from '#lib/dsns/record.ts'

export type ZoneLint = {
  readonly rule:
    | 'label-too-long'
    | 'name-too-long'
    | 'text-too-long'
    | 'address-not-ip'
    | 'cluster-called-ns'
    | 'duplicate'
    | 'unknown-line'
  readonly line: number
  /** What is wrong and what it leads to, without the record's value. */
  readonly text: string
}

const IPV4 = /^(25[0-5]|2[0-4]\d|1?\d?\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}$/
const LABEL_MAX = 63
const NAME_MAX = 255
const TEXT_MAX = 255

/** UTF-8 length without allocating: DNS counts bytes, not characters. */
function byteLength(text: string): number {
  let bytes = 0
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
  }
  return bytes
}

/**
 * What the writer does not check although one bad line makes CoreDNS refuse the whole zone (dsns.md 3, 4, 5).
 * `clusters` are the names of TalosCluster objects.
 */
export function lintZone(zone: LexedZone, clusters: readonly string[] = []): readonly ZoneLint[] {
  const origin = zone.origin?.replace(/\.$/, '') ?? ''
  const seen = new Map<string, number>()
  const lints: ZoneLint[] = zone.unknown.map(({ line, reason }) => ({ rule: 'unknown-line', line, text: `${reason}.` }))
  for (const record of zone.records) {
    lints.push(...lintRecord(record, origin))
    const key = recordKey(record)
    const first = seen.get(key)
    if (first === undefined) seen.set(key, record.line)
    else lints.push({ rule: 'duplicate', line: record.line, text: `${record.type} ${record.name} stands already on line ${first}.` })
  }
  if (clusters.includes('ns') || seen.has('A:api.ns'))
    lints.push({ rule: 'cluster-called-ns', line: seen.get('A:ns') ?? 0, text: 'A cluster called ns takes the name of the zone glue.' })
  return lints.toSorted((a, b) => a.line - b.line || (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0))
}

function lintRecord(record: ZoneRecord, origin: string): readonly ZoneLint[] {
  const lints: ZoneLint[] = []
  const { name, line, type } = record
  const full = name === '@' ? origin : origin === '' ? name : `${name}.${origin}`
  const long = name.split('.').find((label) => byteLength(label) > LABEL_MAX)
  if (long !== undefined)
    lints.push({ rule: 'label-too-long', line, text: `A label of ${name} has ${byteLength(long)} bytes; DNS allows ${LABEL_MAX}.` })
  // On the wire a name takes one length byte per label and the root, so the text may hold 253 bytes.
  const wire = byteLength(full) + 2
  if (wire > NAME_MAX) lints.push({ rule: 'name-too-long', line, text: `${name} takes ${wire} bytes; DNS allows ${NAME_MAX}.` })
  const size = byteLength(record.value)
  if (type === 'TXT' && size > TEXT_MAX)
    lints.push({ rule: 'text-too-long', line, text: `The text of ${name} has ${size} bytes; one string holds ${TEXT_MAX}.` })
  if (type === 'A' && !IPV4.test(record.value))
    lints.push({ rule: 'address-not-ip', line, text: `The A record ${name} holds a host name, not an IP address.` })
  return lints
}
