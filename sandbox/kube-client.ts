import { request as httpsRequest, Agent } from 'node:https'
import type { IncomingMessage } from 'node:http'
import { log, wordsOf } from './log.ts'

export type KubeObject = {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly uid?: string
    readonly resourceVersion?: string
    readonly generation?: number
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
    readonly creationTimestamp?: string
  }
  readonly [field: string]: unknown
}

export type ObjectRef = {
  readonly apiVersion: string
  readonly kind: string
  readonly namespace?: string | undefined
  readonly name: string
}

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

export type KubeEvent = { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: KubeObject }

export type KubeClient = ReturnType<typeof createKubeClient>

const DEADLINE_MS = 15_000

/** A small client of one identity: server-side apply, reads, deletes, and a watch that never gives up. */
export function createKubeClient(options: { readonly url: string; readonly caPem: string; readonly token: string }) {
  const agent = new Agent({ keepAlive: true, ca: options.caPem, maxSockets: 32 })
  const plurals = new Map<string, { readonly plural: string; readonly namespaced: boolean }>()

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

  /** Where objects of this kind live; found by discovery and remembered. */
  async function pathOf(ref: { apiVersion: string; kind: string; namespace?: string | undefined }, name?: string): Promise<string> {
    const base = ref.apiVersion.includes('/') ? `/apis/${ref.apiVersion}` : `/api/${ref.apiVersion}`
    const key = `${ref.apiVersion} ${ref.kind}`
    if (!plurals.has(key)) {
      const { resources } = (await call('GET', base)) as { resources: { name: string; kind: string; namespaced: boolean }[] } // safe: APIResourceList
      for (const { name: plural, kind, namespaced } of resources) {
        if (!plural.includes('/')) plurals.set(`${ref.apiVersion} ${kind}`, { plural, namespaced })
      }
    }
    const found = plurals.get(key)
    if (found === undefined) throw new KubeRefusal(404, 'NotFound', `no matches for kind "${ref.kind}" in version "${ref.apiVersion}"`)
    const place = found.namespaced && ref.namespace !== undefined ? `/namespaces/${ref.namespace}` : ''
    return `${base}${place}/${found.plural}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`
  }
  const refPath = (ref: ObjectRef): Promise<string> => pathOf(ref, ref.name)

  return {
    call,
    pathOf,
    close: () => agent.destroy(),

    /** Server-side apply, forced. `subresource` is `status` for what an operator reports. */
    async apply(document: KubeObject, fieldManager: string, subresource?: 'status'): Promise<KubeObject> {
      const path = await refPath(refOf(document))
      const query = new URLSearchParams({ fieldManager, force: 'true' })
      const answer = await call(
        'PATCH',
        `${path}${subresource ? `/${subresource}` : ''}?${query}`,
        document,
        'application/apply-patch+yaml',
      )
      return answer as KubeObject // safe: the API server answers a patch with the object
    },

    /** The object, or undefined when there is none. */
    async get(ref: ObjectRef): Promise<KubeObject | undefined> {
      try {
        return (await call('GET', await refPath(ref))) as KubeObject // safe: as above
      } catch (cause) {
        if (cause instanceof KubeRefusal && cause.code === 404) return undefined
        throw cause
      }
    },

    /** Deletes the object; one that is not there is fine. */
    async remove(ref: ObjectRef): Promise<void> {
      try {
        await call('DELETE', await refPath(ref))
      } catch (cause) {
        if (!(cause instanceof KubeRefusal && cause.code === 404)) throw cause
      }
    },

    async list(ref: { apiVersion: string; kind: string; namespace?: string }): Promise<{ items: KubeObject[]; resourceVersion: string }> {
      const answer = (await call('GET', await pathOf(ref))) as { items: KubeObject[]; metadata: { resourceVersion: string } } // safe: a list
      const items = answer.items.map((found) => ({ ...found, apiVersion: ref.apiVersion, kind: ref.kind }))
      return { items, resourceVersion: answer.metadata.resourceVersion }
    },

    /** The first of these `group/version`s that is served and has the kind. */
    async firstServed(apiVersions: readonly string[], kind: string): Promise<string | undefined> {
      for (const apiVersion of apiVersions) {
        try {
          await pathOf({ apiVersion, kind })
          return apiVersion
        } catch (cause) {
          if (!(cause instanceof KubeRefusal && cause.code === 404)) throw cause
        }
      }
      return undefined
    },

    /** One watch from a resource version on; resolves when the server ends it. */
    async watch(
      ref: { apiVersion: string; kind: string },
      from: string,
      onEvent: (event: KubeEvent) => void,
      signal: AbortSignal,
    ): Promise<void> {
      const response = await open('GET', `${await pathOf(ref)}?watch=true&resourceVersion=${from}`, undefined, '', signal)
      if ((response.statusCode ?? 500) >= 400) throw refusal(response.statusCode ?? 500, await textOf(response))
      let waiting = ''
      response.setEncoding('utf8')
      for await (const chunk of response) {
        const lines = (waiting + String(chunk)).split('\n')
        waiting = lines.pop() ?? ''
        for (const line of lines) {
          if (line === '') continue
          const event = JSON.parse(line) as KubeEvent | { type: 'ERROR' | 'BOOKMARK'; object: { code?: number; message?: string } } // safe: a watch event
          if (event.type === 'ERROR') throw new KubeRefusal(event.object.code ?? 500, 'Watch', event.object.message ?? 'watch failed')
          if (event.type !== 'BOOKMARK') onEvent(event)
        }
      }
    },
  }
}

export const refOf = ({ apiVersion, kind, metadata }: KubeObject): ObjectRef => ({
  apiVersion,
  kind,
  name: metadata.name,
  ...(metadata.namespace !== undefined && { namespace: metadata.namespace }),
})

/** Keeps a copy of all objects of a kind: lists, watches, and begins anew with backoff whenever either ends. */
export function mirror(
  client: KubeClient,
  ref: { readonly apiVersion: string; readonly kind: string },
  onChange: (objects: ReadonlyMap<string, KubeObject>, event?: KubeEvent) => void,
): { readonly close: () => void } {
  const stop = new AbortController()
  const objects = new Map<string, KubeObject>()
  const key = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ''}/${metadata.name}`
  async function once(): Promise<void> {
    const { items, resourceVersion } = await client.list(ref)
    objects.clear()
    for (const found of items) objects.set(key(found), found)
    onChange(objects)
    await client.watch(
      ref,
      resourceVersion,
      (event) => {
        if (event.type === 'DELETED') objects.delete(key(event.object))
        else objects.set(key(event.object), event.object)
        onChange(objects, event)
      },
      stop.signal,
    )
  }
  async function forever(): Promise<void> {
    let pauseMs = 100
    while (!stop.signal.aborted) {
      try {
        await once()
        pauseMs = 100
      } catch (cause) {
        if (stop.signal.aborted) return
        log.warn('kube.watch.ended', { kind: ref.kind, words: wordsOf(cause) })
        pauseMs = Math.min(pauseMs * 2, 3_000)
      }
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
    }
  }
  void forever()
  return { close: () => stop.abort() }
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer) // safe: no encoding is set
  return Buffer.concat(chunks).toString('utf8')
}

function refusal(code: number, answer: string): KubeRefusal {
  try {
    const status = JSON.parse(answer) as { reason?: string; message?: string } // safe: a Status, read leniently
    return new KubeRefusal(code, status.reason ?? '', status.message ?? answer)
  } catch {
    return new KubeRefusal(code, '', answer)
  }
}
