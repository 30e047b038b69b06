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

/** RBAC over the stored roles and bindings; `system:masters` may do everything. */
export function isAllowed(storage: Storage, user: User, attributes: Attributes): boolean {
  if (user.groups.includes('system:masters')) return true
  const grants = (binding: JsonObject): boolean => {
    const namespace = namespaceOf(binding)
    if (!asList(binding['subjects']).some((subject) => isSubject(user, asObject(subject), namespace))) return false
    const ref = asObject(binding['roleRef'])
    const role =
      ref['kind'] === 'Role'
        ? storage.get(`${GROUP}/roles`, keyOf(namespace, asText(ref['name'])))
        : storage.get(`${GROUP}/clusterroles`, keyOf('', asText(ref['name'])))
    return asList(role?.['rules']).some((rule) => allows(asObject(rule), attributes))
  }
  if (storage.list(`${GROUP}/clusterrolebindings`).some(grants)) return true
  return (
    attributes.namespace !== '' &&
    attributes.path === '' &&
    storage.list(`${GROUP}/rolebindings`).some((binding) => namespaceOf(binding) === attributes.namespace && grants(binding))
  )
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
