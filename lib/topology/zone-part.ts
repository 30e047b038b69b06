import type { Zone } from '#lib/dsns/parse.ts'
import { type DsnsRecord, recordKey } from '#lib/dsns/record.ts'
import type { Draft } from '#lib/topology/draft.ts'
import type { Expected } from '#lib/topology/expectation.ts'
import type { GraphNode } from '#lib/topology/graph.ts'
import { bindingId, clusterId, packId, providerId, realCluster, runId } from '#lib/topology/platform-part.ts'
import { fieldsOf } from '#lib/topology/spec.ts'

export const ZONE_ID = 'zone'
const AUTHORITY_ID = 'authority'
/** A record may be missing for this long before anybody is told (dsns.md 4). */
const GRACE_MS = 5 * 60_000

type ZoneContext = {
  readonly zone: Zone
  readonly expected: readonly Expected[]
  /** Whether the API server could be read: a record without an object is stale only then. */
  readonly apiRead: boolean
  /** Epoch milliseconds. */
  readonly now: number
}

/** Puts what the zone publishes beside what the API server knows, and says where the two disagree (dsns.md 11). */
export function addZone(draft: Draft, context: ZoneContext): void {
  const { zone, expected } = context
  addZoneNode(draft, zone)
  const owner = new Map(expected.flatMap((one) => one.keys.map((key) => [key, one.node] as const)))
  const seen = new Map<string, string>()
  const inZone = new Set<string>()
  for (const record of zone.records) {
    const key = recordKey(record).toLowerCase()
    seen.set(key, record.value)
    const id = owner.get(key) ?? nodeOfRecord(draft, record)
    if (!draft.has(id)) draft.node(zoneOnlyNode(id, record, context.apiRead))
    draft.record(id, {
      line: record.line,
      text: recordText(record),
      inferred: record.kind === 'pack' && record.how !== 'joined' && !owner.has(key),
    })
    inZone.add(id)
    publish(draft, record, id)
  }
  const due = Map.groupBy(expected, (one) => one.node)
  for (const id of inZone) settle(draft, id, due.has(id), context.apiRead)
  for (const [id, own] of due) checkExpected(draft, id, own, seen, context.now)
  for (const lint of zone.lints)
    draft.finding({
      rule: lint.rule,
      tone: lint.rule === 'unknown-line' ? 'unknown' : 'caution',
      text: `Zone line ${lint.line}: ${lint.text}`,
      nodes: [ZONE_ID],
      detail: lint.rule === 'unknown-line' ? zone.unknown.find(({ line }) => line === lint.line)?.text : undefined,
    })
}

/** Every object keeps its place when the zone cannot be read; the page says so instead of calling records missing. */
export function addUnreadZone(draft: Draft, expected: readonly Expected[]): void {
  for (const { node } of expected) draft.change(node, { presence: 'unread' })
}

function addZoneNode(draft: Draft, zone: Zone): void {
  draft.node({
    id: ZONE_ID,
    kind: 'zone',
    label: 'DNS zone',
    name: zone.origin?.replace(/\.$/, '') ?? 'zone',
    domain: '',
    place: '',
    tone: 'off',
    state: 'Published',
    presence: 'both',
    ref: undefined,
    fields: fieldsOf({
      Serial: zone.soa ? String(zone.soa.serial) : undefined,
      Rendered: zone.soa ? new Date(zone.soa.serial * 1000).toISOString() : undefined,
      Records: String(zone.records.length),
      'Name server': zone.soa?.mname,
    }),
  })
}

const recordText = ({ name, type, value }: DsnsRecord): string => `${name} ${type} ${value}`

function nodeOfRecord(draft: Draft, record: DsnsRecord): string {
  switch (record.kind) {
    case 'zone.ns':
    case 'zone.glue':
      return ZONE_ID
    case 'cluster.vip':
    case 'cluster.api':
    case 'cluster.delegation':
    case 'cluster.delegationGlue':
    case 'cluster.role':
      return clusterId(record.cluster)
    case 'authority':
      return AUTHORITY_ID
    case 'identity':
      return bindingId(realCluster(draft, record.cluster), record.subjectHash)
    case 'idp':
      return providerId(record.provider)
    case 'pack':
      return packId({ name: record.pack, version: record.version, cluster: realCluster(draft, record.cluster) })
    case 'run':
      return runId(record.runner)
    case 'unknown':
      return `record/${recordKey(record)}`
  }
}

const LABEL = {
  cluster: 'Cluster',
  pack: 'Pack',
  run: 'Run',
  provider: 'Identity provider',
  binding: 'Identity',
  record: 'Record',
} as const

/** DNS alone never makes a green state: it says "was Ready when rendered" (dsns.md 11). */
function zoneOnlyNode(id: string, record: DsnsRecord, apiRead: boolean): Parameters<Draft['node']>[0] {
  const base = { id, domain: '', ref: undefined, presence: apiRead ? ('zone-only' as const) : ('unread' as const) }
  if (record.kind === 'authority')
    return {
      ...base,
      kind: 'authority',
      label: 'Signing authority',
      name: 'authority.conductor',
      place: '',
      tone: 'off',
      state: 'Published',
      presence: 'both',
      fields: [],
    }
  if (record.kind === 'unknown')
    return {
      ...base,
      kind: 'record',
      label: 'Record',
      name: record.name,
      place: '',
      tone: 'unknown',
      state: 'Unrecognised record',
      fields: [],
    }
  const state = apiRead ? { tone: 'caution' as const, state: 'Only in the zone' } : { tone: 'unknown' as const, state: 'API not read' }
  const named = nameOfRecord(record)
  return { ...base, ...named, ...state, label: LABEL[named.kind] }
}

