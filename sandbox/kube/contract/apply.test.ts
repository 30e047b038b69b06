import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { asList, asObject, asText, type Json, type JsonObject } from '../json.ts'
import { causesOf, createCrd, metadataIn, openCluster, type Cluster, type Reply } from './cluster.ts'

let cluster: Cluster
let maps: string
let widgets: string
const TYPE = 'application/apply-patch+yaml'
const text = { type: 'string' }
const named = { type: 'object', required: ['name'], properties: { name: text, size: { type: 'integer' }, note: text } }

type Asked = { readonly force?: boolean; readonly dryRun?: boolean; readonly status?: boolean }
const query = (manager: string, { force, dryRun }: Asked): string =>
  `fieldManager=${manager}${force ? '&force=true' : ''}${dryRun ? '&dryRun=All' : ''}`
const applyMap = (manager: string, name: string, data: JsonObject, asked: Asked = {}, metadata: JsonObject = {}) =>
  cluster.call('PATCH', `${maps}/${name}?${query(manager, asked)}`, {
    type: TYPE,
    body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...metadata }, data },
  })
const applyWidget = (manager: string, name: string, body: JsonObject, asked: Asked = {}) =>
  cluster.call('PATCH', `${widgets}/${name}${asked.status ? '/status' : ''}?${query(manager, asked)}`, {
    type: TYPE,
    body: { apiVersion: `${cluster.group}/v1`, kind: 'Widget', metadata: { name }, ...body },
  })
const specOf = (reply: Reply): JsonObject => asObject(reply.body['spec'])
const managerOf = (reply: Reply, manager: string, operation = 'Apply'): JsonObject =>
  asObject(
    asList(metadataIn(reply)['managedFields'])
      .map(asObject)
      .find((entry) => entry['manager'] === manager && entry['operation'] === operation),
  )

beforeAll(async () => {
  cluster = await openCluster()
  maps = `/api/v1/namespaces/${cluster.namespace}/configmaps`
  const spec: JsonObject = {
    type: 'object',
    properties: {
      color: text,
      shape: text,
      deep: { type: 'object', properties: { a: text, b: text } },
      set: { type: 'array', items: text, 'x-kubernetes-list-type': 'set' },
      parts: { type: 'array', items: named, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] },
      plain: { type: 'array', items: text },
      whole: { type: 'object', 'x-kubernetes-map-type': 'atomic', properties: { a: text, b: text } },
      level: { type: 'integer', default: 5, maximum: 9 },
    },
  }
  const condition = { type: 'object', required: ['type', 'status'], properties: { type: text, status: text } }
  const status: JsonObject = {
    type: 'object',
    properties: {
      phase: text,
      conditions: { type: 'array', items: condition, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['type'] },
    },
  }
  widgets = await createCrd(
    cluster,
    'widgets',
    'Widget',
    { type: 'object', properties: { spec, status } },
    { subresources: { status: {} } },
  )
})
afterAll(() => cluster.stop())

