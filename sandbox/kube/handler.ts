import type { IncomingMessage, ServerResponse } from 'node:http'
import { sendJson, wantedDiscovery, wantedTable } from './answer.ts'
import { merge } from './apply/merge.ts'
import { mediaType, readBody, readObject } from './body.ts'
import { aggregated, apiVersions, groupList, groupOf, resourceList } from './discovery.ts'
import { asObject, isObject, metadataOf, nameOf, namespaceOf, type Json, type JsonObject } from './json.ts'
import { jsonPatch } from './json-patch.ts'
import { listObjects, served } from './list.ts'
import { impersonated } from './impersonation.ts'
import { openApiDocument, openApiIndex } from './openapi.ts'
import { forbidden, isAllowed, type User } from './rbac.ts'
import type { Registry } from './registry.ts'
import type { Resource } from './resource.ts'
import { review } from './reviews.ts'
import { attributesOf, isWatch, routeOf, type Route } from './routes.ts'
import { badRequest, invalid, methodNotAllowed, noSuchPath, unauthorized, unsupportedMedia } from './status-error.ts'
import type { Storage } from './storage.ts'
import { toTable } from './table.ts'
import { startWatch } from './watch.ts'
import { applyObject, createObject, deleteObject, getObject, mergePatch, patchObject, updateObject, type Target } from './write.ts'

export type Backend = {
  readonly storage: Storage
  readonly registry: Registry
  readonly authenticate: (header: string | undefined) => User | null
  readonly byToken: (token: string) => User | null
  readonly url: () => string
  /** Open watches, ended by faults and at close. */
  readonly watches: Set<() => void>
}
type Call = { readonly request: IncomingMessage; readonly response: ServerResponse; readonly url: URL; readonly user: User }

function fixedPath({ registry, url }: Backend, path: string, accept: string): { body: JsonObject; type?: string } | string | null {
  if (path === '/healthz' || path === '/livez' || path === '/readyz' || /^\/(livez|readyz|healthz)\/ping$/.test(path)) return 'ok'
  if (path === '/version' || path === '/version/')
    return {
      body: {
        major: '1',
        minor: '32',
        gitVersion: 'v1.32.0+sandbox',
        gitCommit: '',
        gitTreeState: 'clean',
        buildDate: '1970-01-01T00:00:00Z',
        goVersion: '',
        compiler: '',
        platform: 'linux/amd64',
      },
    }
  const discovery = wantedDiscovery(accept)
  if ((path === '/api' || path === '/apis') && discovery !== null)
    return {
      body: aggregated(registry, path === '/api', discovery),
      type: `application/json;g=apidiscovery.k8s.io;v=${discovery};as=APIGroupDiscoveryList`,
    }
  if (path === '/api') return { body: apiVersions(url()) }
  if (path === '/apis') return { body: groupList(registry) }
  if (path === '/openapi/v3') return { body: openApiIndex(registry) }
  const [, document, group = '', version = ''] = /^\/openapi\/v3\/(apis?)\/(?:([^/]+)\/)?([^/]+)$/.exec(path) ?? []
  if (document !== undefined) return wrap(openApiDocument(registry, group, version))
  const [, root, first, second] = /^\/(apis?)\/([^/]+)(?:\/([^/]+))?$/.exec(path) ?? []
  if (root === 'api' && first !== undefined && second === undefined) return wrap(resourceList(registry, '', first))
  if (root === 'apis' && first !== undefined)
    return wrap(second === undefined ? groupOf(registry, first) : resourceList(registry, first, second))
  return null
}
const wrap = (body: JsonObject | null): { body: JsonObject } | null => (body === null ? null : { body })

/** Answers one request. Throws StatusError for every refusal. */
export async function handle(backend: Backend, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'https://localhost')
  const path = url.pathname.length > 1 ? url.pathname.replace(/\/$/, '') : url.pathname
  const method = request.method ?? 'GET'
  const caller = backend.authenticate(request.headers.authorization)
  if (caller === null) throw unauthorized()
  const user = impersonated(backend.storage, caller, request)
  const route = routeOf(path)
  const attributes = attributesOf(method, path, route, url.searchParams)
  if (!isAllowed(backend.storage, user, attributes)) throw forbidden(user, attributes)
  const accept = request.headers.accept ?? ''
  if (route === null) {
    const fixed = method === 'GET' ? fixedPath(backend, path, accept) : null
    if (fixed === null) throw noSuchPath()
    if (typeof fixed === 'string') return void response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end(fixed)
    return sendJson(response, 200, fixed.body, { gzip: acceptsGzip(request), ...(fixed.type === undefined ? {} : { type: fixed.type }) })
  }
  const call: Call = { request, response, url, user }
  const resource = backend.registry.find(route.group, route.version, route.plural)
  if (resource === undefined) return answerReview(backend, call, route, method)
  const isKnownSub = route.subresource === '' || (route.subresource === 'status' && resource.hasStatus)
  if (!isKnownSub || (resource.isNamespaced && route.namespace === '' && route.name !== '')) throw noSuchPath()
  const readsAll = method === 'GET' || method === 'HEAD'
  if (resource.isNamespaced && route.namespace === '' && !readsAll) throw methodNotAllowed()
  return method === 'GET' ? read(backend, call, route, resource) : write(backend, call, route, resource, method)
}

