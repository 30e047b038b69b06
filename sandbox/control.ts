import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Applier } from './applier/applier.ts'
import { LOOPBACK, listen, stopListening } from './listen.ts'
import { wordsOf } from './log.ts'

/** What can be made to fail: the modes each service knows, and how to bring one about. */
export type FaultTarget = {
  readonly modes: readonly string[]
  readonly mode: () => string
  readonly set: (mode: string, delayMs: number | undefined) => Promise<void> | void
}

export type ControlServer = { readonly url: string; readonly port: number; readonly close: () => Promise<void> }

class BadRequest extends Error {}

/**
 * The sandbox's own HTTP API on loopback, for tests and demonstrations:
 * POST /fault {service, mode, delayMs?}, POST /applier {action: hold|release|sync, path?}, GET /state.
 */
export async function startControlServer(options: {
  readonly targets: Readonly<Record<string, FaultTarget>>
  readonly applier: Applier
  readonly state: () => object
  readonly port?: number
}): Promise<ControlServer> {
  const { targets, applier } = options
  const state = () => ({
    faults: Object.fromEntries(Object.entries(targets).map(([name, target]) => [name, target.mode()])),
    modes: Object.fromEntries(Object.entries(targets).map(([name, target]) => [name, target.modes])),
    applier: applier.state(),
    ...options.state(),
  })

  async function setFault(asked: Readonly<Record<string, unknown>>): Promise<void> {
    const service = String(asked['service'])
    const target = Object.hasOwn(targets, service) ? targets[service] : undefined
    if (target === undefined) throw new BadRequest(`No such service. There are: ${Object.keys(targets).join(', ')}.`)
    const mode = String(asked['mode'])
    if (!target.modes.includes(mode)) throw new BadRequest(`${service} knows: ${target.modes.join(', ')}.`)
    await target.set(mode, typeof asked['delayMs'] === 'number' ? asked['delayMs'] : undefined)
  }

  async function tellApplier(asked: Readonly<Record<string, unknown>>): Promise<void> {
    const path = typeof asked['path'] === 'string' ? asked['path'] : undefined
    switch (asked['action']) {
      case 'hold':
        return applier.hold()
      case 'release':
        return applier.release()
      case 'sync':
        return applier.sync(path)
      default:
        throw new BadRequest('The applier knows: hold, release, sync.')
    }
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const route = `${request.method} ${request.url}`
    if (route === 'POST /fault') await setFault(await bodyOf(request))
    else if (route === 'POST /applier') await tellApplier(await bodyOf(request))
    else if (route !== 'GET /state') return send(response, 404, { error: 'There are POST /fault, POST /applier and GET /state.' })
    send(response, 200, state())
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((cause: unknown) => send(response, cause instanceof BadRequest ? 400 : 500, { error: wordsOf(cause) }))
  })
  const port = await listen(server, options.port)
  return {
    url: `http://${LOOPBACK}:${port}`,
    port,
    async close() {
      server.closeAllConnections()
      await stopListening(server)
    },
  }
}

function send(response: ServerResponse, status: number, content: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(content)}\n`)
}

async function bodyOf(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer) // safe: no encoding is set
  try {
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'))
    if (typeof body === 'object' && body !== null) return { ...body }
  } catch {
    // Reported below, like every other body that is no object.
  }
  throw new BadRequest('The body must be a JSON object.')
}
