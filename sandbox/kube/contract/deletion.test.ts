import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { asList, asText, nameOf, type JsonObject } from '../json.ts'
import { causesOf, createCrd, metadataIn, openCluster, type Cluster, type Reply } from './cluster.ts'

const FINALIZER = 'vortex.test/hold'
let cluster: Cluster
let maps: string
let widgets: string
const configMap = (name: string, metadata: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...metadata },
})
const make = (name: string, metadata: JsonObject = {}): Promise<Reply> => cluster.call('POST', maps, { body: configMap(name, metadata) })
const merge = (path: string, metadata: JsonObject): Promise<Reply> =>
  cluster.call('PATCH', path, { type: 'application/merge-patch+json', body: { metadata } })
const held = (name: string): Promise<Reply> => make(name, { finalizers: [FINALIZER] })

beforeAll(async () => {
  cluster = await openCluster()
  maps = `/api/v1/namespaces/${cluster.namespace}/configmaps`
  widgets = await createCrd(cluster, 'widgets', 'Widget', { type: 'object', 'x-kubernetes-preserve-unknown-fields': true })
})
afterAll(() => cluster.stop())

/** Garbage is collected by a controller, and a bare kube-apiserver has none. */
async function isCollecting(): Promise<boolean> {
  if (process.env['KUBE_CONTRACT_KUBECONFIG'] === undefined) return true
  const lease = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/kube-controller-manager'
  return (await cluster.call('GET', lease)).code === 200
}

describe('finalizers', () => {
  test('hold a deleted object until the last of them is taken off', async () => {
    const made = await held('held')
    expect([made.code, metadataIn(made)['finalizers']]).toEqual([201, [FINALIZER]])
    const deleted = await cluster.call('DELETE', `${maps}/held`)
    expect([deleted.code, deleted.body['kind'], metadataIn(deleted)['deletionGracePeriodSeconds']]).toEqual([200, 'ConfigMap', 0])
    expect(asText(metadataIn(deleted)['deletionTimestamp'])).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    const again = await cluster.call('DELETE', `${maps}/held`)
    expect([again.code, metadataIn(again)['resourceVersion']]).toEqual([200, metadataIn(deleted)['resourceVersion']])
    expect((await cluster.call('GET', `${maps}/held`)).body).toEqual(deleted.body)
    const changed = await cluster.call('PATCH', `${maps}/held`, { type: 'application/merge-patch+json', body: { data: { a: '1' } } })
    expect([changed.code, metadataIn(changed)['deletionTimestamp']]).toEqual([200, metadataIn(deleted)['deletionTimestamp']])
    const released = await merge(`${maps}/held`, { finalizers: null })
    expect([released.code, nameOf(released.body)]).toEqual([200, 'held'])
    expect((await cluster.call('GET', `${maps}/held`)).code).toBe(404)
  })
  test('are seen by a watch as a change, then a deletion', async () => {
    const from = asText(metadataIn(await held('watched'))['resourceVersion'])
    const query = `?watch=true&resourceVersion=${from}&fieldSelector=metadata.name%3Dwatched`
    const events = await cluster.watch(
      `${maps}${query}`,
      ({ type }) => type === 'DELETED',
      async () => {
        await cluster.call('DELETE', `${maps}/watched`)
        await merge(`${maps}/watched`, { finalizers: [] })
      },
    )
    expect(events.map(({ type }) => type)).toEqual(['MODIFIED', 'DELETED'])
  })
  test('may not be added once the object is being deleted; one of two may be taken off', async () => {
    await make('late', { finalizers: [FINALIZER, 'vortex.test/other'] })
    await cluster.call('DELETE', `${maps}/late`)
    const added = await merge(`${maps}/late`, { finalizers: [FINALIZER, 'vortex.test/other', 'vortex.test/new'] })
    expect([added.code, causesOf(added)]).toEqual([
      422,
      {
        'metadata.finalizers':
          'Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"vortex.test/new"}',
      },
    ])
    const fewer = await merge(`${maps}/late`, { finalizers: ['vortex.test/other'] })
    expect([fewer.code, metadataIn(fewer)['finalizers']]).toEqual([200, ['vortex.test/other']])
    await merge(`${maps}/late`, { finalizers: null })
    expect((await cluster.call('GET', `${maps}/late`)).code).toBe(404)
  })
  test('of built-in kinds have qualified names', async () => {
    const odd = await make('odd', { finalizers: ['hold'] })
    expect([odd.code, causesOf(odd)]).toEqual([
      422,
      {
        'metadata.finalizers[0]': 'Invalid value: "hold": name is neither a standard finalizer name nor is it fully qualified',
      },
    ])
  })
  test('count as a new generation of a custom object, and go by apply too', async () => {
    const body = { apiVersion: `${cluster.group}/v1`, kind: 'Widget', metadata: { name: 'w', finalizers: [FINALIZER] } }
    await cluster.call('POST', widgets, { body })
    const deleted = await cluster.call('DELETE', `${widgets}/w`)
    expect([deleted.body['kind'], metadataIn(deleted)['generation']]).toEqual(['Widget', 2])
    const taken = await cluster.call('PATCH', `${widgets}/w`, {
      type: 'application/json-patch+json',
      body: [{ op: 'remove', path: '/metadata/finalizers' }],
    })
    expect([taken.code, (await cluster.call('GET', `${widgets}/w`)).code]).toEqual([200, 404])
  })
  test('are respected by a dry run and by the deletion of a collection', async () => {
    await make('one', { finalizers: [FINALIZER], labels: { sweep: 'held' } })
    await make('two', { labels: { sweep: 'held' } })
    const dry = await cluster.call('DELETE', `${maps}/one?dryRun=All`)
    expect([dry.code, dry.body['kind'], (await cluster.call('GET', `${maps}/one`)).body['metadata']]).toEqual([
      200,
      'ConfigMap',
      expect.not.objectContaining({ deletionTimestamp: expect.anything() }),
    ])
    await cluster.call('DELETE', `${maps}?labelSelector=sweep%3Dheld`)
    const left = await cluster.call('GET', `${maps}?labelSelector=sweep%3Dheld`)
    expect(asList(left.body['items']).map((each) => nameOf(each as JsonObject))).toEqual(['one']) // safe: items are objects
    await merge(`${maps}/one`, { finalizers: null })
  })
  test('stand for how dependents are to be treated', async () => {
    const remove = (name: string, policy: string): Promise<Reply> =>
      cluster.call('DELETE', `${maps}/${name}`, { body: { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: policy } })
    await held('foreground')
    expect(metadataIn(await remove('foreground', 'Foreground'))['finalizers']).toEqual([FINALIZER, 'foregroundDeletion'])
    await held('orphan')
    expect(metadataIn(await remove('orphan', 'Orphan'))['finalizers']).toEqual([FINALIZER, 'orphan'])
    await make('odd-policy')
    const odd = await remove('odd-policy', 'Sometimes')
    expect([odd.code, causesOf(odd)]).toEqual([
      422,
      { propagationPolicy: 'Unsupported value: "Sometimes": supported values: "Foreground", "Background", "Orphan", "nil"' },
    ])
    for (const name of ['foreground', 'orphan']) await merge(`${maps}/${name}`, { finalizers: null })
  })
})

