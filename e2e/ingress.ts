import { Agent, createServer, type IncomingMessage, request as ask, type ServerResponse } from 'node:http'
import { LOOPBACK } from '#sandbox/listen.ts'

const LOOK_MS = 200
/** An end for what hangs: a replica on a loaded machine is slow, not away. */
const LOOK_END_MS = 10_000
/** A replica starts in a second, on a machine that does ten other things in a minute. */
const READY_MS = 180_000
/** What belongs to one connection and not to the answer (RFC 9110 7.6.1). */
const OF_CONNECTION = new Set(['connection', 'keep-alive', 'transfer-encoding'])

export type Ingress = {
  /** Puts a replica in, or takes it out with its port. It gets requests once it says that it is ready. */
  readonly put: (port: number) => void
  readonly remove: (port: number) => void
  readonly untilReady: (port: number) => Promise<void>
  /** The port of the replica that the next server action is on its way to. */
  readonly nextAction: () => Promise<number>
  /** Cuts the event streams that are open now. */
  readonly cutStreams: () => void
  /** Keeps what streams say to itself while it is so: connections stand and are silent, as on a network that went away. */
  readonly holdStreams: (is: boolean) => void
  /** What no replica answered; each is an error that somebody saw. */
  readonly failures: readonly string[]
  readonly close: () => Promise<void>
}

type Wanted = { readonly request: IncomingMessage; readonly body: Buffer; readonly response: ServerResponse }

/** What every ingress does and no more: round robin over the ready ones, and another one when a connection is refused or a read is cut. */
export async function openIngress(at: number): Promise<Ingress> {
  const ready = new Map<number, boolean>()
  const failures: string[] = []
  const agent = new Agent({ keepAlive: false })
  let waiting: ((port: number) => void)[] = []
  const streams = new Map<IncomingMessage, ServerResponse>()
  let isHeld = false
  let turn = 0

  const choose = (tried: readonly number[]): number | undefined => {
    const open = [...ready].filter(([port, is]) => is && !tried.includes(port)).map(([port]) => port)
    turn += 1
    return open[turn % open.length]
  }

  function forward(wanted: Wanted, tried: readonly number[] = []): void {
    const { request, body, response } = wanted
    const { method = 'GET', url = '/', headers } = request
    const port = choose(tried)
    const fail = (why: string): void => {
      failures.push(`${method} ${url}: ${why}`)
      response.writeHead(502).end()
    }
    if (port === undefined) return fail('no replica is ready')
    const upstream = ask({ host: LOOPBACK, port, method, path: url, headers, agent })
    const leave = (): void => void upstream.destroy()
    response.once('close', leave)
    upstream.on('response', (answer) => {
      const own = Object.entries(answer.headers).filter(([name]) => !OF_CONNECTION.has(name))
      response.writeHead(answer.statusCode ?? 502, Object.fromEntries(own))
      answer.once('error', () => response.destroy())
      if (answer.headers['content-type'] === 'text/event-stream') {
        streams.set(answer, response)
        response.once('close', () => streams.delete(answer))
        response.flushHeaders()
        if (isHeld) return
      }
      answer.pipe(response)
    })
    upstream.on('error', (error: NodeJS.ErrnoException) => {
      response.off('close', leave)
      if (response.destroyed) return
      if (response.headersSent) return void response.destroy()
      const isRefused = error.code === 'ECONNREFUSED'
      if (isRefused) ready.set(port, false)
      // What was sent and may have been done must not be sent again.
      if (isRefused || method === 'GET' || method === 'HEAD') forward(wanted, [...tried, port])
      else fail(error.message)
    })
    if (headers['next-action'] !== undefined)
      upstream.once('finish', () => {
        for (const tell of waiting) tell(port)
        waiting = []
      })
    upstream.end(body)
  }

  async function look(port: number): Promise<void> {
    const is = await fetch(`http://${LOOPBACK}:${port}/api/health/ready`, { signal: AbortSignal.timeout(LOOK_END_MS) }).then(
      ({ status }) => status === 200,
      () => false,
    )
    if (ready.has(port)) ready.set(port, is)
  }
  const looking = setInterval(() => {
    for (const port of ready.keys()) void look(port)
  }, LOOK_MS)

  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => forward({ request, body: Buffer.concat(chunks), response }))
  })
  await new Promise<void>((resolve) => server.listen(at, LOOPBACK, resolve))
  return {
    put: (port) => void ready.set(port, false),
    remove: (port) => void ready.delete(port),
    untilReady: async (port) => {
      const end = Date.now() + READY_MS
      while (ready.get(port) !== true) {
        if (Date.now() > end) throw new Error(`the replica on port ${port} did not become ready`)
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    },
    nextAction: () => new Promise((resolve) => waiting.push(resolve)),
    cutStreams: () => {
      for (const response of streams.values()) response.destroy()
    },
    holdStreams: (is) => {
      isHeld = is
      for (const [answer, response] of streams)
        if (is) answer.unpipe(response).pause()
        else answer.pipe(response)
    },
    failures,
    close: async () => {
      clearInterval(looking)
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}
