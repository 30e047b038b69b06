import { KubeConfig } from '@kubernetes/client-node'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request as send, type RequestOptions } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { asList, asObject, asText, parseJson, type Json, type JsonObject } from '../json.ts'
import { startKubeServer } from '../server.ts'

export type Reply = {
  readonly code: number
  readonly body: JsonObject
  readonly text: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}
export type Call = {
  readonly body?: Json | string
  readonly type?: string
  readonly accept?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly anonymous?: boolean
}
export type WatchEvent = { readonly type: string; readonly object: JsonObject }
/** One API server under test and the names that this test run may use in it. */
export type Cluster = {
  readonly kubeconfig: string
  readonly config: KubeConfig
  readonly namespace: string
  readonly group: string
  call(method: string, path: string, options?: Call): Promise<Reply>
  /** Watch events up to the one that `until` accepts, or until the server ends the watch. */
  watch(path: string, until: (event: WatchEvent) => boolean, meanwhile?: () => Promise<unknown>, accept?: string): Promise<WatchEvent[]>
  stop(): Promise<void>
}

const bodyText = ({ body }: Call): string => (body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body))

async function embedded(): Promise<{ kubeconfig: string; stop: () => Promise<void> }> {
  const dir = mkdtempSync(join(tmpdir(), 'vortex-kube-'))
  const server = await startKubeServer({ dir, users: [{ name: 'admin', username: 'contract-admin', groups: ['system:masters'] }] })
  const kubeconfig = join(dir, 'kubeconfig')
  writeFileSync(kubeconfig, server.kubeconfig(['admin']), { mode: 0o600 })
  const stop = async (): Promise<void> => {
    await server.close()
    rmSync(dir, { recursive: true, force: true })
  }
  return { kubeconfig, stop }
}

/** Whether the tests are asked of another server than the embedded one. */
export const isGivenOther = (): boolean => process.env['KUBE_CONTRACT_KUBECONFIG'] !== undefined

/**
 * The server that KUBE_CONTRACT_KUBECONFIG names (any Kubernetes with an administrator's rights), else an embedded one. Makes a namespace, called by
 * KUBE_CONTRACT_NAMESPACE and an id of its own, because files run side by side; on stop removes it and every CRD of its own group.
 */
export async function openCluster(given = process.env['KUBE_CONTRACT_KUBECONFIG'] ?? 'embedded'): Promise<Cluster> {
  const { kubeconfig, stop } = given === 'embedded' ? await embedded() : { kubeconfig: given, stop: async () => undefined }
  const config = new KubeConfig()
  config.loadFromString(readFileSync(kubeconfig, 'utf8'))
  const id = Math.random().toString(36).slice(2, 8)
  const [namespace, group] = [`${process.env['KUBE_CONTRACT_NAMESPACE'] ?? 'contract'}-${id}`, `c${id}.vortex.test`]

  const options = async (method: string, path: string, { accept, headers, type, body, anonymous }: Call): Promise<RequestOptions> => {
    const url = new URL(path, config.getCurrentCluster()?.server)
    const base: RequestOptions = { method, hostname: url.hostname, port: url.port, path: `${url.pathname}${url.search}`, headers: {} }
    await config.applyToHTTPSOptions(base)
    const own = {
      accept: accept ?? 'application/json',
      'user-agent': 'contract/1',
      ...(body === undefined
        ? {}
        : { 'content-type': type ?? 'application/json', 'content-length': String(Buffer.byteLength(bodyText({ body }))) }),
      ...headers,
    }
    const known = anonymous ? {} : { ...(base.headers as Record<string, string>) } // safe: client-node sets a plain record
    return { ...base, headers: { ...known, ...own } }
  }
  const call: Cluster['call'] = async (method, path, asked = {}) => {
    const settings = await options(method, path, asked)
    return new Promise((resolve, reject) => {
      const request = send(settings, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8')
          // The lines of a watch are JSON each, together they are not.
          const isJson = (response.headers['content-type'] ?? '').includes('json') && text !== '' && !path.includes('watch=true')
          resolve({ code: response.statusCode ?? 0, text, headers: response.headers, body: isJson ? asObject(parseJson(text)) : {} })
        })
      })
      request.on('error', reject)
      request.end(bodyText(asked))
    })
  }
  const watch: Cluster['watch'] = async (path, until, meanwhile, accept) => {
    const settings = await options('GET', path, accept === undefined ? {} : { accept })
    const events: WatchEvent[] = []
    const done = new Promise<WatchEvent[]>((resolve, reject) => {
      const request = send(settings, (response) => {
        let rest = ''
        response.on('data', (chunk: Buffer) => {
          const lines = (rest + chunk.toString('utf8')).split('\n')
          rest = lines.pop() ?? ''
          for (const line of lines) {
            const event = asObject(parseJson(line))
            events.push({ type: asText(event['type']), object: asObject(event['object']) })
            const last = events.at(-1)
            if (last && until(last)) {
              request.destroy()
              resolve(events)
              return
            }
          }
        })
        response.on('end', () => resolve(events))
        response.on('error', () => resolve(events))
        meanwhile?.().catch(reject)
      })
      request.on('error', (error) => (events.length > 0 ? resolve(events) : reject(error)))
      request.end()
    })
    return done
  }
  const made = await call('POST', '/api/v1/namespaces', { body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } } })
  if (made.code !== 201) throw new Error(`cannot make the namespace of the contract tests: ${made.text}`)
  return {
    kubeconfig,
    config,
    namespace,
    group,
    call,
    watch,
    stop: async () => {
      const crds = await call('GET', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions')
      const own = asList(crds.body['items'])
        .map(asObject)
        .filter((crd) => asObject(crd['spec'])['group'] === group)
      for (const crd of own)
        await call('DELETE', `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${asText(asObject(crd['metadata'])['name'])}`)
      await call('DELETE', `/api/v1/namespaces/${namespace}`)
      await stop()
    },
  }
}

/** Creates a CRD of the test's group and waits until its kind is served; gives the path of its collection in the test's namespace. */
export async function createCrd(
  cluster: Cluster,
  plural: string,
  kind: string,
  schema: JsonObject,
  version: JsonObject = {},
): Promise<string> {
  const { group, namespace } = cluster
  const body = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { plural, kind, singular: kind.toLowerCase(), listKind: `${kind}List` },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema }, ...version }],
    },
  }
  const made = await cluster.call('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', { body })
  if (made.code !== 201) throw new Error(`the CRD was refused: ${made.text}`)
  const path = `/apis/${group}/v1/namespaces/${namespace}/${plural}`
  for (let round = 0; round < 100; round++) {
    if ((await cluster.call('GET', path)).code === 200) return path
    await sleep(100)
  }
  throw new Error(`the CRD ${plural}.${group} is not served`)
}

/** The messages of details.causes by field. */
export const causesOf = (reply: Reply): Record<string, string> =>
  Object.fromEntries(
    asList(asObject(reply.body['details'])['causes'])
      .map(asObject)
      .map((cause) => [asText(cause['field']), asText(cause['message'])]),
  )

export const metadataIn = (reply: Reply): JsonObject => asObject(reply.body['metadata'])
