import packet, { type Answer, type DecodedPacket, type Packet, type Question } from 'dns-packet'
import type { Zone, ZoneRecord } from './zone.ts'

const RCODE = { ok: 0, formerr: 1, servfail: 2, nxdomain: 3, refused: 5 } as const
const TXT_CHUNK_BYTES = 255

/** What an authoritative server of this zone says to a query. `over` matters for transfers only: they need TCP. */
export function answerOf(zone: Zone | undefined, query: DecodedPacket, over: 'udp' | 'tcp'): Packet {
  const question = query.questions?.[0]
  const reply = (rcode: number, parts: Partial<Packet> = {}, authoritative = true): Packet => ({
    type: 'response',
    id: query.id ?? 0,
    flags: (authoritative ? packet.AUTHORITATIVE_ANSWER : 0) | (query.flag_rd ? packet.RECURSION_DESIRED : 0) | rcode,
    questions: query.questions ?? [],
    ...parts,
  })
  if (question === undefined) return reply(RCODE.formerr, {}, false)
  if (zone === undefined) return reply(RCODE.servfail, {}, false)
  const name = question.name.toLowerCase()
  if (name !== zone.origin && !name.endsWith(`.${zone.origin}`)) return reply(RCODE.refused, {}, false)
  if (question.type === 'AXFR') {
    if (over === 'udp' || name !== zone.origin) return reply(RCODE.refused, {}, false)
    return reply(RCODE.ok, { answers: [soaOf(zone), ...zone.records.map(wire), soaOf(zone)] })
  }
  const cut = delegationOf(zone, name)
  if (cut !== undefined) return reply(RCODE.ok, { authorities: cut.map(wire), additionals: glueOf(zone, cut) }, false)
  const there = zone.records.filter((record) => record.name === name)
  const found = [
    ...(name === zone.origin && asks(question, 'SOA') ? [soaOf(zone)] : []),
    ...there.filter((record) => asks(question, record.type)).map(wire),
  ]
  if (found.length > 0)
    return reply(RCODE.ok, {
      answers: found,
      additionals: glueOf(
        zone,
        there.filter(({ type }) => type === 'NS' && asks(question, type)),
      ),
    })
  // A name that only has names below it exists too: no data, not no name (RFC 8020).
  const exists = name === zone.origin || there.length > 0 || zone.records.some((record) => record.name.endsWith(`.${name}`))
  return reply(exists ? RCODE.ok : RCODE.nxdomain, { authorities: [soaOf(zone)] })
}

const asks = (question: Question, type: string): boolean => question.type === type || String(question.type) === 'ANY'

/** NS records at or above the name, below the zone's own top: the name is then somebody else's to answer (`dsns.md` 8). */
function delegationOf(zone: Zone, name: string): ZoneRecord[] | undefined {
  const cuts = zone.records.filter(
    (record) => record.type === 'NS' && record.name !== zone.origin && (name === record.name || name.endsWith(`.${record.name}`)),
  )
  return cuts.length === 0 ? undefined : cuts
}

const glueOf = (zone: Zone, servers: readonly ZoneRecord[]): Answer[] =>
  servers.flatMap((server) => zone.records.filter((record) => record.type === 'A' && record.name === server.value).map(wire))

const soaOf = ({ origin, soa: { ttl, ...numbers } }: Zone): Answer => ({ type: 'SOA', name: origin, ttl, class: 'IN', data: numbers })

function wire({ name, ttl, type, value }: ZoneRecord): Answer {
  if (type !== 'TXT') return { name, ttl, class: 'IN', type, data: value }
  const bytes = Buffer.from(value)
  const chunks = Array.from({ length: Math.max(1, Math.ceil(bytes.length / TXT_CHUNK_BYTES)) }, (_, at) =>
    bytes.subarray(at * TXT_CHUNK_BYTES, (at + 1) * TXT_CHUNK_BYTES),
  )
  return { name, ttl, class: 'IN', type, data: chunks }
}
