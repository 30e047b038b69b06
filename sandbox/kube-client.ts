import type { IncomingMessage } from 'node:http'
import { createKubeTransport, KubeRefusal, type KubeTransport, refusal, textOf } from './kube-transport.ts'

export { KubeRefusal } from './kube-transport.ts'

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

export type KubeEvent = { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: KubeObject }

export type KubeClient = ReturnType<typeof createKubeClient>

/** A small client of one identity: server-side apply, reads, deletes, and a watch that never gives up. */
export function createKubeClient(options: { readonly url: string; readonly caPem: string; readonly token: string }) {
  const { call, open, close } = createKubeTransport(options)
  const pathOf = createPathFinder(call)
  const refPath = (ref: ObjectRef): Promise<string> => pathOf(ref, ref.name)

  return {
    call,
    pathOf,
    close,

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
    watch: async (
      ref: { apiVersion: string; kind: string },
      from: string,
      onEvent: (event: KubeEvent) => void,
      signal: AbortSignal,
    ): Promise<void> =>
      readEvents(await open('GET', `${await pathOf(ref)}?watch=true&resourceVersion=${from}`, undefined, '', signal), onEvent),
  }
}

export const refOf = ({ apiVersion, kind, metadata }: KubeObject): ObjectRef => ({
  apiVersion,
  kind,
  name: metadata.name,
  ...(metadata.namespace !== undefined && { namespace: metadata.namespace }),
})

type Place = { readonly plural: string; readonly namespaced: boolean }

/** Finds where objects of a kind live, by discovery, and remembers it. */
function createPathFinder(call: KubeTransport['call']) {
  const places = new Map<string, Place>()
  return async (ref: { apiVersion: string; kind: string; namespace?: string | undefined }, name?: string): Promise<string> => {
    const base = ref.apiVersion.includes('/') ? `/apis/${ref.apiVersion}` : `/api/${ref.apiVersion}`
    const key = `${ref.apiVersion} ${ref.kind}`
    if (!places.has(key)) {
      const { resources } = (await call('GET', base)) as { resources: { name: string; kind: string; namespaced: boolean }[] } // safe: APIResourceList
      for (const { name: plural, kind, namespaced } of resources) {
        if (!plural.includes('/')) places.set(`${ref.apiVersion} ${kind}`, { plural, namespaced })
      }
    }
    const found = places.get(key)
    if (found === undefined) throw new KubeRefusal(404, 'NotFound', `no matches for kind "${ref.kind}" in version "${ref.apiVersion}"`)
    const namespace = found.namespaced && ref.namespace !== undefined ? `/namespaces/${ref.namespace}` : ''
    return `${base}${namespace}/${found.plural}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`
  }
}

type WireEvent = { readonly type: string; readonly object: KubeObject & { readonly code?: number; readonly message?: string } }

const isChange = (event: WireEvent): event is WireEvent & KubeEvent => ['ADDED', 'MODIFIED', 'DELETED'].includes(event.type)

async function readEvents(response: IncomingMessage, onEvent: (event: KubeEvent) => void): Promise<void> {
  if ((response.statusCode ?? 500) >= 400) throw refusal(response.statusCode ?? 500, await textOf(response))
  let waiting = ''
  response.setEncoding('utf8')
  for await (const chunk of response) {
    const lines = (waiting + String(chunk)).split('\n')
    waiting = lines.pop() ?? ''
    for (const line of lines.filter((one) => one !== '')) {
      const event = JSON.parse(line) as WireEvent // safe: what a watch sends
      if (event.type === 'ERROR') throw new KubeRefusal(event.object.code ?? 500, 'Watch', event.object.message ?? 'watch failed')
      if (isChange(event)) onEvent(event)
    }
  }
}
