import { admit, checkKind, decoded, isEmptyMeta, now, pruned, SERVER_SET, type Target } from './admission.ts'
import { applyConfig, trackUpdate, type Writer } from './apply/managers.ts'
import { asObject, asText, equal, metadataOf, nameOf, namespaceOf, versionOf, without, type JsonObject } from './json.ts'
import { finalizersOf, isBeingDeleted, markDeleted, policyOf } from './finalizers.ts'
import { generatedName } from './names.ts'
import { apiVersionOf, keyOf, shelfOf, type Resource } from './resource.ts'
import { prune } from './schema/prune.ts'
import { alreadyExists, badRequest, conflict, internal, invalid, notFound } from './status-error.ts'
import type { Storage } from './storage.ts'

const writerOf = ({ manager, resource, subresource }: Target, operation: Writer['operation']): Writer => ({
  name: manager,
  operation,
  subresource,
  apiVersion: apiVersionOf(resource),
})
const withVersion = (object: JsonObject, resourceVersion: string): JsonObject => ({
  ...object,
  metadata: { ...metadataOf(object), resourceVersion },
})

function save(storage: Storage, target: Target, object: JsonObject, before: JsonObject | null): JsonObject {
  const { resource, isDryRun } = target
  // Who takes the last finalizer off a deleted object deletes it.
  if (before !== null && isBeingDeleted(before) && finalizersOf(object).length === 0)
    return isDryRun ? withVersion(object, versionOf(before)) : drop(storage, resource, object)
  // A write that changes nothing makes no new version.
  if (before !== null && equal(withVersion(object, versionOf(before)), before)) return before
  if (isDryRun) return before === null ? object : withVersion(object, versionOf(before))
  return storage.put(shelfOf(resource), keyOf(resource.isNamespaced ? target.namespace : '', nameOf(object)), (version) =>
    withVersion(object, version),
  )
}

const NAMESPACES = '/namespaces'

function needNamespace(storage: Storage, { resource, namespace }: Target): void {
  if (resource.isNamespaced && storage.get(NAMESPACES, keyOf('', namespace)) === undefined)
    throw notFound({ group: '', plural: 'namespaces' }, namespace)
}

const stripStatus = (resource: Resource, object: JsonObject): JsonObject => {
  if (resource.group === '' && resource.plural === 'namespaces')
    return { ...object, spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } }
  return resource.hasStatus ? without(object, 'status') : object
}

/** Creates an object. 409 when it exists, 404 without its namespace, 422 when it is not valid. */
export function createObject(storage: Storage, target: Target, body: JsonObject): JsonObject {
  const { resource, namespace } = target
  checkKind(target, body)
  needNamespace(storage, target)
  const metadata = metadataOf(body)
  if (asText(metadata['resourceVersion']) !== '') throw internal('resourceVersion should not be set on objects to be created')
  const name = nameOf(body) || (asText(metadata['generateName']) === '' ? '' : generatedName(asText(metadata['generateName'])))
  const draft = stripStatus(resource, pruned(target, { ...body, metadata: { ...without(metadata, ...SERVER_SET), name } }))
  const object = admit(target, draft, null)
  if (storage.get(shelfOf(resource), keyOf(resource.isNamespaced ? namespace : '', name))) throw alreadyExists(resource, name)
  const tracked = trackUpdate({ schema: resource.compiled, before: null, after: object, writer: writerOf(target, 'Update'), now: now() })
  return save(storage, target, tracked, null)
}

export function getObject(storage: Storage, { resource, namespace, name }: Pick<Target, 'resource' | 'namespace' | 'name'>): JsonObject {
  const found = storage.get(shelfOf(resource), keyOf(resource.isNamespaced ? namespace : '', name))
  if (found === undefined) throw notFound(resource, name)
  return found
}

/** What a write may touch: the main endpoint leaves status alone, the status endpoint leaves everything else alone. */
function scoped({ resource, subresource }: Target, after: JsonObject, before: JsonObject): JsonObject {
  if (subresource === 'status') return after['status'] === undefined ? without(before, 'status') : { ...before, status: after['status'] }
  if (!resource.hasStatus) return after
  return before['status'] === undefined ? without(after, 'status') : { ...after, status: before['status'] }
}

function checkPreconditions({ resource, name }: Target, body: JsonObject, before: JsonObject): void {
  const { uid, resourceVersion } = metadataOf(body)
  if (typeof uid === 'string' && uid !== '' && uid !== metadataOf(before)['uid'])
    throw conflict(
      resource,
      name,
      `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${asText(metadataOf(before)['uid'])}`,
    )
  if (typeof resourceVersion === 'string' && resourceVersion !== '' && resourceVersion !== versionOf(before)) throw conflict(resource, name)
}

function replace(storage: Storage, target: Target, body: JsonObject, before: JsonObject): JsonObject {
  const { resource } = target
  checkKind(target, body)
  checkPreconditions(target, body, before)
  const submitted = metadataOf(body)['managedFields']
  const isReset = Array.isArray(submitted) && submitted.length === 1 && isEmptyMeta(submitted[0])
  const old = isReset ? { ...before, metadata: without(metadataOf(before), 'managedFields') } : before
  const draft = scoped(target, pruned(target, body), old)
  const object = admit(target, { ...draft, metadata: { ...without(metadataOf(draft), 'managedFields'), name: nameOf(before) } }, before)
  const tracked = trackUpdate({ schema: resource.compiled, before: old, after: object, writer: writerOf(target, 'Update'), now: now() })
  return save(storage, target, tracked, before)
}

