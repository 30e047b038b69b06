import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

// Frozen: a route that serialises what it holds, and nothing else. `node bare-json.ts TEXT` answers every request with that JSON.

const value: unknown = JSON.parse(process.argv[2] ?? 'null')
const server = createServer((_asked, answer) => void answer.setHeader('content-type', 'application/json').end(JSON.stringify(value)))
server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`)) // safe: it listens on a port
