import type { JsonObject } from './json.ts'
import { keyOf, shelfOf, type Resource } from './resource.ts'
import type { Target } from './admission.ts'
import { createObject } from './write.ts'
import type { Registry } from './registry.ts'
import type { Storage } from './storage.ts'

const GROUP = 'rbac.authorization.k8s.io'
const all = ['*']
const READ = ['get', 'list', 'watch']
const WRITE = [...READ, 'create', 'delete', 'deletecollection', 'patch', 'update']
const NAMESPACED = ['configmaps', 'events', 'pods', 'secrets', 'serviceaccounts', 'services']
const VIEWED = NAMESPACED.filter((name) => name !== 'secrets')
const rules = (verbs: string[], core: string[]): JsonObject[] => [
  { apiGroups: [''], resources: core, verbs },
  { apiGroups: [''], resources: ['namespaces'], verbs: READ },
  { apiGroups: ['apps', 'batch', 'coordination.k8s.io'], resources: all, verbs },
]
const PUBLIC = ['/healthz', '/livez', '/readyz', '/version', '/version/']

const ROLES: Readonly<Record<string, JsonObject[]>> = {
  'cluster-admin': [
    { apiGroups: all, resources: all, verbs: all },
    { nonResourceURLs: all, verbs: all },
  ],
  admin: [...rules(WRITE, NAMESPACED), { apiGroups: [GROUP], resources: ['roles', 'rolebindings'], verbs: WRITE }],
  edit: rules(WRITE, NAMESPACED),
  view: rules(READ, VIEWED),
  'system:discovery': [{ nonResourceURLs: ['/api', '/api/*', '/apis', '/apis/*', '/openapi', '/openapi/*', ...PUBLIC], verbs: ['get'] }],
  'system:public-info-viewer': [{ nonResourceURLs: PUBLIC, verbs: ['get'] }],
  'system:basic-user': [
    { apiGroups: ['authorization.k8s.io'], resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'], verbs: ['create'] },
    { apiGroups: ['authentication.k8s.io'], resources: ['selfsubjectreviews'], verbs: ['create'] },
  ],
}
const BINDINGS: readonly (readonly [string, readonly string[]])[] = [
  ['cluster-admin', ['system:masters']],
  ['system:discovery', ['system:authenticated']],
  ['system:basic-user', ['system:authenticated']],
  ['system:public-info-viewer', ['system:authenticated', 'system:unauthenticated']],
]

/** The namespaces, roles and bindings that a fresh API server has. What exists is left as it is. */
export function bootstrap(storage: Storage, registry: Registry): void {
  const make = (group: string, plural: string, body: JsonObject, name: string): void => {
    const resource = registry.find(group, 'v1', plural)
    if (resource === undefined || storage.get(shelfOf(resource), keyOf('', name)) !== undefined) return
    createObject(storage, target(resource), body)
  }
  for (const name of ['default', 'kube-system', 'kube-public', 'kube-node-lease']) {
    make(
      '',
      'namespaces',
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { 'kubernetes.io/metadata.name': name } } },
      name,
    )
  }
  const metadata = (name: string): JsonObject => ({ name, labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' } })
  for (const [name, granted] of Object.entries(ROLES))
    make(GROUP, 'clusterroles', { apiVersion: `${GROUP}/v1`, kind: 'ClusterRole', metadata: metadata(name), rules: granted }, name)
  for (const [name, groups] of BINDINGS) {
    const subjects = groups.map((group) => ({ kind: 'Group', apiGroup: GROUP, name: group }))
    make(
      GROUP,
      'clusterrolebindings',
      {
        apiVersion: `${GROUP}/v1`,
        kind: 'ClusterRoleBinding',
        metadata: metadata(name),
        roleRef: { apiGroup: GROUP, kind: 'ClusterRole', name },
        subjects,
      },
      name,
    )
  }
}

const target = (resource: Resource): Target => ({
  resource,
  namespace: '',
  name: '',
  subresource: '',
  manager: 'kube-apiserver',
  isDryRun: false,
  validation: 'Strict',
  warn: () => undefined,
})
