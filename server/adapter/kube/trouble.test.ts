import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createKubeClient, type KubeClient } from '#sandbox/kube-client.ts'
import { createKubeFaults } from '#sandbox/kube/faults.ts'
import { type KubeServer, startKubeServer } from '#sandbox/kube/server.ts'
import { createKube } from '#server/adapter/kube/create-kube.ts'
import type { Kube, KubeChange } from '#server/adapter/kube/kube.ts'
import { type KubeDoor, openKubeDoor } from '#server/testing/kube-door.ts'

const users = [
  { name: 'admin', username: 'admin', groups: ['system:masters'] },
  { name: 'vortex', username: 'system:serviceaccount:vortex-system:vortex', groups: [] },
]
const LONG = { timeout: 20_000 }
/** Longer than a watch has to stand to be no failure in a row with the one before. */
const STANDS_MS = 1_500
const faults = createKubeFaults()
let directory = ''
let kubeconfig = ''
let server: KubeServer
let door: KubeDoor
let admin: KubeClient
let kube: Kube | undefined

const RBAC = 'rbac.authorization.k8s.io'
const mayRead = (resources: readonly string[]) =>
  admin.apply(
    {
      apiVersion: `${RBAC}/v1`,
      kind: 'ClusterRole',
      metadata: { name: 'reader' },
      rules: [{ apiGroups: ['*'], resources: [...resources], verbs: ['get', 'list', 'watch'] }],
    },
    'test',
  )
const configMap = (name: string, data: Record<string, string> = {}) =>
  ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' }, data }) as const
const crd = (group: string, plural: string, kind: string) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${plural}.${group}` },
  spec: {
    group,
    scope: 'Namespaced',
    names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
    versions: [
      {
        name: 'v1alpha1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
})
const nameThere = (name: string): boolean => {
  const answer = kube?.get('', 'ConfigMap', 'default', name)
  return answer !== undefined && answer.state !== 'down' && answer.value !== undefined
}
const textOf = (name: string): string | undefined => {
  const answer = kube?.get('', 'ConfigMap', 'default', name)
  return answer === undefined || answer.state === 'down' ? undefined : answer.value?.data?.['text']
}
const lists = (): number => door.asked.filter((path) => path.startsWith('/api/v1/configmaps?limit=')).length
const follow = async (token = server.token('vortex')): Promise<Kube> => {
  await writeFile(kubeconfig, door.kubeconfig(token))
  kube = await createKube({ kubeconfig, context: undefined, cluster: 'ccs-mgmt' })
  return kube
}

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vortex-trouble-'))
  kubeconfig = join(directory, 'kubeconfig')
  server = await startKubeServer({ dir: directory, users, faults })
  door = await openKubeDoor({ url: server.url, caPem: server.caPem })
  admin = createKubeClient({ url: server.url, caPem: server.caPem, token: server.token('admin') })
  await admin.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } }, 'test')
  await mayRead(['*'])
  await admin.apply(
    {
      apiVersion: `${RBAC}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name: 'reader' },
      roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: 'reader' },
      subjects: [{ kind: 'ServiceAccount', name: 'vortex', namespace: 'vortex-system' }],
    },
    'test',
  )
})
afterEach(async () => {
  await kube?.stop()
  await door.close()
  await server.close()
  await rm(directory, { recursive: true, force: true })
})

test('a kind that may not be read is named as such, makes nothing else old, and is read once it may be', async () => {
  await mayRead(['configmaps', 'customresourcedefinitions'])
  const { listKind, age, ready } = await follow()
  await expect.poll(ready, LONG).toBe(true)
  expect(age().state).toBe('fresh')
  await expect.poll(() => listKind('', 'Namespace')).toEqual({ state: 'down', problem: 'this identity may not list and watch it' })
  await mayRead(['*'])
  await expect.poll(() => listKind('', 'Namespace').state, LONG).toBe('fresh')
})

test('goes on from where it was after cuts, 500, 401 and lines that are no JSON, without listing again; a 410 lists again', async () => {
  const { subscribe, ready, listKind } = await follow()
  const changes: KubeChange[] = []
  await expect.poll(ready, LONG).toBe(true)
  subscribe((change) => changes.push(change))
  const before = lists()
  for (const [at, mishap] of (['cut', 500, 401, 'garbage'] as const).entries()) {
    let isOver = false
    door.mishap = (path) => {
      if (isOver || !path.startsWith('/api/v1/configmaps?watch=')) return undefined
      isOver = true
      return mishap
    }
    faults.cutWatches()
    await admin.apply(configMap(`after-${at}`), 'test')
    await expect.poll(() => nameThere(`after-${at}`), LONG).toBe(true)
  }
  expect(lists()).toBe(before)
  door.mishap = (path) => (path.startsWith('/api/v1/configmaps?watch=') ? 'cut' : undefined)
  faults.cutWatches()
  await admin.apply(configMap('after-gone'), 'test')
  faults.gone()
  door.mishap = () => undefined
  await expect.poll(() => nameThere('after-gone'), LONG).toBe(true)
  expect(lists()).toBeGreaterThan(before)
  const told = changes.filter(({ kind }) => kind.kind === 'ConfigMap').map(({ type, object }) => `${type} ${object.metadata.name}`)
  expect(told).toEqual(['added after-0', 'added after-1', 'added after-2', 'added after-3', 'added after-gone'])
  const stored = listKind('', 'ConfigMap')
  expect(stored.state === 'down' ? [] : stored.value[0]?.metadata.managedFields).toEqual([
    { manager: 'test', operation: 'Apply', apiVersion: 'v1', fieldsType: 'FieldsV1', time: expect.any(String) },
  ])
})

