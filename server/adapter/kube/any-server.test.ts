import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createKubeClient } from '#sandbox/kube-client.ts'
import { openCluster, type Cluster } from '#sandbox/kube/contract/cluster.ts'
import { startRealKube } from '#sandbox/kube/real/apiserver.ts'
import { findKubeAssets } from '#sandbox/kube/real/assets.ts'
import { createKube } from '#server/adapter/kube/create-kube.ts'
import { eventLine } from '#lib/resource/events.ts'
import type { Kube, KubeChange } from '#server/adapter/kube/kube.ts'

// What holds with any API server: the sandbox's, a real one, or the cluster that KUBE_CONTRACT_KUBECONFIG names.

const PATIENCE = { timeout: 30_000 }
const dataIn = (kube: Kube, namespace: string, name: string): unknown => {
  const answer = kube.get('', 'ConfigMap', namespace, name)
  return answer.state === 'down' ? answer.problem : answer.value?.['data']
}

describe('with any API server', () => {
  let cluster: Cluster
  let kube: Kube
  const changes: KubeChange[] = []
  beforeAll(async () => {
    cluster = await openCluster()
    kube = await createKube({ kubeconfig: cluster.kubeconfig, context: undefined, cluster: 'any' })
    kube.subscribe((change) => changes.push(change))
    await vi.waitUntil(() => kube.ready(), PATIENCE)
  })
  afterAll(async () => {
    await kube.stop()
    await cluster.stop()
  })

  test('follows an object from its birth over its termination to its end', async () => {
    const { namespace } = cluster
    const maps = `/api/v1/namespaces/${namespace}/configmaps`
    const metadata = { name: 'followed', finalizers: ['vortex.test/hold'] }
    await cluster.call('POST', maps, { body: { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { a: '1' } } })
    await expect.poll(() => dataIn(kube, namespace, 'followed'), PATIENCE).toEqual({ a: '1' })
    await cluster.call('DELETE', `${maps}/followed`)
    const terminating = () => changes.filter(({ object }) => object.metadata.name === 'followed').map(({ type }) => type)
    await expect.poll(terminating, PATIENCE).toEqual(['added', 'modified'])
    const released = { type: 'application/merge-patch+json', body: { metadata: { finalizers: null } } }
    await cluster.call('PATCH', `${maps}/followed`, released)
    await expect.poll(terminating, PATIENCE).toEqual(['added', 'modified', 'deleted'])
    expect(dataIn(kube, namespace, 'followed')).toBeUndefined()
  })
  test('reads the events about one object and about no other, and none is not the same as not readable', async () => {
    const { namespace } = cluster
    const at = `/api/v1/namespaces/${namespace}`
    for (const name of ['told-of', 'untold'])
      await cluster.call('POST', `${at}/configmaps`, { body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } } })
    const uidOf = async (name: string) => {
      const { body } = await cluster.call('GET', `${at}/configmaps/${name}`)
      return String(Reflect.get(Object(body['metadata']), 'uid'))
    }
    const uid = await uidOf('told-of')
    const involvedObject = { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'told-of', uid }
    const event = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: 'told-of.1' },
      involvedObject,
      type: 'Warning',
      reason: 'Odd',
      message: '<b>',
      count: 3,
    }
    expect((await cluster.call('POST', `${at}/events`, { body: event })).code).toBe(201)
    const found = await kube.events({ uid, namespace })
    expect(found.state === 'read' && found.events.map(eventLine)).toMatchObject([
      { type: 'Warning', reason: 'Odd', message: '<b>', count: 3 },
    ])
    expect(await kube.events({ uid: await uidOf('untold'), namespace })).toEqual({ state: 'read', events: [], more: false })
  })
  test('starts with what is there, and knows the kinds', async () => {
    const { namespace } = cluster
    const maps = `/api/v1/namespaces/${namespace}/configmaps`
    const made = Array.from({ length: 30 }, (_, i) => `many-${i}`)
    for (const name of made) await cluster.call('POST', maps, { body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } } })
    const fresh = await createKube({ kubeconfig: cluster.kubeconfig, context: undefined, cluster: 'any' })
    try {
      await vi.waitUntil(() => fresh.ready(), PATIENCE)
      const list = fresh.listKind('', 'ConfigMap')
      const names = list.state === 'down' ? [] : list.value.map(({ metadata }) => metadata.name)
      expect(names).toEqual(expect.arrayContaining(made))
      expect(fresh.servedKinds().map(({ kind }) => kind)).toContain('CustomResourceDefinition')
    } finally {
      await fresh.stop()
    }
  })
})

const assets = findKubeAssets()
test.skipIf(assets.state === 'missing')(
  'with a real API server that is killed: what was written before and after its return is seen',
  async () => {
    if (assets.state === 'missing') return
    const server = await startRealKube(assets.directory, [{ name: 'admin', username: 'admin', groups: ['system:masters'] }])
    const admin = createKubeClient({ url: server.url, caPem: server.caPem, token: server.token('admin') })
    const write = (name: string, value: string) =>
      admin.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' }, data: { value } }, 'test')
    await write('before', '1')
    const kube = await createKube({ kubeconfig: server.kubeconfig, context: undefined, cluster: 'real' })
    try {
      await vi.waitUntil(() => kube.ready(), PATIENCE)
      const involvedObject = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'before', uid: 'uid-of-before' }
      await admin.apply(
        { apiVersion: 'v1', kind: 'Event', metadata: { name: 'e', namespace: 'default' }, involvedObject, reason: 'Odd' },
        'test',
      )
      // A real one serves events.k8s.io, where the same event stands in other words.
      expect(await kube.events({ uid: 'uid-of-before', namespace: 'default' })).toMatchObject({
        state: 'read',
        events: [{ regarding: { name: 'before' }, reason: 'Odd' }],
      })
      await server.kill()
      await server.start()
      await write('after', '1')
      await write('before', '2')
      await expect
        .poll(() => [dataIn(kube, 'default', 'before'), dataIn(kube, 'default', 'after')], PATIENCE)
        .toEqual([{ value: '2' }, { value: '1' }])
    } finally {
      await kube.stop()
      await server.stop()
    }
  },
)
