import { Resolver } from 'node:dns/promises'
import { connect } from 'node:net'
import packet, { type DecodedPacket } from 'dns-packet'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type DnsServer, startDnsServer } from './server.ts'

const ZONE = (serial: number): string => `$ORIGIN seam.ontave.dev.
$TTL 300

@ 300 IN SOA ns.seam.ontave.dev. hostmaster.seam.ontave.dev. (
  ${serial} ; serial
  3600 ; refresh
  900 ; retry
  604800 ; expire
  300 ; minimum
)

@ 300 IN NS ns.seam.ontave.dev.

api.one.two 300 IN A 10.0.0.1
ns 300 IN A 10.0.0.53
ns.far 300 IN A 10.9.0.1
far 300 IN NS ns.far.seam.ontave.dev.
role.one.two 300 IN TXT "imported "as is""
long.role 300 IN TXT "${'x'.repeat(600)}"
`
let text = ZONE(1)
let server: DnsServer
let resolver: Resolver

beforeAll(async () => {
  server = await startDnsServer({ zoneText: () => text })
  resolver = new Resolver({ timeout: 3_000, tries: 1 })
  resolver.setServers([server.address])
})
beforeEach(() => server.setFault('none'))
afterAll(() => server.close())

function overTcp(type: 'AXFR' | 'A' | 'TXT', name: string): Promise<DecodedPacket> {
  return new Promise((resolve, reject) => {
    const socket = connect(server.port, '127.0.0.1')
    const chunks: Buffer[] = []
    socket.write(packet.streamEncode({ type: 'query', id: 7, questions: [{ type, name }] }))
    socket.on('error', reject)
    socket.on('data', (chunk) => {
      chunks.push(chunk)
      const all = Buffer.concat(chunks)
      if (all.length < 2 + all.readUInt16BE(0)) return
      socket.destroy()
      resolve(packet.decode(all.subarray(2)))
    })
  })
}

test('a resolver finds addresses, texts, name servers and the serial', async () => {
  expect(await resolver.resolve4('API.one.two.seam.ontave.dev')).toEqual(['10.0.0.1'])
  expect(await resolver.resolveTxt('role.one.two.seam.ontave.dev')).toEqual([['imported "as is"']])
  expect((await resolver.resolveTxt('long.role.seam.ontave.dev')).map((parts) => parts.join('').length)).toEqual([600])
  expect(await resolver.resolveNs('seam.ontave.dev')).toEqual(['ns.seam.ontave.dev'])
  expect((await resolver.resolveSoa('seam.ontave.dev')).serial).toBe(1)
})

test('no name, no data and foreign zones are told apart', async () => {
  await expect(resolver.resolve4('nobody.seam.ontave.dev')).rejects.toMatchObject({ code: 'ENOTFOUND' })
  await expect(resolver.resolve4('role.one.two.seam.ontave.dev')).rejects.toMatchObject({ code: 'ENODATA' })
  await expect(resolver.resolve4('two.seam.ontave.dev')).rejects.toMatchObject({ code: 'ENODATA' })
  await expect(resolver.resolve4('example.org')).rejects.toMatchObject({ code: 'EREFUSED' })
})

test('a transfer begins and ends with the SOA and carries every record', async () => {
  const { answers = [] } = await overTcp('AXFR', 'seam.ontave.dev')
  expect(answers.map((answer) => answer.type)).toEqual(['SOA', 'NS', 'A', 'A', 'A', 'NS', 'TXT', 'TXT', 'SOA'])
})

test('names of a delegated cluster are answered with a referral and its glue', async () => {
  const reply = await overTcp('A', 'api.far.seam.ontave.dev')
  expect(reply.answers).toEqual([])
  expect(reply.flag_aa).toBe(false)
  expect(reply.authorities).toMatchObject([{ type: 'NS', name: 'far.seam.ontave.dev', data: 'ns.far.seam.ontave.dev' }])
  expect(reply.additionals).toMatchObject([{ type: 'A', data: '10.9.0.1' }])
})

test('the zone is live, a stale server keeps the old one, a silent one says nothing', async () => {
  text = ZONE(2)
  expect((await resolver.resolveSoa('seam.ontave.dev')).serial).toBe(2)
  server.setFault('stale')
  text = ZONE(3)
  expect((await resolver.resolveSoa('seam.ontave.dev')).serial).toBe(2)
  server.setFault('none')
  expect((await resolver.resolveSoa('seam.ontave.dev')).serial).toBe(3)
  server.setFault('silent')
  await expect(resolver.resolveSoa('seam.ontave.dev')).rejects.toMatchObject({ code: 'ETIMEOUT' })
})

test('an empty zone is a failure of the server, not an empty answer', async () => {
  text = ''
  await expect(resolver.resolve4('ns.seam.ontave.dev')).rejects.toMatchObject({ code: 'ESERVFAIL' })
})
