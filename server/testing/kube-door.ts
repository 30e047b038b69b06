import 'server-only'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { request } from 'node:https'
import type { AddressInfo } from 'node:net'

/** What happens to a request on its way: an answer of this status, no answer at all, a cut, or lines that are no JSON. */
export type Mishap = number | 'stall' | 'cut' | 'garbage'

/** Stands between a client and an API server, as a network, a load balancer or an aggregated API that is down do. */
export type KubeDoor = {
  /** A kubeconfig through the door with a token. */
  readonly kubeconfig: (token: string) => string
  /** Asked for every request; undefined lets it through. */
  mishap: (path: string) => Mishap | undefined
  /** As a server before Kubernetes 1.30: every group is asked for what it serves. */
  isOld: boolean
  /** Paths and queries of all requests so far, let through or not. */
  readonly asked: string[]
  /** Hears each piece of every answer. */
  tap: ((path: string, piece: string) => void) | undefined
  readonly url: string
  /** Cuts every connection that is open. */
  readonly cut: () => void
  readonly close: () => Promise<void>
}

type Target = {
  readonly url: string
  readonly caPem: string
  /** Whose rights everybody has who comes through. */
  readonly bearer?: string
}

/** Opens a door in plain HTTP on loopback, as `kubectl proxy` is one. */
export async function openKubeDoor(target: Target): Promise<KubeDoor> {
  const door = { mishap: (): Mishap | undefined => undefined, isOld: false, asked: [] as string[], tap: undefined as KubeDoor['tap'] }
  const server = createServer((incoming, answer) => {
    const path = incoming.url ?? '/'
    door.asked.push(path)
    const mishap: Mishap | undefined = (door as Pick<KubeDoor, 'mishap'>).mishap(path)
    if (mishap === undefined)
      return forward(target, incoming, answer, {
        instead: {
          ...(door.isOld && { accept: 'application/json' }),
          ...(target.bearer !== undefined && { authorization: `Bearer ${target.bearer}` }),
        },
        heard: (piece) => door.tap?.(path, piece),
      })
    if (mishap === 'cut') return void incoming.socket.destroy()
    if (mishap === 'stall') return
    if (mishap === 'garbage') return void answer.writeHead(200).end('<html>\n<html>\n')
    answer.writeHead(mishap, { 'content-type': 'application/json' }).end(JSON.stringify({ kind: 'Status', code: mishap }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // safe: it listens on a port
  return Object.assign(door, {
    url: `http://127.0.0.1:${port}`,
    cut: () => server.closeAllConnections(),
    kubeconfig: (token: string): string =>
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Config',
        'current-context': 'door',
        clusters: [{ name: 'door', cluster: { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } }],
        users: [{ name: 'door', user: { token } }],
        contexts: [{ name: 'door', context: { cluster: 'door', user: 'door' } }],
      }),
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  })
}

function forward(
  target: Target,
  incoming: IncomingMessage,
  answer: ServerResponse,
  { instead, heard }: { readonly instead: Readonly<Record<string, string>>; readonly heard: (piece: string) => void },
): void {
  const { host: _, ...rest } = incoming.headers
  const headers = { ...rest, ...instead }
  const sent = request(new URL(incoming.url ?? '/', target.url), { method: incoming.method, headers, ca: target.caPem }, (back) => {
    // A watch is open as soon as its head is there, before anything happens.
    answer.writeHead(back.statusCode ?? 500, back.headers).flushHeaders()
    back.on('data', (piece: Buffer) => heard(piece.toString('utf8')))
    back.pipe(answer)
    back.once('error', () => answer.destroy())
  })
  sent.once('error', () => answer.destroy())
  answer.once('close', () => sent.destroy())
  incoming.pipe(sent)
}
