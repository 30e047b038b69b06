import { cutAtLast, splitPack } from '#lib/dsns/pack-name.ts'
import type { DsnsRecord, Meaning, ZoneRecord } from '#lib/dsns/record.ts'

/** What the API server knows when it can be read; both lists make names with dots exact (dsns.md 5, 6.1). */
export type ZoneKnowledge = {
  readonly clusters?: readonly string[]
  readonly packs?: readonly { readonly name: string; readonly version: string; readonly cluster: string }[]
}

type Known = {
  readonly isCluster: (name: string) => boolean
  readonly isPlace: (name: string) => boolean
  readonly packsOf: (cluster: string) => ReadonlyMap<string, { readonly name: string; readonly version: string }>
}

const IDENTITY = /^identity\.([0-9a-f]{16})\.guardian\.(.+)$/
const IDP = /^idp\.(.+)\.guardian$/
const IDENTITY_VALUE = /^(\S*) (\S*)$/
const RUN_VALUE = /^phase=(Completed|Failed) completed=(.*)$/

/** Says what each record means; the order of the tests is that of dsns.md 5. What fits nothing is `unknown` and is kept. */
export function classify(records: readonly ZoneRecord[], knowledge: ZoneKnowledge = {}): readonly DsnsRecord[] {
  const known = knownFrom(records, knowledge)
  return records.map((record) => ({ ...record, ...meaningOf(record, known) }))
}

function knownFrom(records: readonly ZoneRecord[], knowledge: ZoneKnowledge): Known {
  const addresses = new Set(records.filter((record) => record.type === 'A').map((record) => record.name))
  const clusters = new Set(knowledge.clusters ?? [])
  for (const name of addresses) if (addresses.has(`api.${name}`)) clusters.add(name)

  const packs = new Map<string, Map<string, { name: string; version: string }>>()
  for (const { cluster, name, version } of knowledge.packs ?? []) {
    const here = packs.get(cluster) ?? new Map<string, { name: string; version: string }>()
    packs.set(cluster, here.set(`${name}.${version}`, { name, version }))
  }
  const none = new Map<string, { name: string; version: string }>()
  const isCluster = (name: string) => clusters.has(name)
  return { isCluster, isPlace: (name) => isCluster(name) || name === 'management', packsOf: (cluster) => packs.get(cluster) ?? none }
}

function meaningOf(record: ZoneRecord, known: Known): Meaning {
  switch (record.type) {
    case 'A':
      return addressMeaning(record.name, known)
    case 'NS':
      if (record.name === '@') return { kind: 'zone.ns' }
      return known.isCluster(record.name) ? { kind: 'cluster.delegation', cluster: record.name } : { kind: 'unknown' }
    case 'TXT':
      return textMeaning(record, known)
  }
}

function addressMeaning(name: string, known: Known): Meaning {
  if (known.isCluster(name)) return { kind: 'cluster.vip', cluster: name }
  if (name.startsWith('api.') && known.isCluster(name.slice(4))) return { kind: 'cluster.api', cluster: name.slice(4) }
  if (name === 'ns') return { kind: 'zone.glue' }
  if (name.startsWith('ns.') && known.isCluster(name.slice(3))) return { kind: 'cluster.delegationGlue', cluster: name.slice(3) }
  return { kind: 'unknown' }
}

function textMeaning({ name, value }: ZoneRecord, known: Known): Meaning {
  if (name === 'authority.conductor') return { kind: 'authority', fingerprint: value }

  const identity = IDENTITY.exec(name)
  if (identity) {
    const parts = IDENTITY_VALUE.exec(value)
    return {
      kind: 'identity',
      subjectHash: identity[1] ?? '',
      cluster: identity[2] ?? '',
      rbacProfile: parts?.[1] || null,
      identityProvider: parts?.[2] || null,
    }
  }
  const provider = IDP.exec(name)
  if (provider) return { kind: 'idp', provider: provider[1] ?? '', issuerURL: value }
  return packMeaning(name, known) ?? runMeaning(name, value, known) ?? roleMeaning(name, value) ?? { kind: 'unknown' }
}

function packMeaning(name: string, known: Known): Meaning | undefined {
  if (!name.startsWith('pack.')) return undefined
  const rest = name.slice('pack.'.length)
  // Generation C still writes `wrapper`; `dispatcher` is accepted too (dsns.md 5).
  const cut = cutAtLast(rest, '.wrapper.', known.isPlace) ?? cutAtLast(rest, '.dispatcher.', known.isPlace)
  if (!cut) return undefined
  const split = splitPack(cut.left, known.packsOf(cut.right))
  return { kind: 'pack', cluster: cut.right, pack: split.name, version: split.version, how: split.how }
}

function runMeaning(name: string, value: string, known: Known): Meaning | undefined {
  if (!name.startsWith('run.')) return undefined
  const cut = cutAtLast(name.slice('run.'.length), '.conductor.', known.isPlace)
  if (!cut) return undefined
  const parts = RUN_VALUE.exec(value)
  const phase = parts?.[1] === 'Completed' || parts?.[1] === 'Failed' ? parts[1] : null
  return { kind: 'run', runner: cut.left, cluster: cut.right, phase, completed: parts?.[2] || null }
}

function roleMeaning(name: string, value: string): Meaning | undefined {
  return name.startsWith('role.') && name.length > 'role.'.length
    ? { kind: 'cluster.role', cluster: name.slice('role.'.length), role: value }
    : undefined
}
