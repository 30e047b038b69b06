import { once } from 'node:events'
import { createServer } from 'node:https'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { log, wordsOf } from '../log.ts'
import { sendJson } from './answer.ts'
import { bootstrap } from './bootstrap.ts'
import { startCollector } from './collector/collector.ts'
import { connectFaults, createKubeFaults, type KubeFaults } from './faults.ts'
import type { Backend } from './backend.ts'
import { handle } from './handler.ts'
import { createRegistry } from './registry.ts'
import { internal, StatusError } from './status-error.ts'
import { openStorage } from './storage.ts'
import { kubeconfigOf, loadCertificates, loadUsers, type KubeUser } from './users.ts'

export type { KubeFaults } from './faults.ts'
export type { KubeUser } from './users.ts'

export type KubeServer = {
  readonly url: string
  readonly caPem: string
  /** YAML with one context per user; the first is current. */
  kubeconfig(users: readonly string[]): string
  token(user: string): string
  close(): Promise<void>
}
export type KubeOptions = {
  /** Objects, certificates and tokens live here and survive a restart. */
  readonly dir: string
  readonly port?: number
  readonly users: readonly KubeUser[]
  readonly faults?: KubeFaults
  /** How many events are kept for watches and continue tokens; older ones answer 410. */
  readonly historyMax?: number
  /** Length of the log in bytes at which a snapshot replaces it. */
  readonly logBytesMax?: number
}

/** An API server of the sandbox: the Kubernetes protocol over TLS on 127.0.0.1, with RBAC, CRDs, watches and server-side apply. */
export async function startKubeServer(options: KubeOptions): Promise<KubeServer> {
  const { authority, server: identity } = loadCertificates(options.dir)
  const users = loadUsers(options.dir, options.users)
  const storage = await openStorage(join(options.dir, 'store'), options)
  const registry = createRegistry(storage)
  bootstrap(storage, registry)
  await storage.durable()
  const collector = startCollector(storage, registry)

  const faults = options.faults ?? createKubeFaults()
  const watches = new Set<() => void>()
  const cutWatches = (): void => watches.forEach((cut) => cut())
  connectFaults(faults, { cutWatches, gone: () => storage.forget() })
  const sockets = new Set<Socket>()
  let url = ''
  const backend: Backend = { storage, registry, watches, url: () => url, authenticate: users.authenticate, byToken: users.byToken }

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (faults.refuse) return void request.socket.destroy()
    if (faults.delayMs > 0) await sleep(faults.delayMs)
    if (faults.status !== undefined)
      return sendJson(response, faults.status, new StatusError(faults.status, 'InternalError', 'a fault of the sandbox').status)
    try {
      await handle(backend, request, response)
    } catch (cause) {
      if (response.headersSent) return void response.destroy()
      if (!(cause instanceof StatusError))
        log.error('kube.request.failed', { method: request.method, path: request.url?.split('?')[0], why: wordsOf(cause) })
      const error = cause instanceof StatusError ? cause : internal(wordsOf(cause))
      await sendJson(response, error.code, error.status)
    }
  }
  const server = createServer(
    { cert: identity.certificate, key: identity.key, ca: authority, keepAliveTimeout: 60_000 },
    (request, response) => void answer(request, response),
  )
  server.on('secureConnection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  server.listen(options.port ?? 0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // safe: a listening TCP server has an address
  url = `https://127.0.0.1:${port}`
  return {
    url,
    caPem: authority,
    token: users.token,
    kubeconfig: (names) =>
      kubeconfigOf(
        url,
        authority,
        names.map((name) => ({ name, token: users.token(name) })),
      ),
    close: async () => {
      collector.stop()
      cutWatches()
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
      await storage.close()
    },
  }
}
