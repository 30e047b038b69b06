import { send, type Backend, type Call } from './backend.ts'
import { mediaType, readObject } from './body.ts'
import { IMMORTAL } from './core-kinds.ts'
import { isObject, metadataOf, nameOf, namespaceOf, type JsonObject } from './json.ts'
import { listObjects, served } from './list.ts'
import { patch, type Written } from './patch-request.ts'
import type { Resource } from './resource.ts'
import type { Route } from './routes.ts'
import { badRequest, methodNotAllowed, undeletable } from './status-error.ts'
import type { Target } from './admission.ts'
import { checkWriteOptions } from './write-options.ts'
import { createObject, deleteObject, updateObject } from './write.ts'

function targetOf({ request, url }: Call, route: Route, resource: Resource, warn: (text: string) => void): Target {
  const { searchParams } = url
  checkWriteOptions(searchParams, request.method ?? '', mediaType(request).startsWith('application/apply-patch'))
  const validation = searchParams.get('fieldValidation')
  return {
    resource,
    namespace: resource.isNamespaced ? route.namespace : '',
    name: route.name,
    subresource: route.subresource === 'status' ? 'status' : '',
    manager: searchParams.get('fieldManager') || (request.headers['user-agent'] ?? '').split('/')[0] || 'unknown',
    isDryRun: searchParams.getAll('dryRun').includes('All'),
    validation: validation === 'Strict' || validation === 'Ignore' ? validation : 'Warn',
    warn,
  }
}

/** Answers a request that changes something, when the change is on disk. */
export async function write(backend: Backend, call: Call, route: Route, resource: Resource, method: string): Promise<void> {
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

async function perform(backend: Backend, call: Call, target: Target, method: string): Promise<Written> {
  const { storage } = backend
  const { request, url } = call
  const { name } = target
  if (method === 'POST' && name === '') return { code: 201, body: createObject(storage, target, await readObject(request)) }
  if (method === 'PUT' && name !== '') return { code: 200, body: updateObject(storage, target, await readObject(request)) }
  if (method === 'PUT') throw badRequest('name must be provided')
  if (method === 'PATCH' && name !== '') return patch(storage, call, target)
  if (method === 'DELETE' && target.subresource === '') {
    const body = await readObject(request)
    const options = Object.keys(body).length > 0 ? body : optionsIn(url.searchParams)
    if (name === '' && isNamespaces(target.resource)) throw methodNotAllowed()
    return name === '' ? removeAll(backend, target, url, options) : remove(backend, target, options)
  }
  throw methodNotAllowed()
}

const isNamespaces = ({ group, plural }: Resource): boolean => group === '' && plural === 'namespaces'

// Options of a deletion come in the body, else in the query.
const optionsIn = (query: URLSearchParams): JsonObject => ({
  ...(query.has('propagationPolicy') ? { propagationPolicy: query.get('propagationPolicy') } : {}),
  ...(query.has('orphanDependents') ? { orphanDependents: query.get('orphanDependents') === 'true' } : {}),
})

const relatedTo = ({ registry }: Backend, { resource, name }: Target): readonly Resource[] => {
  if (isNamespaces(resource)) return registry.all().filter(({ isNamespaced }) => isNamespaced)
  if (resource.plural === 'customresourcedefinitions') return registry.all().filter(({ group, plural }) => `${plural}.${group}` === name)
  return []
}

function remove(backend: Backend, target: Target, options: JsonObject): Written {
  const { resource, name } = target
  if (isNamespaces(resource) && IMMORTAL.has(name)) throw undeletable(name)
  const { object, isGone } = deleteObject(backend.storage, target, options, relatedTo(backend, target))
  if (!isGone) return { code: 200, body: object }
  const details = {
    name,
    ...(resource.group === '' ? {} : { group: resource.group }),
    kind: resource.plural,
    uid: metadataOf(object)['uid'] ?? '',
  }
  return { code: 200, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details } }
}

async function removeAll(backend: Backend, target: Target, url: URL, options: JsonObject): Promise<Written> {
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
