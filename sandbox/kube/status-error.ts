import type { Json, JsonObject } from './json.ts'

export type Cause = { readonly reason: string; readonly message: string; readonly field: string }
export type Subject = { readonly group: string; readonly name: string; readonly kind: string; readonly uid?: string }

/** A refusal in the form and the words of a Kubernetes API server (meta/v1 Status). */
export class StatusError extends Error {
  readonly status: JsonObject
  readonly code: number
  constructor(code: number, reason: string, message: string, details?: JsonObject, metadata: JsonObject = {}) {
    super(message)
    this.code = code
    this.status = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata,
      status: 'Failure',
      message,
      ...(reason === '' ? {} : { reason }),
      ...(details === undefined ? {} : { details }),
      code,
    }
  }
}

/** Where a resource is named in an error: `configmaps`, `widgets.example.dev`. */
export const resourceTitle = (plural: string, group: string): string => (group === '' ? plural : `${plural}.${group}`)

type Named = { readonly group: string; readonly plural: string }

const detailsOf = ({ group, plural }: Named, name: string): JsonObject => ({
  ...(name === '' ? {} : { name }),
  ...(group === '' ? {} : { group }),
  kind: plural,
})

export const notFound = (resource: Named, name: string): StatusError =>
  new StatusError(404, 'NotFound', `${resourceTitle(resource.plural, resource.group)} "${name}" not found`, detailsOf(resource, name))

export const noSuchPath = (): StatusError => new StatusError(404, 'NotFound', 'the server could not find the requested resource', {})

export const alreadyExists = (resource: Named, name: string): StatusError =>
  new StatusError(
    409,
    'AlreadyExists',
    `${resourceTitle(resource.plural, resource.group)} "${name}" already exists`,
    detailsOf(resource, name),
  )

export const conflict = (
  resource: Named,
  name: string,
  why = 'the object has been modified; please apply your changes to the latest version and try again',
) =>
  new StatusError(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${resourceTitle(resource.plural, resource.group)} "${name}": ${why}`,
    detailsOf(resource, name),
  )

export const undeletable = (namespace: string): StatusError =>
  new StatusError(403, 'Forbidden', `namespaces "${namespace}" is forbidden: this namespace may not be deleted`, {
    name: namespace,
    kind: 'namespaces',
  })

export const badRequest = (message: string): StatusError => new StatusError(400, 'BadRequest', message)
export const unauthorized = (): StatusError => new StatusError(401, 'Unauthorized', 'Unauthorized')
export const methodNotAllowed = (): StatusError =>
  new StatusError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {})
export const unsupportedMedia = (accepted: readonly string[]): StatusError =>
  new StatusError(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  )
export const notAcceptable = (accepted: readonly string[]): StatusError =>
  new StatusError(406, 'NotAcceptable', `only the following media types are accepted: ${accepted.join(', ')}`)
export const expired = (message: string, metadata: JsonObject = {}): StatusError =>
  new StatusError(410, 'Expired', message, undefined, metadata)
export const internal = (message: string): StatusError => new StatusError(500, '', message)
export const tooLargeVersion = (asked: number, current: number): StatusError =>
  new StatusError(504, 'Timeout', `Timeout: Too large resource version: ${asked}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  })

export function applyConflict(message: string, causes: readonly Cause[]): StatusError {
  return new StatusError(409, 'Conflict', message, { causes: causes.map((cause) => ({ ...cause })) })
}

export type FieldProblem = {
  readonly type: 'Required' | 'Invalid' | 'NotSupported' | 'Duplicate' | 'TooLong' | 'TooMany' | 'TypeInvalid' | 'Forbidden'
  readonly field: string
  readonly value?: Json | undefined
  readonly detail: string
}

const TITLE = {
  Required: 'Required value',
  Invalid: 'Invalid value',
  NotSupported: 'Unsupported value',
  Duplicate: 'Duplicate value',
  TooLong: 'Too long',
  TooMany: 'Too many',
  TypeInvalid: 'Invalid value',
  Forbidden: 'Forbidden',
} satisfies Record<FieldProblem['type'], string>

const REASON = { ...TITLE, Required: 'FieldValueRequired', Invalid: 'FieldValueInvalid', NotSupported: 'FieldValueNotSupported', Duplicate: 'FieldValueDuplicate', TooLong: 'FieldValueTooLong', TooMany: 'FieldValueTooMany', TypeInvalid: 'FieldValueTypeInvalid', Forbidden: 'FieldValueForbidden' } // prettier-ignore

/** A value as apimachinery prints it in field errors since v1.33: as JSON, keys in order. */
function shownValue(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(shownValue).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, entry]) => `${JSON.stringify(key)}:${shownValue(entry)}`).join(',')}}`
}

/** `Invalid value: "x": why`, as apimachinery's field.Error prints it. */
export function problemText({ type, value, detail }: FieldProblem): string {
  const showsValue = type === 'Invalid' || type === 'NotSupported' || type === 'Duplicate' || type === 'TypeInvalid' || type === 'TooMany'
  const shown = showsValue && value !== undefined ? `: ${shownValue(value)}` : ''
  return `${TITLE[type]}${shown}${detail === '' ? '' : `: ${detail}`}`
}

/** 422 with every field named in the message and in details.causes. */
export function invalid({ group, kind, name }: Subject, problems: readonly FieldProblem[]): StatusError {
  const lines = problems.map((problem) => `${problem.field}: ${problemText(problem)}`)
  const all = lines.length === 1 ? lines.join('') : `[${lines.join(', ')}]`
  const causes = problems.map((problem) => ({ reason: REASON[problem.type], message: problemText(problem), field: problem.field }))
  return new StatusError(422, 'Invalid', `${kind}${group === '' ? '' : `.${group}`} "${name}" is invalid: ${all}`, {
    ...(name === '' ? {} : { name }),
    ...(group === '' ? {} : { group }),
    kind,
    causes,
  })
}
