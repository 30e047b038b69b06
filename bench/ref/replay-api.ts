import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

// An API server of one kind that costs next to nothing: every answer is made before it is asked for. `node replay-api.ts OBJECTS CHANGES`
// serves both sides of a comparison from a process of its own and prints its port. Do not improve it.

const [objects = 0, changes = 0] = process.argv.slice(2).map(Number)
const PAGE = 500
const FILL = 'x'.repeat(1_000)

const objectOf = (at: number, version: number) => ({
  apiVersion: 'bench.example.org/v1',
  kind: 'Widget',
  metadata: {
    name: `widget-${at}`,
    namespace: `tenant-${at % 50}`,
    uid: `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`,
    resourceVersion: String(version),
    generation: 1,
    creationTimestamp: '2026-01-01T00:00:00Z',
    labels: { app: `app-${at % 200}`, 'bench.example.org/part': 'of-a-benchmark' },
    managedFields: [
      {
        manager: 'bench',
        operation: 'Apply',
        apiVersion: 'bench.example.org/v1',
        time: '2026-01-01T00:00:00Z',
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:spec': { 'f:fill': {}, 'f:count': {}, 'f:ref': { 'f:name': {} } } },
      },
    ],
  },
  spec: { count: version, fill: FILL, ref: { name: `widget-${(at * 7) % Math.max(objects, 1)}` } },
  status: { conditions: [{ type: 'Ready', status: 'True', reason: 'Ready', message: '', lastTransitionTime: '2026-01-01T00:00:00Z' }] },
})

const pages = Array.from({ length: Math.max(Math.ceil(objects / PAGE), 1) }, (_, page) =>
  JSON.stringify({
    kind: 'WidgetList',
    apiVersion: 'bench.example.org/v1',
    metadata: { resourceVersion: String(objects), ...((page + 1) * PAGE < objects && { continue: String(page + 1) }) },
    items: Array.from({ length: Math.min(PAGE, objects - page * PAGE) }, (_each, at) => objectOf(page * PAGE + at, page * PAGE + at + 1)),
  }),
)
const lines = Array.from({ length: changes }, (_, at) => {
  const version = objects + at + 1
  return `${JSON.stringify({ type: 'MODIFIED', object: objectOf(at % Math.max(objects, 1), version) })}\n`
})

const json = (answer: ServerResponse, body: unknown): void =>
  void answer.setHeader('content-type', 'application/json').end(typeof body === 'string' ? body : JSON.stringify(body))

const server = createServer((asked, answer) => {
  const url = new URL(asked.url ?? '/', 'http://localhost')
  if (url.pathname === '/apis') return json(answer, { groups: [{ name: 'bench.example.org', preferredVersion: { version: 'v1' } }] })
  if (url.pathname === '/api/v1') return json(answer, { resources: [] })
  if (url.pathname === '/apis/bench.example.org/v1')
    return json(answer, { resources: [{ name: 'widgets', kind: 'Widget', namespaced: true, verbs: ['get', 'list', 'watch'] }] })
  if (url.pathname !== '/apis/bench.example.org/v1/widgets') return void answer.writeHead(404).end('{}')
  if (!url.searchParams.has('watch')) return json(answer, pages[Number(url.searchParams.get('continue') ?? 0)] ?? pages[0])
  answer.writeHead(200, { 'content-type': 'application/json' })
  let next = 0
  const more = (): void => {
    while (next < lines.length) if (!answer.write(lines.slice(next, (next += 200)).join(''))) return void answer.once('drain', more)
  }
  more()
})
server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`)) // safe: it listens on a port
