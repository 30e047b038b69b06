import 'server-only'
import { Agent as HttpAgent, type IncomingMessage, request as plainRequest } from 'node:http'
import { Agent, request, type RequestOptions } from 'node:https'
import { KubeConfig } from '@kubernetes/client-node'
import { AppError } from '#lib/error.ts'
import { causeText, log } from '#server/log.ts'

const DEADLINE_MS = 5_000
const POOL = { keepAlive: true, maxSockets: 50 }

/** One authenticated way to an API server. `path` starts with a slash and carries its query. */
export type Connection = {
  readonly json: (
    method: 'GET' | 'POST' | 'PATCH',
    path: string,
    options?: { readonly body?: unknown; readonly contentType?: string; readonly accept?: string; readonly deadlineMs?: number },
  ) => Promise<{ readonly status: number; readonly body: unknown }>
  /** Opens a watch; the answer's body is a stream of lines. The caller destroys it. */
  readonly stream: (path: string, signal: AbortSignal, accept: string) => Promise<IncomingMessage>
  readonly close: () => void
}

export type ConnectionSettings = { readonly kubeconfig: string | undefined; readonly context: string | undefined }

/** A refused credential makes the kubeconfig be read again, at most this often. */
const RELOAD_MS = 5_000

/** Connects by kubeconfig file and context, or by the pod's own identity when no file is named. */
export async function connectTo(settings: ConnectionSettings): Promise<Connection> {
  let login = load(settings)
  let loadedAt = Date.now()
  const own = login.isPlain ? new HttpAgent(POOL) : new Agent(POOL)
  // Every followed kind holds a connection for its watch: taken from the pool they would leave none for anything else.
  const forWatches = login.isPlain ? new HttpAgent() : new Agent()

  const open = async (
    method: string,
    path: string,
    init: { agent: HttpAgent; signal: AbortSignal; body?: string; contentType?: string; accept?: string },
  ): Promise<IncomingMessage> => {
    const { config, base, isPlain, hasProxy } = login
    const headers = {
      accept: init.accept ?? 'application/json',
      ...(init.body !== undefined && { 'content-type': init.contentType ?? 'application/json' }),
    }
    const options: RequestOptions = { method, headers }
    // Token refresh, client certificates, custom CAs and the way through a proxy are client-node's business.
    await config.applyToHTTPSOptions(options)
    const agent = hasProxy ? options.agent : init.agent
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = (isPlain ? plainRequest : request)(new URL(path, base), { ...options, agent, signal: init.signal }, resolve)
      sent.once('error', reject)
      sent.end(init.body)
    })
    if (response.statusCode === 401 && Date.now() - loadedAt > RELOAD_MS) {
      // Whoever rotates credentials writes the file anew; what is in memory may have run out.
      loadedAt = Date.now()
      login = reloaded(settings, login)
    }
    return response
  }

  return {
    json: async (method, path, { body, contentType, accept, deadlineMs = DEADLINE_MS } = {}) => {
      const text = body === undefined ? undefined : JSON.stringify(body)
      try {
        const response = await open(method, path, {
          agent: own,
          signal: AbortSignal.timeout(deadlineMs),
          ...(text !== undefined && { body: text }),
          ...(contentType !== undefined && { contentType }),
          ...(accept !== undefined && { accept }),
        })
        const { statusCode = 0 } = response
        const said = await collect(response)
        // A path that nothing stands at is answered in plain words.
        return { status: statusCode, body: statusCode === 404 && !said.startsWith('{') ? said : (JSON.parse(said) as unknown) }
      } catch (cause) {
        throw new AppError('unavailable', 'The Kubernetes API server did not answer.', { cause })
      }
    },
    stream: (path, signal, accept) => open('GET', path, { agent: forWatches, signal, accept }),
    close: () => {
      own.destroy()
      forWatches.destroy()
    },
  }
}

type Login = { readonly config: KubeConfig; readonly base: URL; readonly isPlain: boolean; readonly hasProxy: boolean }

function load({ kubeconfig, context }: ConnectionSettings): Login {
  const config = new KubeConfig()
  if (kubeconfig === undefined) config.loadFromCluster()
  else config.loadFromFile(kubeconfig)
  if (context !== undefined) config.setCurrentContext(context)
  const cluster = config.getCurrentCluster()
  if (!cluster) {
    const known = config.contexts.map(({ name }) => name).join(', ')
    throw new AppError('invalid', `The kubeconfig ${kubeconfig ?? ''} has no context ${context ?? '(current)'}. It has ${known || 'none'}.`)
  }
  const base = new URL(cluster.server)
  return { config, base, isPlain: base.protocol === 'http:', hasProxy: cluster.proxyUrl !== undefined }
}

/** The kubeconfig as it is now, or as it was while somebody is writing it. */
function reloaded(settings: ConnectionSettings, before: Login): Login {
  try {
    const now = load(settings)
    return now.isPlain === before.isPlain ? now : before
  } catch (error) {
    log.warn('kube.kubeconfig-unreadable', { error: causeText(error) })
    return before
  }
}

async function collect(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer) // safe: no encoding is set, so chunks are buffers
  return Buffer.concat(chunks).toString('utf8')
}