function nameOfRecord(record: DsnsRecord): Pick<GraphNode, 'name' | 'place' | 'fields'> & { kind: keyof typeof LABEL } {
  switch (record.kind) {
    case 'pack':
      return {
        kind: 'pack',
        name: record.pack,
        place: record.cluster,
        fields: fieldsOf({ Version: record.version ?? 'not certain', 'Name and version': `inferred, rule ${record.how}` }),
      }
    case 'run':
      return {
        kind: 'run',
        name: record.runner,
        place: record.cluster,
        fields: fieldsOf({ Phase: record.phase ?? undefined, Completed: record.completed ?? undefined }),
      }
    case 'identity':
      return {
        kind: 'binding',
        name: record.subjectHash,
        place: record.cluster,
        fields: fieldsOf({ Profile: record.rbacProfile ?? undefined, Provider: record.identityProvider ?? undefined }),
      }
    case 'idp':
      return { kind: 'provider', name: record.provider, place: '', fields: fieldsOf({ Issuer: record.issuerURL }) }
    case 'cluster.vip':
    case 'cluster.api':
    case 'cluster.delegation':
    case 'cluster.delegationGlue':
    case 'cluster.role':
      return { kind: 'cluster', name: record.cluster, place: record.cluster, fields: [] }
    case 'authority':
    case 'zone.ns':
    case 'zone.glue':
    case 'unknown':
      return { kind: 'record', name: record.name, place: '', fields: [] }
  }
}

/** Zone to cluster, cluster to pack and run, authority to zone (dsns.md 11). */
function publish(draft: Draft, record: DsnsRecord, id: string): void {
  if (id === ZONE_ID) return
  const edge = (from: string, to: string, type: string) =>
    draft.edge({ from, to, evidence: 'published', type, by: `${record.type} ${record.name}` })
  if (record.kind === 'authority') return edge(id, ZONE_ID, 'signs for')
  // One edge per cluster, whichever of its records comes first.
  if (record.kind.startsWith('cluster.')) {
    if (record.kind === 'cluster.vip' || draft.get(id)?.records.length === 1)
      draft.edge({ from: ZONE_ID, to: id, evidence: 'published', type: 'names', by: 'DNS' })
    return
  }
  const hosts = record.kind === 'pack' || record.kind === 'identity' ? clusterId(realCluster(draft, record.cluster)) : undefined
  const runs = record.kind === 'run' ? [clusterId(record.runner), clusterId(realCluster(draft, record.cluster))].find(draft.has) : undefined
  const from = [hosts, runs].find((one) => one !== undefined && draft.has(one)) ?? ZONE_ID
  edge(from, id, from === ZONE_ID ? 'names' : record.kind === 'run' ? 'runs' : record.kind === 'pack' ? 'hosts' : 'binds')
}

function settle(draft: Draft, id: string, isDue: boolean, apiRead: boolean): void {
  const node = draft.get(id)
  if (!node) return
  if (node.presence === 'zone-only' && node.kind !== 'record')
    return draft.finding({
      rule: 'stale',
      tone: 'caution',
      text: `${node.label} ${node.name} stands only in the zone: no object backs its records.`,
      nodes: [id],
    })
  if (node.presence === 'zone-only')
    return draft.finding({ rule: 'unknown-record', tone: 'unknown', text: `${node.name} is a record of no known form.`, nodes: [id] })
  if (!apiRead || node.ref === undefined) return
  draft.change(id, { presence: 'both' })
  if (!isDue && (node.kind === 'cluster' || node.kind === 'pack'))
    draft.finding({
      rule: 'not-ready',
      tone: 'caution',
      text: `${node.label} ${node.name} is still in the zone although it is not Ready.`,
      nodes: [id],
    })
}

/** What one object should have in the zone: everything that is missing is said in one sentence, another value for itself. */
function checkExpected(draft: Draft, id: string, expected: readonly Expected[], seen: ReadonlyMap<string, string>, now: number): void {
  const node = draft.get(id)
  if (!node) return
  const missing: string[] = []
  for (const one of expected) {
    const key = one.keys.find((candidate) => seen.has(candidate))
    const [type, name] = splitKey(key ?? one.keys[0] ?? '')
    const published = key === undefined ? undefined : seen.get(key)
    if (published === undefined) {
      if (!(now - one.since < GRACE_MS)) missing.push(`${type} ${name}`)
    } else if (one.value !== undefined && published !== one.value)
      draft.finding({
        rule: 'differs',
        tone: 'caution',
        text: `${type} record ${name} and ${node.label} ${node.name} say different things.`,
        nodes: [id],
        detail: `The zone says ${published}, the object ${one.value}.`,
      })
  }
  if (node.records.length === 0) draft.change(id, { presence: 'api-only' })
  if (missing.length > 0)
    draft.finding({
      rule: 'missing',
      tone: 'caution',
      text: `${node.label} ${node.name} is Ready, and the zone lacks ${missing.join(', ')}.`,
      nodes: [id],
    })
}

const splitKey = (key: string): readonly [string, string] => {
  const cut = key.indexOf(':')
  return [key.slice(0, cut).toUpperCase(), key.slice(cut + 1)]
}
