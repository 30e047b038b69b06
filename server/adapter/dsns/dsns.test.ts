import { createServer, type Server, type Socket } from 'node:net'
import { decode, streamEncode, type Answer } from 'dns-packet'
import { afterEach, describe, expect, it } from 'vitest'
import type { KubeObject } from '#lib/kube/object.ts'
import { lexZone } from '#lib/dsns/lex.ts'
import type { Sourced } from '#lib/sourced.ts'
import { createDsns, type DsnsSettings } from '#server/adapter/dsns/create-dsns.ts'

const ZONE = 'seam.ontave.dev'
const open: { server: Server; sockets: Set<Socket> }[] = []

afterEach(async () => {
  for (const { server, sockets } of open.splice(0)) {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  }
})

/** A real TCP name server; `reply` gets the query and the socket. */
async function nameServer(reply: (query: ReturnType<typeof decode>, socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('data', (chunk) => reply(decode(chunk.subarray(2)), socket))
  })
  open.push({ server, sockets })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  return `127.0.0.1:${address.port}`
}

const soa = (serial: number): Answer => ({
  type: 'SOA',
  name: ZONE,
  ttl: 300,
  data: { mname: `ns.${ZONE}`, rname: `hostmaster.${ZONE}`, serial, refresh: 3600, retry: 900, expire: 604800, minimum: 300 },
})
const records: readonly Answer[] = [
  { type: 'NS', name: ZONE, ttl: 300, data: `ns.${ZONE}` },
  { type: 'A', name: `ns.${ZONE}`, ttl: 300, data: '10.20.0.241' },
  { type: 'TXT', name: `role.ccs-dev.${ZONE}`, ttl: 300, data: ['impor', 'ted'] },
]
const response = (id: number | undefined, answers: readonly Answer[], flags = 0) =>
  streamEncode({ type: 'response', id: id ?? 0, flags, answers: [...answers] })

const serving = (serial: number, answers: readonly Answer[] = records) =>
  nameServer((query, socket) => socket.end(response(query.id, [soa(serial), ...answers, soa(serial)])))

const text = (serial: number, ...lines: string[]) =>
  `$ORIGIN ${ZONE}.\n$TTL 300\n\n@ 300 IN SOA ns.${ZONE}. hostmaster.${ZONE}. (\n    ${serial} ; serial\n    3600 ; refresh\n    900 ; retry\n    604800 ; expire\n    300 ; minimum TTL\n)\n\n@ 300 IN NS ns.${ZONE}.\n\n${lines.join('\n')}\n`
const LINES = ['ns 300 IN A 10.20.0.241', 'role.ccs-dev 300 IN TXT "imported"']

const map = (namespace: string, zone: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'dsns-zone', namespace },
  data: { 'zone.db': zone },
})
const fresh = (...maps: KubeObject[]): Sourced<readonly KubeObject[]> => ({ state: 'fresh', value: maps, at: 1_000 })
const down: Sourced<readonly KubeObject[]> = { state: 'down', problem: 'Kubernetes does not answer.' }

const make = (configMaps: Sourced<readonly KubeObject[]>, more: Partial<DsnsSettings> = {}) =>
  createDsns({ zone: ZONE, configMaps: () => configMaps, deadlineMs: 300, ...more })
const value = async (dsns: ReturnType<typeof createDsns>) => {
  const read = await dsns.read()
  if (read.state === 'down') throw new Error(read.problem)
  return read.value
}

describe('ConfigMap', () => {
  it('lets ont-system win and says that the mirror is behind', async () => {
    const read = await value(make(fresh(map('kube-system', text(1, LINES[0] ?? '')), map('ont-system', text(2, ...LINES)))))
    expect(read).toMatchObject({ from: 'configmap', serial: 2, findings: ['Mirror behind: kube-system has 1 record missing.'] })
  })

  it('does not call a mirror behind for its serial alone', async () => {
    expect((await value(make(fresh(map('kube-system', text(1, ...LINES)), map('ont-system', text(2, ...LINES)))))).findings).toEqual([])
  })

  it('takes the mirror when ont-system is empty', async () => {
    const read = await value(make(fresh(map('kube-system', text(7, ...LINES)), map('ont-system', ''))))
    expect(read.serial).toBe(7)
    expect(read.findings[0]).toContain('empty zone')
  })

  it('tells not rendered yet from not there', async () => {
    expect(await value(make(fresh(map('ont-system', ''))))).toMatchObject({
      text: '',
      findings: ['The zone is not rendered yet: zone.db is empty.'],
    })
    expect((await value(make(fresh()))).findings[0]).toContain('There is no ConfigMap dsns-zone')
  })

  it('is down when it cannot be read, and stale once it could', async () => {
    expect(await make(down).read()).toEqual({ state: 'down', problem: 'Kubernetes does not answer.' })
    let maps = fresh(map('ont-system', text(2, ...LINES)))
    const dsns = make(maps, { configMaps: () => maps })
    expect(dsns.age()).toMatchObject({ state: 'fresh', at: 1_000 })
    await dsns.read()
    maps = down
    expect(await dsns.read()).toMatchObject({ state: 'stale', at: 1_000, value: { serial: 2 } })
    expect(dsns.age()).toMatchObject({ source: 'DSNS', state: 'stale', problem: 'Kubernetes does not answer.' })
  })

  it('says that the zone is rebuilding for five minutes after it lost more than half', async () => {
    let maps = fresh(map('ont-system', text(1, ...LINES, 'a 300 IN A 10.0.0.1', 'api.a 300 IN A 10.0.0.1')))
    let now = 0
    const dsns = make(maps, { configMaps: () => maps, now: () => now })
    expect((await value(dsns)).findings.join()).not.toContain('rebuilding')
    maps = fresh(map('ont-system', text(2)))
    expect((await value(dsns)).findings.join()).toContain('Zone rebuilding: 1 records, 5 before.')
    now = 6 * 60_000
    expect((await value(dsns)).findings.join()).not.toContain('rebuilding')
  })
})