describe('server-side apply', () => {
  test('creates, records who owns what, and repeats without a new version', async () => {
    const made = await applyMap('alice', 'fresh', { a: '1' }, {}, { labels: { l: 'x' } })
    expect([made.code, made.body['data']]).toEqual([201, { a: '1' }])
    expect(managerOf(made, 'alice')).toMatchObject({
      operation: 'Apply',
      apiVersion: 'v1',
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:data': { 'f:a': {} }, 'f:metadata': { 'f:labels': { 'f:l': {} } } },
    })
    const again = await applyMap('alice', 'fresh', { a: '1' }, {}, { labels: { l: 'x' } })
    expect([again.code, metadataIn(again)['resourceVersion']]).toEqual([200, metadataIn(made)['resourceVersion']])
  })
  test('removes what its manager no longer names, and nothing else', async () => {
    await applyMap('alice', 'less', { a: '1', b: '2' }, {}, { annotations: { n: 'x' } })
    await applyMap('bob', 'less', { c: '3' })
    const less = await applyMap('alice', 'less', { a: '1' })
    expect(less.body['data']).toEqual({ a: '1', c: '3' })
    expect(metadataIn(less)['annotations']).toBeUndefined()
  })
  test('keeps a field that another manager also names', async () => {
    await applyMap('alice', 'shared', { a: '1', b: '2' })
    await applyMap('bob', 'shared', { a: '1' })
    expect((await applyMap('alice', 'shared', { b: '2' })).body['data']).toEqual({ a: '1', b: '2' })
  })
  test('refuses to change what another manager owns, naming field and manager; force takes it over', async () => {
    await applyMap('alice', 'fight', { a: '1', b: '1' })
    const refused = await applyMap('bob', 'fight', { a: '2' })
    expect(refused.code).toBe(409)
    expect(refused.body).toMatchObject({ reason: 'Conflict', message: 'Apply failed with 1 conflict: conflict with "alice": .data.a' })
    expect(asList(asObject(refused.body['details'])['causes'])).toEqual([
      { reason: 'FieldManagerConflict', message: 'conflict with "alice"', field: '.data.a' },
    ])
    const two = await applyMap('bob', 'fight', { a: '2', b: '2' })
    expect(two.body['message']).toBe('Apply failed with 2 conflicts: conflicts with "alice":\n- .data.a\n- .data.b')
    const forced = await applyMap('bob', 'fight', { a: '2' }, { force: true })
    expect([forced.code, forced.body['data']]).toEqual([200, { a: '2', b: '1' }])
    expect(managerOf(forced, 'alice')['fieldsV1']).toEqual({ 'f:data': { 'f:b': {} } })
    expect((await applyMap('alice', 'fight', { a: '1', b: '1' })).code).toBe(409)
  })
  test('conflicts with what an update wrote, and an update takes ownership silently', async () => {
    await applyMap('alice', 'update', { a: '1' })
    await cluster.call('PATCH', `${maps}/update?fieldManager=editor`, { type: 'application/merge-patch+json', body: { data: { a: '2' } } })
    const refused = await applyMap('alice', 'update', { a: '1' })
    expect(refused.code).toBe(409)
    expect(refused.body['message']).toMatch(/^Apply failed with 1 conflict: conflict with "editor" using v1( at \S+)?: \.data\.a$/)
    const seen = await cluster.call('GET', `${maps}/update`)
    expect(managerOf(seen, 'editor', 'Update')['fieldsV1']).toEqual({ 'f:data': { 'f:a': {} } })
  })
  test('refuses what it cannot accept: no manager, another name, managedFields, a missing namespace, an unknown field', async () => {
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } }
    const nobody = await cluster.call('PATCH', `${maps}/x`, { type: TYPE, body })
    expect([nobody.code, nobody.body['message']]).toEqual([
      422,
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    ])
    expect((await cluster.call('PATCH', `${maps}/other?fieldManager=a`, { type: TYPE, body })).code).toBe(400)
    expect(
      (
        await cluster.call('PATCH', `${maps}/x?fieldManager=a`, {
          type: TYPE,
          body: { ...body, metadata: { name: 'x', managedFields: [{}] } },
        })
      ).code,
    ).toBe(400)
    expect((await cluster.call('PATCH', `/api/v1/namespaces/missing/configmaps/x?fieldManager=a`, { type: TYPE, body })).code).toBe(404)
    expect((await applyWidget('alice', 'odd', { spec: { nope: 1 } })).body['message']).toContain('.spec.nope: field not declared in schema')
  })
  test('dry run answers and stores nothing', async () => {
    expect((await applyMap('alice', 'dry', { a: '1' }, { dryRun: true })).code).toBe(201)
    expect((await cluster.call('GET', `${maps}/dry`)).code).toBe(404)
  })
  test('takes YAML', async () => {
    const body = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: yaml\ndata:\n  a: "1"\n'
    expect((await cluster.call('PATCH', `${maps}/yaml?fieldManager=a`, { type: TYPE, body })).body['data']).toEqual({ a: '1' })
  })
  test('a stale resourceVersion in the configuration is refused', async () => {
    const made = await applyMap('alice', 'stale', { a: '1' })
    await applyMap('alice', 'stale', { a: '2' })
    const refused = await applyMap('alice', 'stale', { a: '3' }, {}, { resourceVersion: metadataIn(made)['resourceVersion'] ?? '' })
    expect([refused.code, refused.body['reason']]).toEqual([409, 'Conflict'])
  })
})