const acceptsGzip = (request: IncomingMessage): boolean => /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))

async function answerReview(
  { storage, byToken }: Backend,
  { request, response, user }: Call,
  { group, plural }: Route,
  method: string,
): Promise<void> {
  const answer = method === 'POST' ? review({ storage, user, byToken }, group, plural, await readObject(request)) : null
  if (answer === null) throw noSuchPath()
  await sendJson(response, 201, answer)
}

async function send(resource: Resource, { request, response, url }: Call, code: number, body: JsonObject): Promise<void> {
  const table = wantedTable(request.headers.accept ?? '', url.searchParams.get('includeObject'))
  await sendJson(response, code, table === null ? body : toTable(resource, body, table, Date.now()), { gzip: acceptsGzip(request) })
}

async function read(backend: Backend, call: Call, route: Route, resource: Resource): Promise<void> {
  const { storage } = backend
  const { searchParams } = call.url
  const namespace = resource.isNamespaced ? route.namespace : ''
  await storage.durable()
  if (isWatch(searchParams)) return openWatch(backend, call, route, resource)
  if (route.name === '') return send(resource, call, 200, await listObjects(storage, resource, namespace, searchParams))
  await send(resource, call, 200, served(resource, getObject(storage, { resource, namespace, name: route.name })))
}

function openWatch({ storage, watches }: Backend, { request, response, url }: Call, route: Route, resource: Resource): void {
  const table = wantedTable(request.headers.accept ?? '', url.searchParams.get('includeObject'))
  let isFirst = true
  const head = (): void =>
    void (
      response.headersSent ||
      response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-cache, private' }).flushHeaders()
    )
  const query = new URLSearchParams(url.searchParams)
  if (route.name !== '') query.set('fieldSelector', `metadata.name=${route.name}`)
  const stop = startWatch({
    storage,
    resource,
    namespace: resource.isNamespaced ? route.namespace : '',
    query,
    sink: {
      send: (event) => {
        head()
        const isRow = table !== null && event.type !== 'ERROR'
        const object = isRow ? toTable(resource, event.object, { ...table, withColumns: isFirst }, Date.now()) : event.object
        if (isRow) isFirst = false
        response.write(`${JSON.stringify({ type: event.type, object })}\n`)
      },
      end: () => response.end(),
    },
  })
  head()
  const cut = (): void => void response.destroy()
  watches.add(cut)
  response.on('close', () => {
    stop()
    watches.delete(cut)
  })
}

function targetOf({ request, url }: Call, route: Route, resource: Resource, warn: (text: string) => void): Target {
  const { searchParams } = url
  const dryRun = searchParams.getAll('dryRun')
  if (dryRun.some((value) => value !== 'All' && value !== ''))
    throw invalid({ group: 'meta.k8s.io', kind: 'PatchOptions', name: '' }, [
      { type: 'NotSupported', field: 'dryRun', value: dryRun, detail: 'supported values: "All"' },
    ])
  const validation = searchParams.get('fieldValidation')
  return {
    resource,
    namespace: resource.isNamespaced ? route.namespace : '',
    name: route.name,
    subresource: route.subresource === 'status' ? 'status' : '',
    manager: searchParams.get('fieldManager') || (request.headers['user-agent'] ?? '').split('/')[0] || 'unknown',
    isDryRun: dryRun.includes('All'),
    validation: validation === 'Strict' || validation === 'Ignore' ? validation : 'Warn',
    warn,
  }
}

