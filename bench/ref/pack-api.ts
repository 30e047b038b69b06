import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { GROUP, packOf } from './packs.ts'

// An API server of the design point's packs that costs little: `node pack-api.ts OBJECTS` prints its port. What it is asked for and what its
// watches carry is counted. POST /bench/change?at=N makes one change, /bench/flow?rate=N so many a second (over the first 5,000 packs),
// GET /bench gives the counters. Do not improve it.

const objects = Number(process.argv[2])
const FLOWING = 5_000
const TICK_MS = 10
const versions = new Uint32Array(objects).fill(2)
let version = objects * 2
const of = `/apis/${GROUP}/v1`
const counters = { requests: 0, discoveries: 0, watchBytes: 0, changes: 0 }
const watches = new Set<ServerResponse>()
const lineOf = (at: number): string => {
  const pack = packOf(at, versions[at] ?? 0)
  return `${JSON.stringify({ type: 'MODIFIED', object: { ...pack, metadata: { ...pack.metadata, resourceVersion: String(version) } } })}\n`
}
const tell = (lines: string): void => {
  counters.watchBytes += Buffer.byteLength(lines) * watches.size
  for (const watch of watches) watch.write(lines)
}
const change = (at: number): string => {
  versions[at] = (versions[at] ?? 0) + 1
  version += 1
  counters.changes += 1
  return lineOf(at)
}

let flow = { rate: 0, begun: 0, made: 0 }
setInterval(() => {
  // An open loop: what a late tick owes comes with it.
  const due = Math.floor(((performance.now() - flow.begun) / 1_000) * flow.rate) - flow.made
  if (flow.rate === 0 || due <= 0) return
  let lines = ''
  for (let each = 0; each < due; each += 1) lines += change((flow.made + each) % Math.min(objects, FLOWING))
  flow.made += due
  tell(lines)
}, TICK_MS)

const json = (answer: ServerResponse, body: unknown): void =>
  void answer.setHeader('content-type', 'application/json').end(JSON.stringify(body))
const group = {
  name: GROUP,
  versions: [{ groupVersion: `${GROUP}/v1`, version: 'v1' }],
  preferredVersion: { groupVersion: `${GROUP}/v1`, version: 'v1' },
}
const resources = [{ name: 'packs', singularName: 'pack', kind: 'Pack', namespaced: true, verbs: ['get', 'list', 'watch'] }]

function list(answer: ServerResponse, query: URLSearchParams): void {
  const limit = Number(query.get('limit') ?? objects) || objects
  const from = Number(query.get('continue') ?? 0)
  const to = Math.min(from + limit, objects)
  const metadata = { resourceVersion: String(version), ...(to < objects && { continue: String(to) }) }
  const items = Array.from({ length: to - from }, (_, index) => packOf(from + index, versions[from + index] ?? 0))
  json(answer, { kind: 'PackList', apiVersion: `${GROUP}/v1`, metadata, items })
}

const server = createServer((asked, answer) => {
  const { pathname, searchParams: query } = new URL(asked.url ?? '/', 'http://localhost')
  if (pathname === '/bench') return json(answer, { ...counters, version, watches: watches.size })
  if (pathname === '/bench/change') return (tell(change(Number(query.get('at')))), json(answer, { version }))
  if (pathname === '/bench/flow')
    return ((flow = { rate: Number(query.get('rate')), begun: performance.now(), made: 0 }), json(answer, { version }))
  counters[pathname.includes('/packs') ? 'requests' : 'discoveries'] += 1
  if (pathname === '/api') return json(answer, { kind: 'APIVersions', versions: ['v1'] })
  if (pathname === '/apis') return json(answer, { kind: 'APIGroupList', groups: [group] })
  if (pathname === '/api/v1') return json(answer, { kind: 'APIResourceList', groupVersion: 'v1', resources: [] })
  if (pathname === of) return json(answer, { kind: 'APIResourceList', groupVersion: `${GROUP}/v1`, resources })
  const [, name] = /\/packs\/(pack-\d+)$/.exec(pathname) ?? []
  if (name !== undefined) return json(answer, packOf(Number(name.slice(5)), versions[Number(name.slice(5))] ?? 0))
  if (pathname !== `${of}/packs`)
    return void answer.writeHead(404, { 'content-type': 'application/json' }).end('{"kind":"Status","code":404}')
  if (!query.has('watch')) return list(answer, query)
  answer.writeHead(200, { 'content-type': 'application/json' })
  answer.flushHeaders()
  watches.add(answer)
  answer.once('close', () => watches.delete(answer))
})
server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`)) // safe: it listens on a port
