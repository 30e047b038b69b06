import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { classify } from '#lib/dsns/classify.ts'
import { compareZones, differenceText } from '#lib/dsns/compare.ts'
import { lexZone } from '#lib/dsns/lex.ts'
import { lintZone } from '#lib/dsns/lint.ts'
import { packOwnerName } from '#lib/dsns/pack-name.ts'
import { parseZone } from '#lib/dsns/parse.ts'

const HEAD = `$ORIGIN seam.ontave.dev.
$TTL 300

@ 300 IN SOA ns.seam.ontave.dev. hostmaster.seam.ontave.dev. (
    1775988900 ; serial
    3600        ; refresh
    900         ; retry
    604800      ; expire
    300         ; minimum TTL
)

@ 300 IN NS ns.seam.ontave.dev.

`
const zone = (...lines: string[]): string => `${HEAD}${lines.join('\n')}\n`
const txt = (name: string, value = 'delivered'): string => `${name} 300 IN TXT "${value}"`

const examples = resolve(import.meta.dirname, '../../../shared/contracts/examples')

describe('the worked example', () => {
  it.skipIf(!existsSync(examples))('parses to exactly what the contract expects', () => {
    const parsed = parseZone(readFileSync(`${examples}/zone.db`, 'utf8'))
    const expected: unknown = JSON.parse(readFileSync(`${examples}/zone.parsed.json`, 'utf8'))
    const { unknown, lints, ...rest } = parsed
    expect(rest).toEqual(expected)
    expect(unknown).toEqual([])
    expect(lints).toEqual([])
  })
})

describe('lexer', () => {
  it('reads origin, TTL and the SOA over several lines', () => {
    expect(lexZone(zone())).toMatchObject({
      origin: 'seam.ontave.dev.',
      ttl: 300,
      soa: { mname: 'ns.seam.ontave.dev.', rname: 'hostmaster.seam.ontave.dev.', serial: 1775988900, minimum: 300 },
      records: [{ name: '@', type: 'NS', value: 'ns.seam.ontave.dev', line: 12 }],
      unknown: [],
    })
  })

  it('keeps inner quotes in the value, since the writer does not escape', () => {
    expect(lexZone(txt('role.x', 'a "b" c')).records[0]?.value).toBe('a "b" c')
    expect(lexZone(txt('role.x', '')).records[0]?.value).toBe('')
  })

  it('keeps unknown lines with their numbers and goes on', () => {
    const read = lexZone('www 300 IN CNAME a.\nrole.x 300 IN TXT bare\nns 300 IN A 10.0.0.1\n; a comment\n')
    expect(read.unknown.map(({ line, text }) => [line, text])).toEqual([
      [1, 'www 300 IN CNAME a.'],
      [2, 'role.x 300 IN TXT bare'],
    ])
    expect(read.records.map((record) => record.name)).toEqual(['ns'])
  })

  it('reads on after a SOA that never closes', () => {
    const read = lexZone('@ 300 IN SOA ns. h. (\n  1 ; serial\nns 300 IN A 10.0.0.1\n')
    expect(read.soa).toBeNull()
    expect(read.unknown[0]?.reason).toBe('SOA is not complete')
    expect(read.records).toHaveLength(1)
  })

  it('finds nothing in an empty text, which means not rendered yet', () => {
    expect(lexZone('')).toEqual({ origin: null, ttl: null, soa: null, records: [], unknown: [] })
  })
})

const CLUSTERS = ['ccs-mgmt', 'ccs-dev', 'edge.north']

describe('pack names (dsns.md 6)', () => {
  it.each([
    ['pack.nginx.v0.1.2.wrapper.ccs-dev', 'nginx', 'v0.1.2', 'ccs-dev', 'v-label'],
    [
      'pack.cert-manager-helm-v1.14.0-r1.v1.14.0-r1.wrapper.ccs-mgmt',
      'cert-manager-helm-v1.14.0-r1',
      'v1.14.0-r1',
      'ccs-mgmt',
      'name-suffix',
    ],
    ['pack.metrics.1.2.3.wrapper.edge.north', 'metrics', '1.2.3', 'edge.north', 'numeric'],
    ['pack.legacy.unknown.wrapper.ccs-dev', 'legacy', 'unknown', 'ccs-dev', 'unknown'],
    ['pack.tools.v2.v1.0.0.wrapper.ccs-dev', 'tools.v2', 'v1.0.0', 'ccs-dev', 'v-label'],
    ['pack.odd.release.2026.wrapper.ccs-dev', 'odd.release.2026', null, 'ccs-dev', 'ambiguous'],
    ['pack.nginx.v0.1.2.dispatcher.ccs-dev', 'nginx', 'v0.1.2', 'ccs-dev', 'v-label'],
    ['pack.a.v1.wrapper.management', 'a', 'v1', 'management', 'v-label'],
    ['pack.my.wrapper.tool.v1.wrapper.gone.cluster', 'my.wrapper.tool', 'v1', 'gone.cluster', 'v-label'],
    ['pack.x.v1.wrapper.ccs-dev.wrapper.nowhere', 'x', 'v1', 'ccs-dev.wrapper.nowhere', 'v-label'],
  ])('%s', (name, pack, version, cluster, how) => {
    const known = cluster.startsWith('ccs-dev.') ? [...CLUSTERS, cluster] : CLUSTERS
    expect(classify(lexZone(txt(name)).records, { clusters: known })[0]).toMatchObject({ kind: 'pack', pack, version, cluster, how })
  })

  it('joins a pre-release that no rule can split when the object is known', () => {
    const pack = { name: 'core', version: 'v1.0.0-rc.v2', cluster: 'ccs-dev' }
    const records = lexZone(txt(packOwnerName(pack))).records
    expect(classify(records, { clusters: CLUSTERS })[0]).toMatchObject({ version: 'v2', how: 'v-label' })
    expect(classify(records, { clusters: CLUSTERS, packs: [pack] })[0]).toMatchObject({ version: 'v1.0.0-rc.v2', how: 'joined' })
  })

  it('does not invent a pack from a name without a wrapper', () => {
    expect(classify(lexZone(txt('pack.nginx.v1')).records)[0]?.kind).toBe('unknown')
  })
})

