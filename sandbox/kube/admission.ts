import { randomUUID } from 'node:crypto'
import { asObject, asText, equal, isObject, metadataOf, nameOf, namespaceOf, without, type Json, type JsonObject } from './json.ts'
import { finalizerProblems } from './finalizers.ts'
import { metadataProblems } from './names.ts'
import { apiVersionOf, type Resource } from './resource.ts'
import { hasRules } from './schema/compile.ts'
import { checkRules } from './schema/cel.ts'
import { fillDefaults, prune } from './schema/prune.ts'
import { validate } from './schema/validate.ts'
import { badRequest, invalid, type FieldProblem } from './status-error.ts'

/** Where a write goes and how the caller asked for it. */
export type Target = {
  readonly resource: Resource
  readonly namespace: string
  readonly name: string
  readonly subresource: '' | 'status'
  readonly manager: string
  readonly isDryRun: boolean
  readonly validation: 'Strict' | 'Warn' | 'Ignore'
  readonly warn: (text: string) => void
}

/** The present time as object metadata holds it: RFC 3339, whole seconds. */
export const now = (): string => `${new Date().toISOString().slice(0, 19)}Z`
export const isEmptyMeta = (value: Json | undefined): boolean => value === null || (isObject(value) && Object.keys(value).length === 0)
/** Metadata that only the server sets; what a client sends of it is dropped. */
export const SERVER_SET = [
  'uid',
  'creationTimestamp',
  'generation',
  'resourceVersion',
  'managedFields',
  'selfLink',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
] as const

/** Refuses a body that is not an object of this kind. */
export function checkKind({ resource, namespace, name }: Target, body: JsonObject): void {
  const wanted = apiVersionOf(resource)
  if (asText(body['apiVersion']) !== wanted)
    throw badRequest(`the API version in the data (${asText(body['apiVersion'])}) does not match the expected API version (${wanted})`)
  const kind = asText(body['kind'])
  if (kind !== resource.kind && resource.isCustom && kind !== '')
    throw invalid({ group: resource.group, kind, name: nameOf(body) }, [
      { type: 'Invalid', field: 'kind', value: kind, detail: `must be ${resource.kind}` },
    ])
  if (kind !== resource.kind) throw badRequest(`the kind in the data (${kind}) does not match the expected kind (${resource.kind})`)
  const given = namespaceOf(body)
  if (resource.isNamespaced && given !== '' && given !== namespace)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
  if (name !== '' && nameOf(body) !== '' && nameOf(body) !== name)
    throw badRequest(`the name of the object (${nameOf(body)}) does not match the name on the URL (${name})`)
}

// Typed decoding in Go reads null as absent; custom objects keep theirs, outside metadata.
function withoutNulls(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, entry]): [string, Json][] => (entry === null ? [] : [[key, withoutNulls(entry)]])),
  )
}
export const decoded = ({ isCustom }: Resource, body: JsonObject): JsonObject =>
  isCustom ? { ...body, metadata: withoutNulls(metadataOf(body)) } : asObject(withoutNulls(body))

/** The body without what its schema does not know. Throws 400 for unknown fields when the caller asked for strictness, else warns. */
export function pruned({ resource, validation, warn }: Target, body: JsonObject): JsonObject {
  const unknown: string[] = []
  const kept = asObject(prune(resource.compiled, decoded(resource, body), unknown))
  if (resource.isCustom) unknown.sort()
  if (unknown.length > 0 && validation === 'Strict')
    throw badRequest(
      `${resource.kind} in version "${resource.version}" cannot be handled as a ${resource.kind}: strict decoding error: ${unknown.map((path) => `unknown field "${path}"`).join(', ')}`,
    )
  if (validation === 'Warn') for (const path of unknown) warn(`unknown field "${path}"`)
  return kept
}

/** Defaults, system fields, generation and every check; gives what would be stored (still without its new resourceVersion). */
export function admit(target: Target, draft: JsonObject, before: JsonObject | null): JsonObject {
  const { resource } = target
  const filled = asObject(fillDefaults(resource.compiled, draft))
  const stamped = stamp(target, filled, before)
  const admitted = resource.admit?.(stamped, before) ?? { object: stamped, problems: [] }
  const shape = validate(resource.compiled, admitted.object)
  refuseUndecodable(resource, shape)
  const problems: FieldProblem[] = [
    ...metadataProblems(resource, admitted.object),
    ...finalizerProblems(resource, admitted.object, before),
    ...admitted.problems,
    ...shape,
  ]
  const isBlocked = shape.some(({ type }) => type !== 'Invalid' && type !== 'Forbidden' && type !== 'Duplicate')
  if (!isBlocked) problems.push(...checkRules(resource.compiled, admitted.object, before ?? undefined))
  else if (hasRules(resource.compiled)) problems.push({ type: 'Invalid', field: '<nil>', value: null, detail: 'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation' }) // prettier-ignore
  if (problems.length > 0) throw invalid({ group: resource.group, kind: resource.kind, name: nameOf(stamped) }, problems)
  return admitted.object
}

// Built-in kinds and all metadata are Go structs: a value of another type is refused before anything is validated.
function refuseUndecodable({ kind, version, isCustom }: Resource, problems: readonly FieldProblem[]): void {
  const found = problems.find(({ type, field }) => type === 'TypeInvalid' && (!isCustom || field.startsWith('metadata.')))
  if (found === undefined) return
  const value = found.value === 'integer' ? 'number' : found.value === 'boolean' ? 'bool' : asText(found.value)
  const wanted = /must be of type (\S+):/.exec(found.detail)?.[1] ?? ''
  const place = isCustom ? found.field.replace(/^metadata/, 'ObjectMeta') : `${kind}.${found.field}`
  throw badRequest(
    `${kind} in version "${version}" cannot be handled as a ${kind}: json: cannot unmarshal ${value} into Go struct field ${place} of type ${wanted}`,
  )
}

function stamp({ resource, namespace }: Target, object: JsonObject, before: JsonObject | null): JsonObject {
  const metadata = metadataOf(object)
  const old = before === null ? null : metadataOf(before)
  const plain = (value: JsonObject): JsonObject => without(value, 'metadata', 'status', 'apiVersion')
  const isChanged =
    before !== null &&
    !equal(
      resource.hasStatus ? plain(object) : without(object, 'metadata', 'apiVersion'),
      resource.hasStatus ? plain(before) : without(before, 'metadata', 'apiVersion'),
    )
  const generation = old === null ? 1 : Number(old['generation'] ?? 1) + (isChanged ? 1 : 0)
  const kept = Object.fromEntries(
    Object.entries(without(metadata, 'namespace', ...SERVER_SET)).filter(
      ([key, value]) =>
        !((key === 'labels' || key === 'annotations') && isEmptyMeta(value)) &&
        !((key === 'finalizers' || key === 'ownerReferences') && Array.isArray(value) && value.length === 0),
    ),
  )
  return {
    ...object,
    apiVersion: apiVersionOf(resource),
    kind: resource.kind,
    metadata: {
      ...kept,
      ...(resource.isNamespaced ? { namespace } : {}),
      uid: old?.['uid'] ?? randomUUID(),
      creationTimestamp: old?.['creationTimestamp'] ?? now(),
      ...(resource.hasGeneration ? { generation } : {}),
      ...(old?.['deletionTimestamp'] === undefined
        ? {}
        : { deletionTimestamp: old['deletionTimestamp'], deletionGracePeriodSeconds: old['deletionGracePeriodSeconds'] ?? 0 }),
      ...(metadata['managedFields'] === undefined ? {} : { managedFields: metadata['managedFields'] }),
    },
  }
}