describe('lists and maps in apply', () => {
  test('a map list merges by key; each manager keeps its entries and fields', async () => {
    await applyWidget('alice', 'parts', {
      spec: {
        parts: [
          { name: 'a', size: 1 },
          { name: 'b', size: 1 },
        ],
      },
    })
    const both = await applyWidget('bob', 'parts', { spec: { parts: [{ name: 'b', note: 'hi' }, { name: 'c' }] } })
    expect(specOf(both)['parts']).toEqual([{ name: 'a', size: 1 }, { name: 'b', size: 1, note: 'hi' }, { name: 'c' }])
    expect(managerOf(both, 'bob')['fieldsV1']).toEqual({
      'f:spec': { 'f:parts': { 'k:{"name":"b"}': { '.': {}, 'f:name': {}, 'f:note': {} }, 'k:{"name":"c"}': { '.': {}, 'f:name': {} } } },
    })
    const less = await applyWidget('alice', 'parts', { spec: { parts: [] } })
    expect(specOf(less)['parts']).toEqual([{ name: 'b', note: 'hi' }, { name: 'c' }])
    const refused = await applyWidget('alice', 'parts', { spec: { parts: [{ name: 'b', note: 'no' }] } })
    expect(refused.body['message']).toBe('Apply failed with 1 conflict: conflict with "bob": .spec.parts[name="b"].note')
  })
  test('a set list holds the entries of all managers', async () => {
    await applyWidget('alice', 'set', { spec: { set: ['a', 'b'] } })
    expect(specOf(await applyWidget('bob', 'set', { spec: { set: ['b', 'c'] } }))['set']).toEqual(['a', 'b', 'c'])
    expect(specOf(await applyWidget('alice', 'set', { spec: { set: ['a'] } }))['set']).toEqual(['a', 'b', 'c'])
    expect(specOf(await applyWidget('bob', 'set', { spec: { set: ['c'] } }))['set']).toEqual(['a', 'c'])
  })
  test.each<[string, string, Json, Json]>([
    ['a list without a type', 'plain', ['a'], ['b']],
    ['an atomic map', 'whole', { a: '1' }, { b: '2' }],
  ])('%s is owned and replaced as a whole', async (_what, field, first, second) => {
    const made = await applyWidget('alice', `atomic-${field}`, { spec: { [field]: first } })
    expect(managerOf(made, 'alice')['fieldsV1']).toEqual({ 'f:spec': { [`f:${field}`]: {} } })
    const refused = await applyWidget('bob', `atomic-${field}`, { spec: { [field]: second } })
    expect(refused.body['message']).toBe(`Apply failed with 1 conflict: conflict with "alice": .spec.${field}`)
    expect(specOf(await applyWidget('bob', `atomic-${field}`, { spec: { [field]: second } }, { force: true }))[field]).toEqual(second)
  })
  test('nested objects merge, defaults belong to nobody, and validation still refuses', async () => {
    const made = await applyWidget('alice', 'deep', { spec: { deep: { a: '1' } } })
    expect(specOf(made)).toEqual({ deep: { a: '1' }, level: 5 })
    expect(specOf(await applyWidget('bob', 'deep', { spec: { deep: { b: '2' }, level: 7 } }))).toEqual({
      deep: { a: '1', b: '2' },
      level: 7,
    })
    expect(causesOf(await applyWidget('carol', 'deep', { spec: { level: 10 } }, { force: true }))['spec.level']).toContain(
      'less than or equal to 9',
    )
    expect(specOf(await applyWidget('bob', 'deep', {}))).toEqual({ deep: { a: '1' }, level: 5 })
  })
})

describe('apply and the status subresource', () => {
  test('the main endpoint ignores status, the status endpoint ignores the rest', async () => {
    const made = await applyWidget('gitops', 'status', { spec: { color: 'red' }, status: { phase: 'Hacked' } })
    expect(made.body['status']).toBeUndefined()
    const told = await applyWidget(
      'operator',
      'status',
      { spec: { color: 'blue' }, status: { phase: 'Ready', conditions: [{ type: 'Ready', status: 'True' }] } },
      { status: true },
    )
    expect([told.code, specOf(told)['color'], told.body['status']]).toEqual([
      200,
      'red',
      { phase: 'Ready', conditions: [{ type: 'Ready', status: 'True' }] },
    ])
    expect(managerOf(told, 'operator')).toMatchObject({
      subresource: 'status',
      fieldsV1: { 'f:status': { 'f:phase': {}, 'f:conditions': { 'k:{"type":"Ready"}': { '.': {}, 'f:type': {}, 'f:status': {} } } } },
    })
    const more = await applyWidget('guardian', 'status', { status: { conditions: [{ type: 'Known', status: 'False' }] } }, { status: true })
    expect(asList(asObject(more.body['status'])['conditions'])).toHaveLength(2)
    const refused = await applyWidget('guardian', 'status', { status: { phase: 'Mine' } }, { status: true })
    expect(asText(refused.body['message'])).toContain('conflict with "operator" with subresource "status": .status.phase')
    const spec = await applyWidget('gitops', 'status', { spec: { color: 'green' } })
    expect([specOf(spec)['color'], asObject(spec.body['status'])['phase'], metadataIn(spec)['generation']]).toEqual(['green', 'Ready', 2])
  })
  test('the status of nothing cannot be applied', async () => {
    expect((await applyWidget('operator', 'absent', { status: { phase: 'x' } }, { status: true })).code).toBe(404)
  })
})
