import { asList, asObject, asText, namespaceOf, type Json, type JsonObject } from './json.ts'
import { keyOf } from './resource.ts'
import { StatusError } from './status-error.ts'
import type { Storage } from './storage.ts'

export type User = { readonly name: string; readonly groups: readonly string[]; readonly uid: string }
/** What is asked of the authorizer; `path` is set for URLs that name no resource. */
export type Attributes = {
  readonly verb: string
  readonly group: string
  readonly resource: string
  readonly subresource: string
  readonly namespace: string
  readonly name: string
  readonly path: string
}

const GROUP = 'rbac.authorization.k8s.io'
const has = (list: Json | undefined, value: string): boolean => asList(list).some((entry) => entry === '*' || entry === value)

function allows(rule: JsonObject, { verb, group, resource, subresource, name, path }: Attributes): boolean {
  if (!has(rule['verbs'], verb)) return false
  if (path !== '')
    return asList(rule['nonResourceURLs'])
      .map((url) => asText(url))
      .some((url) => url === path || (url.endsWith('*') && path.startsWith(url.slice(0, -1))))
  const title = subresource === '' ? resource : `${resource}/${subresource}`
  const resources = asList(rule['resources'])
  const isNamed = resources.some((entry) => entry === '*' || entry === title || (subresource !== '' && entry === `*/${subresource}`))
  const names = asList(rule['resourceNames'])
  return has(rule['apiGroups'], group) && isNamed && (names.length === 0 || names.includes(name))
}

function isSubject(user: User, subject: JsonObject, namespace: string): boolean {
  const name = asText(subject['name'])
  if (subject['kind'] === 'User') return name === user.name
  if (subject['kind'] === 'Group') return user.groups.includes(name)
  return subject['kind'] === 'ServiceAccount' && user.name === `system:serviceaccount:${asText(subject['namespace']) || namespace}:${name}`
}

const rulesBehind = (storage: Storage, user: User, binding: JsonObject): JsonObject[] => {
  const namespace = namespaceOf(binding)
  if (!asList(binding['subjects']).some((subject) => isSubject(user, asObject(subject), namespace))) return []
  const ref = asObject(binding['roleRef'])
  const [plural, inside] = ref['kind'] === 'Role' ? ['roles', namespace] : ['clusterroles', '']
  return asList(storage.get(`${GROUP}/${plural}`, keyOf(inside, asText(ref['name'])))?.['rules']).map(asObject)
}

/** Every rule that holds for a user in a namespace (empty: at the cluster scope). */
export function* rulesFor(storage: Storage, user: User, namespace: string): Generator<JsonObject> {
  if (user.groups.includes('system:masters')) yield { apiGroups: ['*'], resources: ['*'], verbs: ['*'], nonResourceURLs: ['*'] }
  for (const binding of storage.list(`${GROUP}/clusterrolebindings`)) yield* rulesBehind(storage, user, binding)
  if (namespace === '') return
  for (const binding of storage.list(`${GROUP}/rolebindings`))
    if (namespaceOf(binding) === namespace) yield* rulesBehind(storage, user, binding)
}

/** RBAC over the stored roles and bindings; `system:masters` may do everything. */
export function isAllowed(storage: Storage, user: User, attributes: Attributes): boolean {
  for (const rule of rulesFor(storage, user, attributes.path === '' ? attributes.namespace : '')) if (allows(rule, attributes)) return true
  return false
}

/** 403 in the words of kube-apiserver. */
export function forbidden(user: User, { verb, group, resource, subresource, namespace, name, path }: Attributes): StatusError {
  if (path !== '') return new StatusError(403, 'Forbidden', `forbidden: User "${user.name}" cannot ${verb} path "${path}"`, {})
  const title = `${resource}${group === '' ? '' : `.${group}`}`
  const what = subresource === '' ? resource : `${resource}/${subresource}`
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace "${namespace}"`
  const named = name === '' ? title : `${title} "${name}"`
  return new StatusError(
    403,
    'Forbidden',
    `${named} is forbidden: User "${user.name}" cannot ${verb} resource "${what}" in API group "${group}" ${where}`,
    {
      ...(name === '' ? {} : { name }),
      ...(group === '' ? {} : { group }),
      kind: resource,
    },
  )
}
