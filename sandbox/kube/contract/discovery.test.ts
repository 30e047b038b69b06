import { afterAll, beforeAll, expect, test } from 'vitest'
import { asList, asObject, asText, parseJson, type JsonObject } from '../json.ts'
import { createCrd, openCluster, type Cluster } from './cluster.ts'

let cluster: Cluster
beforeAll(async () => {
  cluster = await openCluster()
  await createCrd(
    cluster,
    'widgets',
    'Widget',
    { type: 'object', properties: { spec: { type: 'object', properties: { color: { type: 'string', description: 'Any color.' } } } } },
    {
      subresources: { status: {} },
      additionalPrinterColumns: [
        { name: 'Color', type: 'string', jsonPath: '.spec.color' },
        { name: 'Deep', type: 'integer', jsonPath: '.spec.deep', priority: 1 },
      ],
    },
  )
})
afterAll(() => cluster.stop())
const named = (list: unknown, name: string): JsonObject =>
  asObject(
    asList(list as JsonObject[])
      .map(asObject)
      .find((entry) => entry['name'] === name),
  )

test('health and version', async () => {
  for (const path of ['/healthz', '/livez', '/readyz']) expect((await cluster.call('GET', path)).text).toBe('ok')
  expect((await cluster.call('GET', '/version')).body).toMatchObject({ major: '1', gitVersion: expect.stringMatching(/^v1\./) })
})

test('groups, versions and resources, those of a CRD as well', async () => {
  expect((await cluster.call('GET', '/api')).body).toMatchObject({ kind: 'APIVersions', versions: ['v1'] })
  const groups = await cluster.call('GET', '/apis')
  expect(named(groups.body['groups'], cluster.group)).toMatchObject({
    preferredVersion: { groupVersion: `${cluster.group}/v1`, version: 'v1' },
  })
  expect((await cluster.call('GET', `/apis/${cluster.group}`)).body).toMatchObject({ kind: 'APIGroup', name: cluster.group })
  const resources = await cluster.call('GET', `/apis/${cluster.group}/v1`)
  expect(resources.body).toMatchObject({ kind: 'APIResourceList', groupVersion: `${cluster.group}/v1` })
  expect(named(resources.body['resources'], 'widgets')).toMatchObject({
    kind: 'Widget',
    namespaced: true,
    singularName: 'widget',
    verbs: expect.arrayContaining(['get', 'list', 'watch', 'create', 'update', 'patch', 'delete']),
  })
  expect(named(resources.body['resources'], 'widgets/status')).toMatchObject({
    kind: 'Widget',
    verbs: expect.arrayContaining(['get', 'patch', 'update']),
  })
  expect(named((await cluster.call('GET', '/api/v1')).body['resources'], 'configmaps')).toMatchObject({
    kind: 'ConfigMap',
    shortNames: ['cm'],
  })
})

test('everything at once when that is asked for', async () => {
  const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json'
  const all = await cluster.call('GET', '/apis', { accept })
  expect(all.body).toMatchObject({ kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2' })
  expect(String(all.headers['content-type'])).toContain('as=APIGroupDiscoveryList')
  const group = asList(all.body['items'])
    .map(asObject)
    .find((entry) => asObject(entry['metadata'])['name'] === cluster.group)
  expect(group).toMatchObject({
    versions: [{ version: 'v1', resources: [{ resource: 'widgets', scope: 'Namespaced', responseKind: { kind: 'Widget' } }] }],
  })
})

test('OpenAPI 3 tells the schema of a CRD, a moment after it is served', async () => {
  const widget = async (): Promise<JsonObject | undefined> => {
    // Kubernetes serves this JSON as text/plain.
    const index = await cluster.call('GET', '/openapi/v3')
    const { serverRelativeURL } = asObject(asObject(asObject(parseJson(index.text))['paths'])[`apis/${cluster.group}/v1`])
    const document = await cluster.call('GET', asText(serverRelativeURL))
    const schemas = Object.values(asObject(asObject(document.body['components'])['schemas'])).map(asObject)
    return schemas.find((schema) => JSON.stringify(schema['x-kubernetes-group-version-kind'] ?? []).includes('"Widget"'))
  }
  await expect
    .poll(widget)
    .toMatchObject({ properties: { spec: { properties: { color: { type: 'string', description: 'Any color.' } } } } })
})

test('a table shows the columns that the CRD names', async () => {
  const path = `/apis/${cluster.group}/v1/namespaces/${cluster.namespace}/widgets`
  await cluster.call('POST', path, {
    body: { apiVersion: `${cluster.group}/v1`, kind: 'Widget', metadata: { name: 'w' }, spec: { color: 'red' } },
  })
  const table = await cluster.call('GET', path, { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' })
  expect(asList(table.body['columnDefinitions']).map((column) => [asObject(column)['name'], asObject(column)['priority']])).toEqual([
    ['Name', 0],
    ['Color', 0],
    ['Deep', 1],
  ])
  expect(asList(table.body['rows']).map((row) => asList(asObject(row)['cells']))).toEqual([['w', 'red', null]])
})
