import type { Attributes } from './rbac.ts'
import { selectedName } from './selector.ts'

/** What a URL under /api or /apis names. */
export type Route = {
  readonly group: string
  readonly version: string
  readonly plural: string
  readonly namespace: string
  readonly name: string
  readonly subresource: string
}

function decoded(path: string): string[] {
  try {
    return path
      .split('/')
      .filter((part) => part !== '')
      .map(decodeURIComponent)
  } catch {
    return []
  }
}

/** The route of a path, or null when the path names no resource (discovery, health, OpenAPI). */
export function routeOf(path: string): Route | null {
  const parts = decoded(path)
  const [root, ...rest] = parts
  if (root !== 'api' && root !== 'apis') return null
  const [group = '', version, ...tail] = root === 'api' ? ['', ...rest] : rest
  if (version === undefined || tail.length === 0) return null
  const isInside = tail[0] === 'namespaces' && tail.length >= 3 && !(tail.length === 3 && (tail[2] === 'status' || tail[2] === 'finalize'))
  const [plural = '', name = '', subresource = ''] = isInside ? tail.slice(2) : tail
  const isNamespace = tail[0] === 'namespaces' && !isInside && group === ''
  return { group, version, plural, name, subresource, namespace: isInside ? (tail[1] ?? '') : isNamespace ? name : '' }
}

/** The verb that RBAC sees for a request. */
export function verbOf(method: string, { name }: Pick<Route, 'name'>, query: URLSearchParams): string {
  switch (method) {
    case 'POST':
      return 'create'
    case 'PUT':
      return 'update'
    case 'PATCH':
      return 'patch'
    case 'DELETE':
      return name === '' ? 'deletecollection' : 'delete'
    default:
      if (isWatch(query)) return 'watch'
      return name === '' ? 'list' : 'get'
  }
}

export const isWatch = (query: URLSearchParams): boolean => query.get('watch') === 'true' || query.get('watch') === '1'

/** What the authorizer is asked about a request. */
export function attributesOf(method: string, path: string, route: Route | null, query: URLSearchParams): Attributes {
  if (route === null) return { verb: method.toLowerCase(), group: '', resource: '', subresource: '', namespace: '', name: '', path }
  const { group, plural, subresource, namespace } = route
  const name = route.name || selectedName(query.get('fieldSelector') ?? '')
  return { verb: verbOf(method, route, query), group, resource: plural, subresource, namespace, name, path: '' }
}
