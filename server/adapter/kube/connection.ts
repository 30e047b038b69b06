import 'server-only'
import type { IncomingMessage } from 'node:http'
import { Agent, request } from 'node:https'
import { KubeConfig } from '@kubernetes/client-node'
import { AppError } from '#lib/error.ts'

const DEADLINE_MS = 5_000

/** One authenticated way to an API server. `path` starts with a slash and carries its query. */
export type Connection = {
  readonly json: (
    method: 'GET' | 'POST' | 'PATCH',
    path: string,
    body?: unknown,
    contentType?: string,
  ) => Promise<{ readonly status: number; readonly body: unknown }>
  /** Opens a watch; the answer's body is a stream of lines. The caller destroys it. */
  readonly stream: (path: string, signal: AbortSignal) => Promise<IncomingMessage>
  readonly close: () => void
}

export type ConnectionSettings = { readonly kubeconfig: string | undefined; readonly context: string | undefined }

/** Connects by kubeconfig file and context, or by the pod's own identity when no file is named. */
export async function connectTo({ kubeconfig, context }: ConnectionSettings): Promise<Connection> {
  const config = new KubeConfig()
  if (kubeconfig === undefined) config.loadFromCluster()
  else config.loadFromFile(kubeconfig)
  if (context !== undefined) config.setCurrentContext(context)
  const cluster = config.getCurrentCluster()
  if (!cluster) throw new AppError('invalid', `The kubeconfig has no context ${context ?? '(current)'}.`)
  const base = new URL(cluster.server)
  const agent = new Agent({ keepAlive: true, maxSockets: 200 })

  const open = async (
    method: string,
    path: string,
    init: { signal: AbortSignal; body?: string; contentType?: string },
  ): Promise<IncomingMessage> => {
    const options = {
      method,
      agent,
      headers: { accept: 'application/json', ...(init.body !== undefined && { 'content-type': init.contentType ?? 'application/json' }) },
    }
    // Token refresh, client certificates and custom CAs are client-node's business.
    await config.applyToHTTPSOptions(options)
    return new Promise((resolve, reject) => {
      const sent = request(new URL(path, base), { ...options, agent, signal: init.signal }, resolve)
      sent.once('error', reject)
      sent.end(init.body)
    })
  }

  return {
    json: async (method, path, body, contentType) => {
      const text = body === undefined ? undefined : JSON.stringify(body)
      try {
        const response = await open(method, path, {
          signal: AbortSignal.timeout(DEADLINE_MS),
          ...(text !== undefined && { body: text }),
          ...(contentType !== undefined && { contentType }),
        })
        return { status: response.statusCode ?? 0, body: JSON.parse(await collect(response)) as unknown }
      } catch (cause) {
        throw new AppError('unavailable', 'The Kubernetes API server did not answer.', { cause })
      }
    },
    stream: (path, signal) => open('GET', path, { signal }),
    close: () => agent.destroy(),
  }
}

async function collect(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer) // safe: no encoding is set, so chunks are buffers
  return Buffer.concat(chunks).toString('utf8')
}
