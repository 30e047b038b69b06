import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { asObject, asText, type JsonObject } from '../json.ts'
import { causesOf, metadataIn, openCluster, type Cluster } from './cluster.ts'

let cluster: Cluster
let maps: string
const configMap = (metadata: JsonObject, data: JsonObject = { a: '1' }): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata,
  data,
})
const make = (name: string, extra: JsonObject = {}, data?: JsonObject) =>
  cluster.call('POST', maps, { body: configMap({ name, ...extra }, data) })

beforeAll(async () => {
  cluster = await openCluster()
  maps = `/api/v1/namespaces/${cluster.namespace}/configmaps`
})
afterAll(() => cluster.stop())

describe('creating', () => {
  test('gives the object an identity, a version and a time', async () => {
    const made = await make('first')
    expect(made.code).toBe(201)
    expect(metadataIn(made)).toMatchObject({
      name: 'first',
      namespace: cluster.namespace,
      uid: expect.stringMatching(/^[0-9a-f-]{36}$/),
      resourceVersion: expect.stringMatching(/^\d+$/),
      creationTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    })
    expect((await cluster.call('GET', `${maps}/first`)).body).toEqual(made.body)
  })
  test('refuses a name that exists', async () => {
    await make('twice')
    const again = await make('twice')
    expect(again.code).toBe(409)
    expect(again.body).toMatchObject({
      kind: 'Status',
      status: 'Failure',
      reason: 'AlreadyExists',
      message: 'configmaps "twice" already exists',
      details: { name: 'twice', kind: 'configmaps' },
    })
  })
  test('makes a name from generateName', async () => {
    const made = await cluster.call('POST', maps, { body: configMap({ generateName: 'made-' }) })
    expect(asText(metadataIn(made)['name'])).toMatch(/^made-[a-z0-9]{5}$/)
  })
  test('refuses an object without a name, with a bad name, in another or a missing namespace, of another kind', async () => {
    expect((await cluster.call('POST', maps, { body: configMap({}) })).body['message']).toContain(
      'metadata.name: Required value: name or generateName is required',
    )
    const bad = await make('Not_Good')
    expect([bad.code, bad.body['reason']]).toEqual([422, 'Invalid'])
    expect(causesOf(bad)['metadata.name']).toContain('a lowercase RFC 1123 subdomain must consist of')
    const elsewhere = await make('x', { namespace: 'elsewhere' })
    expect([elsewhere.code, elsewhere.body['message']]).toEqual([
      400,
      'the namespace of the provided object does not match the namespace sent on the request',
    ])
    const missing = await cluster.call('POST', '/api/v1/namespaces/no-such-namespace/configmaps', { body: configMap({ name: 'x' }) })
    expect([missing.code, missing.body['message']]).toEqual([404, 'namespaces "no-such-namespace" not found'])
    expect((await cluster.call('POST', maps, { body: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x' } } })).code).toBe(400)
  })
  test('with dryRun=All answers as if and stores nothing', async () => {
    const tried = await cluster.call('POST', `${maps}?dryRun=All`, { body: configMap({ name: 'dry' }) })
    expect(tried.code).toBe(201)
    expect(asText(metadataIn(tried)['uid'])).not.toBe('')
    expect((await cluster.call('GET', `${maps}/dry`)).code).toBe(404)
  })
  test('refuses unknown fields when asked to be strict, and warns otherwise', async () => {
    const body = { ...configMap({ name: 'odd' }), dta: {} }
    const strict = await cluster.call('POST', `${maps}?fieldValidation=Strict`, { body })
    expect(strict.code).toBe(400)
    expect(strict.body['message']).toContain('strict decoding error: unknown field "dta"')
    const warned = await cluster.call('POST', `${maps}?fieldValidation=Warn`, { body })
    expect(warned.code).toBe(201)
    expect(String(warned.headers['warning'])).toContain('unknown field \\"dta\\"')
    expect(warned.body['dta']).toBeUndefined()
  })
  test('reads null as absent', async () => {
    const made = await cluster.call('POST', `${maps}?fieldValidation=Strict`, {
      body: { ...configMap({ name: 'nulls', labels: null, ownerReferences: null, creationTimestamp: null }), binaryData: null },
    })
    expect([made.code, made.body['binaryData'], metadataIn(made)['labels']]).toEqual([201, undefined, undefined])
  })
  test('a secret keeps stringData as data', async () => {
    const made = await cluster.call('POST', `/api/v1/namespaces/${cluster.namespace}/secrets`, {
      body: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, stringData: { a: 'b' } },
    })
    expect(made.body).toMatchObject({ data: { a: 'Yg==' }, type: 'Opaque' })
    expect(made.body['stringData']).toBeUndefined()
  })
})

describe('reading', () => {
  test('says not found in the words of Kubernetes', async () => {
    const missing = await cluster.call('GET', `${maps}/nothing`)
    expect(missing.code).toBe(404)
    expect(missing.body).toMatchObject({
      reason: 'NotFound',
      message: 'configmaps "nothing" not found',
      details: { name: 'nothing', kind: 'configmaps' },
      code: 404,
    })
  })
  test('does not know resources that nobody serves', async () => {
    const odd = await cluster.call('GET', `/api/v1/namespaces/${cluster.namespace}/gadgets`)
    expect([odd.code, odd.body['reason']]).toEqual([404, 'NotFound'])
    expect((await cluster.call('GET', '/apis/nobody.example.dev/v1')).code).toBe(404)
  })
})

describe('updating', () => {
  test('replaces with the current version and refuses an old one', async () => {
    const made = await make('put')
    const changed = await cluster.call('PUT', `${maps}/put`, { body: { ...made.body, data: { b: '2' } } })
    expect([changed.code, changed.body['data']]).toEqual([200, { b: '2' }])
    const stale = await cluster.call('PUT', `${maps}/put`, { body: { ...made.body, data: { c: '3' } } })
    expect(stale.code).toBe(409)
    expect(stale.body).toMatchObject({
      reason: 'Conflict',
      message:
        'Operation cannot be fulfilled on configmaps "put": the object has been modified; please apply your changes to the latest version and try again',
    })
  })
  test('changes nothing when nothing changes', async () => {
    const made = await make('same')
    const again = await cluster.call('PUT', `${maps}/same`, { body: made.body })
    expect(metadataIn(again)['resourceVersion']).toBe(metadataIn(made)['resourceVersion'])
  })
  test('refuses an object that does not exist, another name and another uid', async () => {
    expect((await cluster.call('PUT', `${maps}/ghost`, { body: configMap({ name: 'ghost' }) })).code).toBe(404)
    await make('mine')
    const renamed = await cluster.call('PUT', `${maps}/mine`, { body: configMap({ name: 'yours' }) })
    expect([renamed.code, renamed.body['message']]).toEqual([
      400,
      'the name of the object (yours) does not match the name on the URL (mine)',
    ])
    const other = await cluster.call('PUT', `${maps}/mine`, {
      body: configMap({ name: 'mine', uid: '00000000-0000-0000-0000-000000000000' }),
    })
    expect([other.code, other.body['reason']]).toEqual([409, 'Conflict'])
    expect(other.body['message']).toContain('Precondition failed: UID in precondition')
  })
  test('merge patch sets, removes and keeps; with an old version it is refused', async () => {
    const made = await make('patch', {}, { a: '1', b: '2' })
    const type = 'application/merge-patch+json'
    const patched = await cluster.call('PATCH', `${maps}/patch`, {
      type,
      body: { data: { a: null, c: '3' }, metadata: { labels: { x: 'y' } } },
    })
    expect([patched.code, patched.body['data'], metadataIn(patched)['labels']]).toEqual([200, { b: '2', c: '3' }, { x: 'y' }])
    const stale = await cluster.call('PATCH', `${maps}/patch`, {
      type,
      body: { metadata: { resourceVersion: metadataIn(made)['resourceVersion'] ?? '' }, data: { d: '4' } },
    })
    expect([stale.code, stale.body['reason']]).toEqual([409, 'Conflict'])
    expect((await cluster.call('PATCH', `${maps}/none`, { type, body: {} })).code).toBe(404)
  })
  test('JSON patch applies in order and refuses a failed test', async () => {
    await make('steps', {}, { a: '1' })
    const type = 'application/json-patch+json'
    const done = await cluster.call('PATCH', `${maps}/steps`, {
      type,
      body: [
        { op: 'test', path: '/data/a', value: '1' },
        { op: 'add', path: '/data/b', value: '2' },
        { op: 'remove', path: '/data/a' },
      ],
    })
    expect([done.code, done.body['data']]).toEqual([200, { b: '2' }])
    expect((await cluster.call('PATCH', `${maps}/steps`, { type, body: [{ op: 'test', path: '/data/b', value: '9' }] })).code).toBe(422)
  })
  test('refuses a patch of an unknown form', async () => {
    await make('form')
    const odd = await cluster.call('PATCH', `${maps}/form`, { type: 'text/plain', body: '{}' })
    expect([odd.code, odd.body['reason']]).toEqual([415, 'UnsupportedMediaType'])
  })
})

describe('deleting', () => {
  test('removes the object and answers with what it was', async () => {
    const made = await make('bye')
    const gone = await cluster.call('DELETE', `${maps}/bye`)
    expect([gone.code, gone.body['status']]).toEqual([200, 'Success'])
    expect(asObject(gone.body['details'])).toMatchObject({ name: 'bye', kind: 'configmaps', uid: metadataIn(made)['uid'] })
    expect((await cluster.call('DELETE', `${maps}/bye`)).code).toBe(404)
  })
  test('respects preconditions', async () => {
    const made = await make('careful')
    const wrong = await cluster.call('DELETE', `${maps}/careful`, {
      body: { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { uid: '00000000-0000-0000-0000-000000000000' } },
    })
    expect([wrong.code, wrong.body['reason']]).toEqual([409, 'Conflict'])
    const right = await cluster.call('DELETE', `${maps}/careful`, {
      body: { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { uid: metadataIn(made)['uid'] ?? '' } },
    })
    expect(right.code).toBe(200)
  })
  test('with dryRun=All keeps it', async () => {
    await make('kept')
    expect((await cluster.call('DELETE', `${maps}/kept?dryRun=All`)).code).toBe(200)
    expect((await cluster.call('GET', `${maps}/kept`)).code).toBe(200)
  })
  test('a collection by label', async () => {
    await make('one', { labels: { sweep: 'yes' } })
    await make('two', { labels: { sweep: 'no' } })
    expect((await cluster.call('DELETE', `${maps}?labelSelector=sweep%3Dyes`)).code).toBe(200)
    expect([(await cluster.call('GET', `${maps}/one`)).code, (await cluster.call('GET', `${maps}/two`)).code]).toEqual([404, 200])
  })
})
