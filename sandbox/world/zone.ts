/** What the zone needs of a TalosCluster (dsns.md 4). */
export type ZoneCluster = {
  readonly name: string
  readonly endpoint: string
  readonly role: string
  readonly provider: string
  readonly ready: boolean
}
export type ZoneRecord = { readonly name: string; readonly type: 'A' | 'NS' | 'TXT'; readonly value: string }

export const ZONE = 'seam.ontave.dev'
const TTL = 300

/** The platform's own records: the glue of the name server and the key that Conductor signs with. */
export const platformRecords: readonly ZoneRecord[] = [
  { name: 'ns', type: 'A', value: '10.20.0.241' },
  { name: 'authority.conductor', type: 'TXT', value: 'SHA256:4Vq0mZkJ1xN7tB2dW9sYcR5gLhPaEoUf' },
]

/** Left behind by a cluster that was given up: no object backs it any more. */
export const staleRecords: readonly ZoneRecord[] = [{ name: 'role.ccs-lab', type: 'TXT', value: 'imported' }]

/** The records of one cluster; none while it is not ready (rules 2 to 6 of dsns.md 4). */
export function recordsOf(cluster: ZoneCluster): readonly ZoneRecord[] {
  const host = cluster.endpoint.replace(/:\d+$/, '')
  if (!cluster.ready || host === '') return []
  const addresses: readonly ZoneRecord[] = [
    { name: cluster.name, type: 'A', value: host },
    { name: `api.${cluster.name}`, type: 'A', value: host },
  ]
  if (cluster.provider !== 'screen') return [...addresses, { name: `role.${cluster.name}`, type: 'TXT', value: cluster.role }]
  return [
    ...addresses,
    { name: cluster.name, type: 'NS', value: `ns.${cluster.name}.${ZONE}` },
    { name: `ns.${cluster.name}`, type: 'A', value: host },
  ]
}

/** Zone text as the seam operator writes it (dsns.md 3). `serial` is Unix time in seconds; a later record of one key wins. */
export function renderZone(records: readonly ZoneRecord[], serial: number): string {
  const byKey = new Map(records.map((record) => [`${record.type}:${record.name.toLowerCase()}`, record]))
  const lines = [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, record]) => lineOf(record))
  return [
    `$ORIGIN ${ZONE}.`,
    `$TTL ${TTL}`,
    '',
    `@ ${TTL} IN SOA ns.${ZONE}. hostmaster.${ZONE}. (`,
    `    ${serial} ; serial`,
    '    3600        ; refresh',
    '    900         ; retry',
    '    604800      ; expire',
    `    ${TTL}         ; minimum TTL`,
    ')',
    '',
    `@ ${TTL} IN NS ns.${ZONE}.`,
    '',
    ...lines,
    '',
  ].join('\n')
}

const lineOf = ({ name, type, value }: ZoneRecord): string =>
  type === 'TXT' ? `${name} ${TTL} IN TXT "${value}"` : `${name} ${TTL} IN ${type} ${value}${type === 'NS' ? '.' : ''}`
