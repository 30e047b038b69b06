import type { JsonObject } from './json.ts'
import type { Registry } from './registry.ts'
import { apiVersionOf, type Resource } from './resource.ts'
import { createHash } from 'node:crypto'

const pathOf = (group: string, version: string): string => (group === '' ? `api/${version}` : `apis/${group}/${version}`)
const schemaName = ({ group, version, kind }: Resource): string =>
  `${group === '' ? 'io.k8s.api.core' : group.split('.').toReversed().join('.')}.${version}.${kind}`

/** /openapi/v3: where the document of each group version is. */
export function openApiIndex(registry: Registry): JsonObject {
  const groups = Map.groupBy(registry.all(), ({ group, version }) => pathOf(group, version))
  return {
    paths: Object.fromEntries(
      [...groups].map(([path, resources]) => {
        const hash = createHash('sha256')
          .update(JSON.stringify(resources.map(({ kind, schema }) => [kind, schema])))
          .digest('hex')
          .toUpperCase()
          .slice(0, 32)
        return [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` }]
      }),
    ),
  }
}

const parameter = (name: string, type: string): JsonObject => ({ name, in: 'query', schema: { type, uniqueItems: true } })
// kubectl asks whether fieldValidation and dryRun are listed before it trusts the server with either.
const PARAMETERS = [
  parameter('dryRun', 'string'),
  parameter('fieldManager', 'string'),
  parameter('fieldValidation', 'string'),
  parameter('force', 'boolean'),
]

function operation(resource: Resource, action: string, mediaTypes: readonly string[]): JsonObject {
  const { group, version, kind } = resource
  const content = (type: string): [string, JsonObject] => [type, { schema: { $ref: `#/components/schemas/${schemaName(resource)}` } }]
  return {
    operationId: `${action}${kind}`,
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': { group, version, kind },
    parameters: action === 'get' || action === 'list' ? [] : PARAMETERS,
    ...(mediaTypes.length > 0 ? { requestBody: { content: Object.fromEntries(mediaTypes.map(content)) } } : {}),
    responses: { '200': { description: 'OK', content: Object.fromEntries([content('application/json')]) } },
  }
}

// kubectl takes a kind for one that knows strategic merge when its patch lists that type.
const PATCHES = ['application/apply-patch+yaml', 'application/json-patch+json', 'application/merge-patch+json']
const patchesOf = ({ isCustom }: Resource): readonly string[] =>
  isCustom ? PATCHES : [...PATCHES, 'application/strategic-merge-patch+json']

function pathsOf(resource: Resource): [string, JsonObject][] {
  const base = `/${pathOf(resource.group, resource.version)}${resource.isNamespaced ? '/namespaces/{namespace}' : ''}/${resource.plural}`
  const one = {
    get: operation(resource, 'get', []),
    put: operation(resource, 'put', ['application/json']),
    patch: operation(resource, 'patch', patchesOf(resource)),
    delete: operation(resource, 'delete', []),
  }
  return [
    [base, { get: operation(resource, 'list', []), post: operation(resource, 'post', ['application/json']) }],
    [`${base}/{name}`, one],
    ...(resource.hasStatus ? [[`${base}/{name}/status`, { get: one.get, put: one.put, patch: one.patch }] as [string, JsonObject]] : []),
  ]
}

/** The OpenAPI 3 document of one group version; null when it is not served. */
export function openApiDocument(registry: Registry, group: string, version: string): JsonObject | null {
  const resources = registry.all().filter((resource) => resource.group === group && resource.version === version)
  if (resources.length === 0) return null
  const schemas = resources.map((resource): [string, JsonObject] => [
    schemaName(resource),
    { ...resource.schema, 'x-kubernetes-group-version-kind': [{ group, version, kind: resource.kind }] },
  ])
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'v1.36.3' },
    paths: Object.fromEntries(resources.flatMap(pathsOf)),
    components: { schemas: Object.fromEntries(schemas) },
    'x-kubernetes-group-version': apiVersionOf({ group, version }),
  }
}
