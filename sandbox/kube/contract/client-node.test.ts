import {
  ApiextensionsV1Api,
  CoreV1Api,
  CustomObjectsApi,
  KubernetesObjectApi,
  makeInformer,
  PatchStrategy,
  Watch,
  type KubernetesObject,
  type V1ConfigMap,
} from '@kubernetes/client-node'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { createCrd, openCluster, type Cluster } from './cluster.ts'

// The same questions as kubectl.test.ts asks, through the client that Vortex uses.
let cluster: Cluster
let core: CoreV1Api
let objects: KubernetesObjectApi
beforeAll(async () => {
  cluster = await openCluster()
  core = cluster.config.makeApiClient(CoreV1Api)
  objects = KubernetesObjectApi.makeApiClient(cluster.config)
  await createCrd(cluster, 'widgets', 'Widget', {
    type: 'object',
    properties: { spec: { type: 'object', properties: { size: { type: 'integer', maximum: 3 } } } },
  })
})
afterAll(() => cluster.stop())
const configMap = (name: string, data: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: cluster.namespace },
  data,
})

test('creates, reads, lists, replaces and deletes', async () => {
  const { namespace } = cluster
  const made = await core.createNamespacedConfigMap({ namespace, body: configMap('a', { x: '1' }) })
  expect(made.metadata?.creationTimestamp).toBeInstanceOf(Date)
  expect((await core.readNamespacedConfigMap({ namespace, name: 'a' })).data).toEqual({ x: '1' })
  const list = await core.listNamespacedConfigMap({ namespace, fieldSelector: 'metadata.name=a' })
  expect(list.items.map(({ metadata }) => metadata?.name)).toEqual(['a'])
  await core.replaceNamespacedConfigMap({ namespace, name: 'a', body: { ...configMap('a', { x: '2' }), metadata: made.metadata ?? {} } })
  await expect(
    core.replaceNamespacedConfigMap({ namespace, name: 'a', body: { ...configMap('a', { x: '3' }), metadata: made.metadata ?? {} } }),
  ).rejects.toMatchObject({
    code: 409,
  })
  await core.deleteNamespacedConfigMap({ namespace, name: 'a' })
  await expect(core.readNamespacedConfigMap({ namespace, name: 'a' })).rejects.toMatchObject({
    code: 404,
    body: expect.stringContaining('configmaps \\"a\\" not found'),
  })
})

test('applies server-side and is told about a conflict', async () => {
  const apply = (manager: string, value: string, force = false) =>
    objects.patch<V1ConfigMap>(configMap('applied', { x: value }), undefined, undefined, manager, force, PatchStrategy.ServerSideApply)
  expect((await apply('alice', '1')).data).toEqual({ x: '1' })
  await expect(apply('bob', '2')).rejects.toMatchObject({ code: 409, body: expect.stringContaining('conflict with \\"alice\\": .data.x') })
  expect((await apply('bob', '2', true)).data).toEqual({ x: '2' })
})

test('serves custom objects and refuses invalid ones with the field named', async () => {
  const custom = cluster.config.makeApiClient(CustomObjectsApi)
  const { group, namespace } = cluster
  const at = { group, version: 'v1', namespace, plural: 'widgets' }
  const body = (size: number) => ({ apiVersion: `${group}/v1`, kind: 'Widget', metadata: { name: `w${size}` }, spec: { size } })
  await custom.createNamespacedCustomObject({ ...at, body: body(3) })
  await expect(custom.createNamespacedCustomObject({ ...at, body: body(4) })).rejects.toMatchObject({
    code: 422,
    body: expect.stringContaining('spec.size in body should be less than or equal to 3'),
  })
  const list: unknown = await custom.listNamespacedCustomObject(at)
  expect(list).toMatchObject({ kind: 'WidgetList', items: [{ metadata: { name: 'w3' } }] })
  const crds = await cluster.config.makeApiClient(ApiextensionsV1Api).listCustomResourceDefinition()
  expect(crds.items.some(({ metadata }) => metadata?.name === `widgets.${group}`)).toBe(true)
})

test('watches', async () => {
  const seen: string[] = []
  const controller = await new Watch(cluster.config).watch(
    `/api/v1/namespaces/${cluster.namespace}/configmaps`,
    { fieldSelector: 'metadata.name=watched' },
    (phase: string, object: unknown) => void seen.push(`${phase} ${(object as V1ConfigMap).data?.['x']}`),
    () => undefined,
  )
  await core.createNamespacedConfigMap({ namespace: cluster.namespace, body: configMap('watched', { x: '1' }) })
  await core.deleteNamespacedConfigMap({ namespace: cluster.namespace, name: 'watched' })
  await expect.poll(() => seen, { timeout: 20_000 }).toEqual(['ADDED 1', 'DELETED 1'])
  controller.abort()
})

test('keeps an informer up to date', async () => {
  const { namespace } = cluster
  const informer = makeInformer<KubernetesObject>(cluster.config, `/api/v1/namespaces/${namespace}/configmaps`, () =>
    core.listNamespacedConfigMap({ namespace }),
  )
  const seen: string[] = []
  for (const event of ['add', 'update', 'delete'] as const)
    informer.on(event, ({ metadata }) => void (metadata?.name === 'informed' && seen.push(event)))
  await informer.start()
  await core.createNamespacedConfigMap({ namespace, body: configMap('informed', { x: '1' }) })
  await objects.patch(configMap('informed', { x: '2' }), undefined, undefined, 'm', undefined, PatchStrategy.MergePatch)
  await core.deleteNamespacedConfigMap({ namespace, name: 'informed' })
  await expect.poll(() => seen, { timeout: 20_000 }).toEqual(['add', 'update', 'delete'])
  await informer.stop()
})
