import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

// Frozen: server-sent events in bare Node. GET /api/stream stays open; GET /tell?text=… writes that text to every client. `node bare-sse.ts`
// prints its port. Do not improve it.

const clients = new Set<ServerResponse>()

const server = createServer((asked, answer) => {
  const { pathname, searchParams } = new URL(asked.url ?? '/', 'http://localhost')
  if (pathname === '/tell') {
    const message = `data: ${searchParams.get('text')}\n\n`
    for (const client of clients) client.write(message)
    return void answer.end('told')
  }
  answer.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache, no-transform' })
  answer.write('retry: 1000\n: open\n\n')
  clients.add(answer)
  answer.once('close', () => clients.delete(answer))
})
server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`)) // safe: it listens on a port