describe('classification (dsns.md 5)', () => {
  const kinds = (text: string, clusters: readonly string[] = []) =>
    classify(lexZone(text).records, { clusters }).map((record) => record.kind)

  it('takes a cluster from the pair of A records or from the API', () => {
    expect(kinds('a.b 300 IN A 10.0.0.1\napi.a.b 300 IN A 10.0.0.1')).toEqual(['cluster.vip', 'cluster.api'])
    expect(kinds('alone 300 IN A 10.0.0.1')).toEqual(['unknown'])
    expect(kinds('alone 300 IN A 10.0.0.1', ['alone'])).toEqual(['cluster.vip'])
  })

  it('tells zone glue from delegation glue', () => {
    expect(kinds('ns 300 IN A 10.0.0.1\nns.v 300 IN A 10.0.0.1\nv 300 IN NS ns.v.seam.ontave.dev.', ['v'])).toEqual([
      'zone.glue',
      'cluster.delegationGlue',
      'cluster.delegation',
    ])
  })

  it('reads identities, providers, runs and the authority', () => {
    const text = [
      txt('authority.conductor', 'SHA256:x'),
      txt('identity.0123456789abcdef.guardian.a.b', 'one value only here'),
      txt('idp.corp.guardian', 'https://idp'),
      txt('run.r.x.conductor.management', 'phase=Failed completed=2026-01-01T00:00:00Z'),
      txt('run.r.conductor.management', 'gibberish'),
      txt('role.a', 'imported'),
      txt('hello', 'x'),
    ].join('\n')
    expect(classify(lexZone(text).records)).toMatchObject([
      { kind: 'authority', fingerprint: 'SHA256:x' },
      { kind: 'identity', subjectHash: '0123456789abcdef', cluster: 'a.b', rbacProfile: null, identityProvider: null },
      { kind: 'idp', provider: 'corp' },
      { kind: 'run', runner: 'r.x', cluster: 'management', phase: 'Failed', completed: '2026-01-01T00:00:00Z' },
      { kind: 'run', phase: null, completed: null },
      { kind: 'cluster.role', cluster: 'a', role: 'imported' },
      { kind: 'unknown', name: 'hello' },
    ])
  })
})

describe('lint', () => {
  it.each([
    ['label-too-long', txt(`role.${'a'.repeat(64)}`)],
    ['name-too-long', txt(`role.${Array.from({ length: 5 }, () => 'b'.repeat(60)).join('.')}`)],
    ['text-too-long', txt('role.a', 'ü'.repeat(128))],
    ['address-not-ip', 'a 300 IN A lb.example.org'],
    ['address-not-ip', 'a 300 IN A 10.0.0.256'],
    ['duplicate', 'a 300 IN A 10.0.0.1\nA 300 IN A 10.0.0.2'],
    ['unknown-line', 'what is this'],
  ])('finds %s', (rule, line) => {
    expect(lintZone(lexZone(zone(line))).map((lint) => lint.rule)).toContain(rule)
  })

  it('finds a cluster called ns by object and by record', () => {
    expect(lintZone(lexZone(zone()), ['ns']).map((lint) => lint.rule)).toEqual(['cluster-called-ns'])
    expect(lintZone(lexZone(zone('ns 300 IN A 10.0.0.1', 'api.ns 300 IN A 10.0.0.1'))).map((lint) => lint.rule)).toEqual([
      'cluster-called-ns',
    ])
  })

  it('is silent about 63 bytes, 255 bytes and a good zone', () => {
    expect(lintZone(lexZone(zone(txt(`role.${'a'.repeat(63)}`, 'b'.repeat(255)), 'ns 300 IN A 10.20.0.241')))).toEqual([])
  })
})

describe('comparing', () => {
  it('ignores serial, order, TTL and the case of names', () => {
    const a = lexZone(zone('a 300 IN A 10.0.0.1', 'b 300 IN A 10.0.0.2'))
    const b = lexZone(zone('B 60 IN A 10.0.0.2', 'a 300 IN A 10.0.0.1').replace('1775988900', '1775988960'))
    expect(compareZones(a, b)).toMatchObject({ same: true, serialLag: 60 })
  })

  it('names what is only here, only there, and different', () => {
    const a = lexZone(zone('a 300 IN A 10.0.0.1', 'b 300 IN A 10.0.0.2'))
    const b = lexZone(zone('b 300 IN A 10.0.0.9', 'c 300 IN A 10.0.0.3'))
    const difference = compareZones(a, b)
    expect(difference.onlyInA.map((record) => record.name)).toEqual(['a'])
    expect(difference.onlyInB.map((record) => record.name)).toEqual(['c'])
    expect(difference.changed.map(({ a: was, b: is }) => [was.value, is.value])).toEqual([['10.0.0.2', '10.0.0.9']])
    expect(differenceText(difference, 'missing there', 'more there')).toBe(
      '1 record missing there, 1 record more there, 1 record with another value',
    )
  })
})