test('a quiet kind is not listed again because its watch was cut now and then', async () => {
  const { ready } = await follow()
  await expect.poll(ready, LONG).toBe(true)
  const watches = (): number => door.asked.filter((path) => path.startsWith('/api/v1/configmaps?watch=')).length
  const before = lists()
  for (let cut = 0; cut < 4; cut += 1) {
    const known = watches()
    await pause(STANDS_MS)
    faults.cutWatches()
    await expect.poll(watches, LONG).toBeGreaterThan(known)
  }
  expect(lists()).toBe(before)
})

test('what was deleted and made anew while nobody watched is told as both', async () => {
  await admin.apply(configMap('twin', { a: '1' }), 'test')
  const { subscribe, ready } = await follow()
  await expect.poll(ready, LONG).toBe(true)
  const changes: KubeChange[] = []
  subscribe((change) => changes.push(change))
  door.mishap = (path) => (path.startsWith('/api/v1/configmaps') ? 'cut' : undefined)
  faults.cutWatches()
  await admin.remove({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'twin' })
  await admin.apply(configMap('twin', { a: '2' }), 'test')
  faults.gone()
  door.mishap = () => undefined
  await expect.poll(() => changes.map(({ type, object }) => `${type} ${object.data?.['a']}`), LONG).toEqual(['deleted 1', 'added 2'])
})

test('a group that does not say what it serves stops nobody else; what it may serve is unknown, not absent', async () => {
  await admin.apply(crd('core.ontai.dev', 'domainidentities', 'DomainIdentity'), 'test')
  await admin.apply(crd('guardian.ontai.dev', 'relationshipadmissionrequests', 'RelationshipAdmissionRequest'), 'test')
  door.isOld = true
  door.mishap = (path) => (path.startsWith('/apis/core.ontai.dev/') ? 503 : undefined)
  const { list, served, age } = await follow()
  await expect.poll(() => list('rar').state, LONG).toBe('fresh')
  expect(served('domainIdentity')).toBeUndefined()
  expect(list('domainIdentity')).toEqual({ state: 'down', problem: 'the API server does not say what core.ontai.dev serves' })
  await expect.poll(() => age().state, LONG).toBe('fresh')
  door.mishap = () => undefined
  await expect.poll(() => list('domainIdentity').state, { timeout: 30_000 }).toBe('fresh')
  door.isOld = false
})

test('one discovery asks twice, however many groups there are', async () => {
  door.asked.length = 0
  const { ready } = await follow()
  await expect.poll(ready, LONG).toBe(true)
  expect(door.asked.filter((path) => !path.includes('?') && path.split('/').length <= 4)).toEqual(['/apis', '/api'])
})

test('a server that restarts between two pages of a list leaves nothing half known, and objects as large as it takes come whole', async () => {
  const names = Array.from({ length: 620 }, (_, at) => `page-${at}`)
  for (const name of names) await admin.apply(configMap(name), 'test')
  const large = 'x'.repeat(1_000_000)
  await admin.apply(configMap('large', { text: large }), 'test')
  let cuts = 0
  door.mishap = (path) => (path.startsWith('/api/v1/configmaps?') && path.includes('continue=') && (cuts += 1) < 3 ? 'cut' : undefined)
  const { listKind } = await follow()
  const seen: number[] = []
  await expect
    .poll(() => {
      const all = listKind('', 'ConfigMap')
      if (all.state !== 'down') seen.push(all.value.length)
      return all.state
    }, LONG)
    .toBe('fresh')
  expect(cuts).toBe(3)
  expect(seen.every((count) => count >= names.length + 1)).toBe(true)
  expect(textOf('large')).toHaveLength(large.length)
  await admin.apply(configMap('large', { text: large.replaceAll('x', 'y') }), 'test')
  await expect.poll(() => textOf('large')?.startsWith('y'), LONG).toBe(true)
})

test('a server that takes connections and answers nothing is called silent, and read once it answers', async () => {
  door.mishap = () => 'stall'
  const { age, ready } = await follow()
  await expect.poll(() => age(), LONG).toMatchObject({ state: 'down', problem: expect.stringContaining('did not answer in time') })
  door.mishap = () => undefined
  await expect.poll(ready, { timeout: 30_000 }).toBe(true)
}, 60_000)

test('a credential that was rotated is taken from the file', async () => {
  const { ready, age } = await follow('not a token')
  await expect.poll(() => age().problem, LONG).toContain('401')
  await writeFile(kubeconfig, door.kubeconfig(server.token('vortex')))
  await expect.poll(ready, LONG).toBe(true)
})