/** Replaces an object (PUT). 409 when its resourceVersion is not the current one; custom kinds must carry one. */
export function updateObject(storage: Storage, target: Target, body: JsonObject): JsonObject {
  const { resource, name } = target
  const before = getObject(storage, target)
  if (resource.isCustom && versionOf(body) === '')
    throw invalid({ group: resource.group, kind: resource.plural, name }, [
      { type: 'Invalid', field: 'metadata.resourceVersion', value: 0, detail: 'must be specified for an update' },
    ])
  return replace(storage, target, body, before)
}

/** JSON merge patch (RFC 7386). `lists` merges keyed lists too, which is what strategic merge does for the built-in kinds here. */
export function patchObject(
  storage: Storage,
  target: Target,
  patch: JsonObject,
  mergeValues: (before: JsonObject, patch: JsonObject) => JsonObject,
): JsonObject {
  const before = getObject(storage, target)
  const patched = mergeValues({ ...before, apiVersion: apiVersionOf(target.resource) }, patch)
  return replace(storage, target, patched, before)
}

/** Server-side apply. Creates what does not exist (`mayCreate` refuses by throwing). `created` says so, for the status code. */
export function applyObject(
  storage: Storage,
  target: Target,
  config: JsonObject,
  isForced: boolean,
  mayCreate: () => void,
): { readonly object: JsonObject; readonly created: boolean } {
  const { resource, namespace, name, subresource } = target
  checkKind(target, config)
  if (metadataOf(config)['managedFields'] !== undefined && metadataOf(config)['managedFields'] !== null)
    throw badRequest('metadata.managedFields must be nil')
  needNamespace(storage, target)
  const before = storage.get(shelfOf(resource), keyOf(resource.isNamespaced ? namespace : '', name)) ?? null
  if (before === null && subresource !== '') throw notFound(resource, name)
  if (before === null) mayCreate()
  const uid = asText(metadataOf(config)['uid'])
  if (before === null && uid !== '')
    throw conflict(resource, name, `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`)
  if (before !== null) checkPreconditions(target, config, before)
  const unknown: string[] = []
  const known = asObject(prune(resource.compiled, decoded(resource, config), unknown))
  if (unknown.length > 0) {
    const title = `${namespaceOf(config)}/${name}; ${resource.group}/${resource.version}, Kind=${resource.kind}`
    throw internal(
      `failed to create typed patch object (${title}): ${unknown.length > 1 ? 'errors:\n  ' : ''}${unknown.map((path) => `.${path}: field not declared in schema`).join('\n  ')}`,
    )
  }
  const allowed = subresource === 'status' ? { status: known['status'] ?? {}, metadata: { name } } : stripApplied(resource, known)
  const start = before ?? { metadata: { name } }
  const applied = applyConfig({ schema: resource.compiled, live: start, config: { apiVersion: apiVersionOf(resource), kind: resource.kind, ...allowed, metadata: { ...without(metadataOf(allowed), ...SERVER_SET), name } }, writer: writerOf(target, 'Apply'), force: isForced, now: now() }) // prettier-ignore
  const scopedObject =
    before === null
      ? resource.group === '' && resource.plural === 'namespaces'
        ? stripStatus(resource, applied)
        : applied
      : scoped(target, applied, before)
  const draft = {
    ...scopedObject,
    metadata:
      subresource === 'status' && before !== null
        ? { ...metadataOf(before), managedFields: metadataOf(applied)['managedFields'] ?? [] }
        : metadataOf(scopedObject),
  }
  return { object: save(storage, target, admit(target, draft, before), before), created: before === null }
}

const stripApplied = (resource: Resource, config: JsonObject): JsonObject => (resource.hasStatus ? without(config, 'status') : config)

/** Deletes an object and, for a namespace or a CRD, everything in it. Gives its last state; while finalizers hold it, it is there still. */
export function deleteObject(
  storage: Storage,
  target: Target,
  options: JsonObject,
  related: readonly Resource[],
): { readonly object: JsonObject; readonly isGone: boolean } {
  const { resource, name, isDryRun } = target
  const before = getObject(storage, target)
  const policy = policyOf(options)
  checkPreconditions(target, { metadata: asObject(options['preconditions']) }, before)
  const marked = markDeleted(resource, before, policy, now())
  if (finalizersOf(marked).length > 0) return { object: save(storage, target, marked, before), isGone: false }
  if (isDryRun) return { object: before, isGone: true }
  for (const inner of related) {
    for (const object of storage.list(shelfOf(inner))) {
      if (resource.plural !== 'namespaces' || namespaceOf(object) === name) drop(storage, inner, object)
    }
  }
  return { object: drop(storage, resource, before), isGone: true }
}

const drop = (storage: Storage, resource: Resource, object: JsonObject): JsonObject =>
  storage.remove(shelfOf(resource), keyOf(namespaceOf(object), nameOf(object)), (version) => withVersion(object, version))