describe('dependents', () => {
  const ownerOf = (owner: Reply, blocks = false): JsonObject => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    name: nameOf(owner.body),
    uid: metadataIn(owner)['uid'] ?? '',
    ...(blocks ? { blockOwnerDeletion: true } : {}),
  })
  const codeOf = async (name: string): Promise<number> => (await cluster.call('GET', `${maps}/${name}`)).code
  const remove = (name: string, propagationPolicy: string): Promise<Reply> =>
    cluster.call('DELETE', `${maps}/${name}`, { body: { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy } })
  beforeEach(async (context) => {
    if (!(await isCollecting())) context.skip('no controller collects garbage here')
  })

  test('go with the last of their owners, grandchildren too; a reference to one that is gone is taken off', async () => {
    const [first, second] = [await make('owner-1'), await make('owner-2')]
    const child = await make('child', { ownerReferences: [ownerOf(first)] })
    await make('grandchild', { ownerReferences: [ownerOf(child)] })
    await make('shared', { ownerReferences: [ownerOf(first), ownerOf(second)] })
    await cluster.call('DELETE', `${maps}/owner-1`)
    await expect.poll(() => codeOf('grandchild')).toBe(404)
    expect(await codeOf('child')).toBe(404)
    const shared = async () => metadataIn(await cluster.call('GET', `${maps}/shared`))['ownerReferences']
    await expect.poll(shared).toEqual([ownerOf(second)])
    await cluster.call('DELETE', `${maps}/owner-2`)
    await expect.poll(() => codeOf('shared')).toBe(404)
  })
  test('of an owner that never was are collected', async () => {
    await make('stray', {
      ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'nobody', uid: '00000000-0000-0000-0000-000000000000' }],
    })
    const unknown = { apiVersion: 'nobody.vortex.test/v1', kind: 'Nobody', name: 'n', uid: '00000000-0000-0000-0000-000000000001' }
    await make('of-unknown', { ownerReferences: [unknown] })
    await expect.poll(() => codeOf('stray')).toBe(404)
    expect(await codeOf('of-unknown')).toBe(200)
  })
  test('go before an owner that is deleted in the foreground', async () => {
    const owner = await make('front')
    await make('blocking', { ownerReferences: [ownerOf(owner, true)], finalizers: [FINALIZER] })
    const deleted = await remove('front', 'Foreground')
    expect(metadataIn(deleted)['finalizers']).toEqual(['foregroundDeletion'])
    const waits = async () => metadataIn(await cluster.call('GET', `${maps}/blocking`))['deletionTimestamp']
    await expect.poll(waits).toBeDefined()
    expect(await codeOf('front')).toBe(200)
    await merge(`${maps}/blocking`, { finalizers: null })
    await expect.poll(() => codeOf('front')).toBe(404)
  })
  test('stay without their owner when they are to be orphans', async () => {
    const owner = await make('parent')
    await make('left', { ownerReferences: [ownerOf(owner)] })
    await remove('parent', 'Orphan')
    await expect.poll(() => codeOf('parent')).toBe(404)
    const left = await cluster.call('GET', `${maps}/left`)
    expect([left.code, metadataIn(left)['ownerReferences']]).toEqual([200, undefined])
  })
})
