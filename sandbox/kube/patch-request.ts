import { merge } from './apply/merge.ts'
import type { Call } from './backend.ts'
import { mediaType, readBody } from './body.ts'
import { asObject, isObject, type Json, type JsonObject } from './json.ts'
import { jsonPatch } from './json-patch.ts'
import { mergePatch } from './merge-patch.ts'
import { forbidden, isAllowed } from './rbac.ts'
import type { Resource } from './resource.ts'
import { badRequest, invalid, unsupportedMedia, type StatusError } from './status-error.ts'
import type { Storage } from './storage.ts'
import type { Target } from './admission.ts'
import { applyObject, patchObject } from './write.ts'

export type Written = { readonly code: number; readonly body: JsonObject }

/** Answers a PATCH in any of the four forms. Throws 415 for another. */
export async function patch(storage: Storage, { request, url, user }: Call, target: Target): Promise<Written> {
  const type = mediaType(request)
  const body = await readBody(request)
  if (type === 'application/json-patch+json') {
    if (!Array.isArray(body)) throw undecodable(body, '[]handlers.jsonPatchOp')
    return { code: 200, body: patchObject(storage, target, {}, (before) => jsonPatch(before, body)) }
  }
  if (!isObject(body)) throw undecodable(body, 'map[string]interface {}')
  switch (type) {
    case 'application/apply-patch+yaml':
    case 'application/apply-patch+json': {
      if ((url.searchParams.get('fieldManager') ?? '') === '')
        throw invalid({ group: 'meta.k8s.io', kind: 'PatchOptions', name: '' }, [
          { type: 'Required', field: 'fieldManager', detail: 'is required for apply patch' },
        ])
      const mayCreate = (): void => {
        const { resource, namespace, name } = target
        const attributes = { verb: 'create', group: resource.group, resource: resource.plural, subresource: '', namespace, name, path: '' }
        if (!isAllowed(storage, user, attributes)) throw forbidden(user, attributes)
      }
      const applied = applyObject(storage, target, body, url.searchParams.get('force') === 'true', mayCreate)
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
    'application/json-patch+json',
    'application/merge-patch+json',
    'application/apply-patch+yaml',
    ...(target.resource.isCustom ? [] : ['application/strategic-merge-patch+json']),
  ])
}

const undecodable = (body: Json, wanted: string): StatusError => {
  const found = Array.isArray(body) ? 'array' : typeof body === 'boolean' ? 'bool' : typeof body
  return badRequest(`error decoding patch: json: cannot unmarshal ${found} into Go value of type ${wanted}`)
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