async function write(backend: Backend, call: Call, route: Route, resource: Resource, method: string): Promise<void> {
  const warnings: string[] = []
  const target = targetOf(call, route, resource, (text) => warnings.push(text))
  const { code, body } = await perform(backend, call, target, method)
  await backend.storage.durable()
  if (warnings.length > 0)
    call.response.setHeader(
      'warning',
      warnings.map((text) => `299 - ${JSON.stringify(text)}`),
    )
  await send(resource, call, code, isObject(body['status']) || body['kind'] !== 'Status' ? served(resource, body) : body)
}

async function perform(
  backend: Backend,
  { request, url }: Call,
  target: Target,
  method: string,
): Promise<{ code: number; body: JsonObject }> {
  const { storage } = backend
  const { name } = target
  if (method === 'POST' && name === '') return { code: 201, body: createObject(storage, target, await readObject(request)) }
  if (method === 'PUT' && name !== '') return { code: 200, body: updateObject(storage, target, await readObject(request)) }
  if (method === 'PATCH' && name !== '') return patch(storage, request, url, target)
  if (method === 'DELETE' && target.subresource === '') {
    const options = await readObject(request)
    return name === '' ? removeAll(backend, target, url, options) : remove(backend, target, options)
  }
  throw methodNotAllowed()
}

async function patch(storage: Storage, request: IncomingMessage, url: URL, target: Target): Promise<{ code: number; body: JsonObject }> {
  const type = mediaType(request)
  const body = await readBody(request)
  if (type === 'application/json-patch+json' && Array.isArray(body))
    return { code: 200, body: patchObject(storage, target, {}, (before) => jsonPatch(before, body)) }
  if (!isObject(body)) throw badRequest('the patch is not an object')
  switch (type) {
    case 'application/apply-patch+yaml':
    case 'application/apply-patch+json': {
      if ((url.searchParams.get('fieldManager') ?? '') === '')
        throw invalid({ group: 'meta.k8s.io', kind: 'PatchOptions', name: '' }, [
          { type: 'Required', field: 'fieldManager', detail: 'is required for apply patch' },
        ])
      const applied = applyObject(storage, target, body, url.searchParams.get('force') === 'true')
      return { code: applied.created ? 201 : 200, body: applied.object }
    }
    case 'application/merge-patch+json':
      return { code: 200, body: patchObject(storage, target, body, (before, change) => asObject(mergePatch(before, change))) }
    case 'application/strategic-merge-patch+json':
      if (target.resource.isCustom) break
      return { code: 200, body: patchObject(storage, target, body, (before, change) => strategic(target.resource, before, change)) }
    default:
  }
  throw unsupportedMedia([
    'application/merge-patch+json',
    'application/apply-patch+yaml',
    ...(target.resource.isCustom ? [] : ['application/strategic-merge-patch+json']),
  ])
}

// Keyed lists merge by key, nulls remove; the patch directives ($patch, $retainKeys) are not read.
function strategic(resource: Resource, before: JsonObject, change: JsonObject): JsonObject {
  return asObject(mergePatch(merge(resource.compiled, before, change), withoutLists(change)))
}
const withoutLists = (value: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(value).flatMap(([key, entry]): [string, Json][] =>
      Array.isArray(entry) ? [] : [[key, isObject(entry) ? withoutLists(entry) : entry]],
    ),
  )

const relatedTo = ({ registry }: Backend, { resource, name }: Target): readonly Resource[] => {
  if (resource.group === '' && resource.plural === 'namespaces') return registry.all().filter(({ isNamespaced }) => isNamespaced)
  if (resource.plural === 'customresourcedefinitions') return registry.all().filter(({ group, plural }) => `${plural}.${group}` === name)
  return []
}

function remove(backend: Backend, target: Target, options: JsonObject): { code: number; body: JsonObject } {
  const { resource, name } = target
  const gone = deleteObject(backend.storage, target, options, relatedTo(backend, target))
  const details = {
    name,
    ...(resource.group === '' ? {} : { group: resource.group }),
    kind: resource.plural,
    uid: metadataOf(gone)['uid'] ?? '',
  }
  return { code: 200, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details } }
}

async function removeAll(backend: Backend, target: Target, url: URL, options: JsonObject): Promise<{ code: number; body: JsonObject }> {
  const query = new URLSearchParams(url.searchParams)
  for (const key of ['limit', 'continue', 'resourceVersion']) query.delete(key)
  const found = await listObjects(backend.storage, target.resource, target.namespace, query)
  for (const object of found['items'] as JsonObject[]) {
    // safe: made by listObjects
    const one = { ...target, name: nameOf(object), namespace: namespaceOf(object) }
    deleteObject(backend.storage, one, options, relatedTo(backend, one))
  }
  return { code: 200, body: found }
}
