import type { IncomingMessage } from 'node:http'
import { Agent, request as httpsRequest } from 'node:https'

/** The API server's refusal in its own words. */
export class KubeRefusal extends Error {
  readonly code: number
  readonly reason: string
  constructor(code: number, reason: string, message: string) {
    super(message)
    this.code = code
    this.reason = reason
  }
}

export type KubeTransport = ReturnType<typeof createKubeTransport>

const DEADLINE_MS = 15_000

/** HTTPS with the world's own CA and one bearer token. */
export function createKubeTransport(options: { readonly url: string; readonly caPem: string; readonly token: string }) {
  const agent = new Agent({ keepAlive: true, ca: options.caPem, maxSockets: 64 })

  const open = (
    method: string,
    path: string,
    body: string | undefined,
    contentType: string,
    signal: AbortSignal,
  ): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${options.token}`,
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': contentType }),
      }
      const sent = httpsRequest(new URL(path, options.url), { method, agent, headers, signal }, resolve)
      sent.on('error', reject)
      sent.end(body)
    })

  async function call(method: string, path: string, body?: unknown, contentType = 'application/json'): Promise<unknown> {
    const text = body === undefined ? undefined : JSON.stringify(body)
    const response = await open(method, path, text, contentType, AbortSignal.timeout(DEADLINE_MS))
    const answer = await textOf(response)
    if ((response.statusCode ?? 500) < 400) return answer === '' ? {} : JSON.parse(answer)
    throw refusal(response.statusCode ?? 500, answer)
  }
  return { open, call, close: (): void => agent.destroy() }
}

export async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer) // safe: no encoding is set
  return Buffer.concat(chunks).toString('utf8')
}

/** The Status that the API server answered with, as an error. */
export function refusal(code: number, answer: string): KubeRefusal {
  try {
    const status = JSON.parse(answer) as { reason?: string; message?: string } // safe: a Status, read leniently
    return new KubeRefusal(code, status.reason ?? '', status.message ?? answer)
  } catch {
    return new KubeRefusal(code, '', answer)
  }
}