describe('transfer', () => {
  it('reads the whole zone, joins TXT strings and makes names relative', async () => {
    const dsns = make(down, { server: await serving(42) })
    const read = await value(dsns)
    expect(read).toMatchObject({ from: 'transfer', serial: 42 })
    expect(lexZone(read.text).unknown).toEqual([])
    expect(lexZone(read.text).records.map((record) => [record.name, record.type, record.value])).toEqual([
      ['@', 'NS', `ns.${ZONE}`],
      ['ns', 'A', '10.20.0.241'],
      ['role.ccs-dev', 'TXT', 'imported'],
    ])
    expect(dsns.age().state).toBe('fresh')
  })

  it('reads a zone that comes in many messages cut anywhere', async () => {
    const many: Answer[] = Array.from({ length: 500 }, (_, i) => ({ type: 'A', name: `c${i}.${ZONE}`, ttl: 300, data: '10.0.0.1' }))
    const server = await nameServer((query, socket) => {
      const parts = [[soa(1), ...many.slice(0, 200)], many.slice(200), [soa(1)]].map((answers) => response(query.id, answers))
      const bytes = Buffer.concat(parts)
      for (let i = 0; i < bytes.length; i += 333) socket.write(bytes.subarray(i, i + 333))
    })
    expect(lexZone((await value(make(down, { server }))).text).records).toHaveLength(500)
  })

  it('agrees silently with an equal ConfigMap, and names every disagreement', async () => {
    const maps = fresh(map('ont-system', text(42, ...LINES)), map('kube-system', text(42, ...LINES)))
    expect((await value(make(maps, { server: await serving(42) }))).findings).toEqual([])
    const read = await value(make(maps, { server: await serving(40, records.slice(0, 2)) }))
    expect(read.from).toBe('configmap')
    expect(read.findings).toEqual([
      'The name server disagrees with the ConfigMap: it serves other records: 1 record missing; serial 40, the ConfigMap has 42.',
    ])
  })

  it('keeps a record of a type that we do not know as an unknown line', async () => {
    const server = await serving(1, [...records, { type: 'CNAME', name: `www.${ZONE}`, ttl: 60, data: `ns.${ZONE}` }])
    expect(lexZone((await value(make(down, { server }))).text).unknown).toHaveLength(1)
  })

  it('does not let a line break in a value become a record', async () => {
    const server = await serving(1, [{ type: 'TXT', name: `x.${ZONE}`, ttl: 60, data: 'a"\nevil 300 IN A 6.6.6.6\n' }])
    expect(lexZone((await value(make(down, { server }))).text).records.map((record) => record.name)).toEqual(['x'])
  })

  it.each<[string, (query: ReturnType<typeof decode>, socket: Socket) => void, string]>([
    ['refuses', (query, socket) => socket.end(response(query.id, [], 5)), 'refuses zone transfers'],
    ['is silent', () => undefined, 'did not answer within 0.3 s'],
    ['sends garbage', (_, socket) => socket.end(Buffer.from([0, 20, ...Array.from({ length: 20 }, () => 0xff)])), 'cannot be read'],
    ['hangs up half-way', (query, socket) => socket.end(response(query.id, [soa(1), ...records])), 'closed the connection'],
    ['answers another question', (query, socket) => socket.end(response((query.id ?? 0) ^ 1, [soa(1), soa(1)])), 'another question'],
    ['does not begin with the SOA', (query, socket) => socket.end(response(query.id, records)), 'does not begin with the SOA'],
    ['answers nothing', (query, socket) => socket.end(response(query.id, [])), 'answer is empty'],
  ])('falls back to the ConfigMap when the server %s', async (_, reply, words) => {
    const server = await nameServer(reply)
    const read = await value(make(fresh(map('ont-system', text(2, ...LINES)), map('kube-system', text(2, ...LINES))), { server }))
    expect(read).toMatchObject({ from: 'configmap', serial: 2 })
    expect(read.findings).toHaveLength(1)
    expect(read.findings[0]).toContain(words)
  })

  it('is down when neither answers, and says both', async () => {
    const read = await make(down, { server: '127.0.0.1:1' }).read()
    expect(read).toMatchObject({ state: 'down' })
    expect(read.state === 'down' && read.problem).toContain('Kubernetes does not answer. Name server 127.0.0.1:1: it cannot be reached.')
  })

  it('asks once for many readers and again when its answer is old', async () => {
    let asked = 0
    let now = 0
    const server = await nameServer((query, socket) => {
      asked++
      socket.end(response(query.id, [soa(1), ...records, soa(1)]))
    })
    const dsns = make(down, { server, now: () => now, freshMs: 100 })
    await Promise.all([dsns.read(), dsns.read(), dsns.read()])
    await dsns.read()
    expect(asked).toBe(1)
    now = 200
    await dsns.read()
    expect(asked).toBe(2)
  })
})
