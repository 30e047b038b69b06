import { checkListOptions } from './list-options.ts'
import { nameOf, namespaceOf, type JsonObject } from './json.ts'
import { apiVersionOf, keyOf, shelfOf, type Resource } from './resource.ts'
import { fieldMatcher, labelMatcher, type Matches } from './selector.ts'
import { badRequest, expired, tooLargeVersion } from './status-error.ts'
import type { Storage } from './storage.ts'

export type Query = URLSearchParams

/** Only what the query selects, in one namespace or (empty) in all. */
export function matcherOf(resource: Resource, namespace: string, query: Query): Matches {
  const labels = labelMatcher(query.get('labelSelector') ?? '')
  const fields = fieldMatcher(query.get('fieldSelector') ?? '', resource)
  return (object) => (namespace === '' || namespaceOf(object) === namespace) && labels(object) && fields(object)
}

/** Stored objects keep the version they were written in; they are served in the version asked for (conversion strategy None). */
export const served = (resource: Resource, object: JsonObject): JsonObject =>
  object['apiVersion'] === apiVersionOf(resource) ? object : { ...object, apiVersion: apiVersionOf(resource) }

type Position = { readonly v: 'meta.k8s.io/v1'; readonly rv: number; readonly start: string }

const encode = (position: Position): string => Buffer.from(JSON.stringify(position)).toString('base64url')

function decode(token: string): Position {
  try {
    const position = JSON.parse(Buffer.from(token, 'base64url').toString()) as Partial<Position> // safe: checked below
    if (typeof position.rv === 'number' && typeof position.start === 'string')
      return { v: 'meta.k8s.io/v1', rv: position.rv, start: position.start }
  } catch {
    // falls through: not a token of ours
  }
  throw badRequest('continue key is not valid: encoded continue token is not valid')
}

const EXPIRED = 'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.' // prettier-ignore

const keyOfObject = (object: JsonObject): string => keyOf(namespaceOf(object), nameOf(object))

/** One page of a list. Later pages show the state of the first one, as long as the history reaches back; then 410 with a token to go on without. */
export async function listObjects(storage: Storage, resource: Resource, namespace: string, query: Query): Promise<JsonObject> {
  checkListOptions(query, false)
  await storage.durable()
  const token = query.get('continue') ?? ''
  const limit = Number(query.get('limit') ?? 0)
  const asked = Number(query.get('resourceVersion') || 0)
  const at = token === '' ? null : decode(token)
  const current = storage.revision()
  if (asked > current) throw tooLargeVersion(asked, current)
  const isExact = query.get('resourceVersionMatch') === 'Exact' && asked > 0
  const revision = at !== null && at.rv > 0 ? at.rv : isExact ? asked : current
  const all = revision === current ? storage.list(shelfOf(resource)) : storage.listAt(shelfOf(resource), revision)
  if (all === null) {
    if (at === null) throw expired(`The resourceVersion for the provided list is too old.`)
    throw expired(EXPIRED, { continue: encode({ v: 'meta.k8s.io/v1', rv: -1, start: at.start }) })
  }
  const matches = matcherOf(resource, namespace, query)
  const rest = all.filter((object) => (at === null || keyOfObject(object) > at.start) && matches(object))
  const page = limit > 0 ? rest.slice(0, limit) : rest
  const last = page.at(-1)
  const isMore = page.length < rest.length && last !== undefined
  const isWhole = (query.get('labelSelector') ?? '') === '' && (query.get('fieldSelector') ?? '') === ''
  return {
    kind: resource.listKind,
    apiVersion: apiVersionOf(resource),
    metadata: {
      resourceVersion: String(revision),
      ...(isMore ? { continue: encode({ v: 'meta.k8s.io/v1', rv: revision, start: keyOfObject(last) }) } : {}),
      ...(isMore && isWhole ? { remainingItemCount: rest.length - page.length } : {}),
    },
    items: page.map((object) => served(resource, object)),
  }
}
