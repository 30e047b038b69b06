import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createKubeClient, type KubeClient } from '#sandbox/kube-client.ts'
import { createKubeFaults } from '#sandbox/kube/faults.ts'
import { type KubeServer, startKubeServer } from '#sandbox/kube/server.ts'
import { createKube } from '#server/adapter/kube/create-kube.ts'
import type { Kube, KubeChange } from '#server/adapter/kube/kube.ts'

const users = [
  { name: 'admin', username: 'admin', groups: ['system:masters'] },
  { name: 'vortex', username: 'system:serviceaccount:vortex-system:vortex', groups: [] },
]
const faults = createKubeFaults()
let directory = ''
let server: KubeServer
let admin: KubeClient
let kube: Kube
const changes: KubeChange[] = []

const configMap = (name: string, data: Record<string, string>) =>
  ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' }, data }) as const
const dataOf = (name: string): unknown => {
  const answer = kube.get('', 'ConfigMap', 'default', name)
  return answer.state === 'down' ? answer.problem : answer.value?.data
}

const REQUEST = 'RelationshipAdmissionRequest'
const request = (group: string, name: string) =>
  ({ apiVersion: `${group}/v1alpha1`, kind: REQUEST, metadata: { name, namespace: 'default' } }) as const
const requestKind = (group: string) => {
  const [kind, singular] = [REQUEST, REQUEST.toLowerCase()]
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } }
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${singular}s.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind, plural: `${singular}s`, singular, listKind: `${kind}List` },
      versions: [{ name: 'v1alpha1', served: true, storage: true, schema }],
    },
  }
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vortex-kube-'))
  server = await startKubeServer({ dir: directory, users, faults })
  admin = createKubeClient({ url: server.url, caPem: server.caPem, token: server.token('admin') })
  await admin.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } }, 'test')
  await admin.apply(
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'reader' },
      rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list', 'watch'] }],
    },
    'test',
  )
  await admin.apply(
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: 'reader' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'reader' },
      subjects: [{ kind: 'ServiceAccount', name: 'vortex', namespace: 'vortex-system' }],
    },
    'test',
  )
  await admin.apply(configMap('one', { a: '1' }), 'test')
  const kubeconfig = join(directory, 'kubeconfig')
  await writeFile(kubeconfig, server.kubeconfig(['admin', 'vortex']))
  kube = await createKube({ kubeconfig, context: 'vortex', cluster: 'ccs-mgmt' })
  kube.subscribe((change) => changes.push(change))
  await vi.waitUntil(() => kube.ready(), { timeout: 20_000 })
})
afterAll(async () => {
  await kube.stop()
  await server.close()
  await rm(directory, { recursive: true, force: true })
})

test('follows what is there, what comes, changes and goes, with a reading identity only', async () => {
  expect(dataOf('one')).toEqual({ a: '1' })
  await admin.apply(configMap('two', { b: '1' }), 'test')
  await expect.poll(() => dataOf('two')).toEqual({ b: '1' })
  await admin.apply(configMap('two', { b: '2' }), 'test')
  await expect.poll(() => dataOf('two')).toEqual({ b: '2' })
  await admin.remove({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'two' })
  await expect.poll(() => dataOf('two')).toBeUndefined()
  expect(changes.filter(({ object }) => object.metadata.name === 'two').map(({ type }) => type)).toEqual(['added', 'modified', 'deleted'])
})

test('finds a kind that is defined while it runs', async () => {
  expect(kube.served('rar')).toBeUndefined()
  expect(kube.list('rar')).toMatchObject({ state: 'fresh', value: [] })
  await admin.apply(requestKind('guardian.ontai.dev'), 'test')
  await expect.poll(() => kube.served('rar')?.group, { timeout: 20_000 }).toBe('guardian.ontai.dev')
  await admin.apply(request('guardian.ontai.dev', 'r'), 'test')
  await expect
    .poll(() => kube.list('rar'), { timeout: 20_000 })
    .toMatchObject({ value: [{ kind: 'RelationshipAdmissionRequest', metadata: { name: 'r' } }] })
})

test('shows what two generations hold as one list, and of two with one name the newest', async () => {
  await admin.apply(requestKind('seam.ontai.dev'), 'test')
  await expect.poll(() => kube.served('rar')?.group, { timeout: 20_000 }).toBe('seam.ontai.dev')
  for (const [group, name] of [
    ['seam.ontai.dev', 'r'],
    ['guardian.ontai.dev', 'old'],
    ['seam.ontai.dev', 'new'],
  ] as const)
    await admin.apply(request(group, name), 'test')
  const shown = (): unknown => {
    const all = kube.list('rar')
    return all.state === 'down'
      ? all.problem
      : all.value.map(({ apiVersion, metadata }) => `${apiVersion.split('.')[0]}/${metadata.name}`).toSorted()
  }
  await expect.poll(shown, { timeout: 20_000 }).toEqual(['guardian/old', 'seam/new', 'seam/r'])
  const [seen, again] = [kube.list('rar'), kube.list('rar')]
  // The same array until something changes: what was made of it is remembered by it.
  expect(seen.state === 'fresh' && again.state === 'fresh' && seen.value === again.value).toBe(true)
  await admin.remove({ apiVersion: 'seam.ontai.dev/v1alpha1', kind: REQUEST, namespace: 'default', name: 'r' })
  await expect.poll(shown).toEqual(['guardian/old', 'guardian/r', 'seam/new'])
})

test('follows so many kinds that no contract names, and instead of one of them the one that is opened', async () => {
  for (const group of ['one.example.org', 'two.example.org', 'three.example.org']) {
    await admin.apply(requestKind(group), 'test')
    await admin.apply(request(group, 'stranger'), 'test')
  }
  const kubeconfig = join(directory, 'kubeconfig')
  const few = await createKube({ kubeconfig, context: 'vortex', cluster: 'few', strangersMax: 2 })
  const read = (): readonly string[] =>
    few
      .servedKinds()
      .filter(({ group, kind }) => group.endsWith('.example.org') && few.listKind(group, kind).state === 'fresh')
      .map(({ group }) => group)
  await expect.poll(read, { timeout: 20_000 }).toEqual(['one.example.org', 'three.example.org'])
  expect(few.listKind('two.example.org', REQUEST)).toMatchObject({ state: 'down', problem: expect.stringContaining('not followed') })
  expect(few.get('two.example.org', REQUEST, 'default', 'stranger').state).toBe('down')
  await vi.waitUntil(() => few.ready(), { timeout: 20_000 })
  expect(few.age().state).toBe('fresh')
  void few.follow('two.example.org', REQUEST)
  expect(few.age().state, 'a kind that is being listed makes nothing else old').toBe('fresh')
  await expect.poll(read, { timeout: 20_000 }).toEqual(['one.example.org', 'two.example.org'])
  expect(few.get('two.example.org', REQUEST, 'default', 'stranger')).toMatchObject({
    state: 'fresh',
    value: { metadata: { name: 'stranger' } },
  })
  await few.stop()
})

test('of a machine configuration nothing but the metadata comes into the process, in the list, the watch and a single read', async () => {
  const kindOf = (plural: string, kind: string) => {
    const { spec, ...crd } = requestKind('platform.ontai.dev')
    const names = { kind, plural, singular: plural.slice(0, -1), listKind: `${kind}List` }
    return { ...crd, metadata: { name: `${plural}.platform.ontai.dev` }, spec: { ...spec, names } }
  }
  const machine = (name: string) =>
    ({ ...at('MachineConfig', name), spec: { role: 'worker', machine: { token: 'ZEBRA-KEY' }, cluster: 'ZEBRA-KEY' } }) as const
  const at = (kind: string, name: string) => ({ apiVersion: 'platform.ontai.dev/v1alpha1', kind, metadata: { name, namespace: 'default' } })
  await admin.apply(kindOf('machineconfigs', 'MachineConfig'), 'test')
  await admin.apply(kindOf('hardeningprofiles', 'HardeningProfile'), 'test')
  await admin.apply(machine('listed'), 'test')
  await admin.apply({ ...at('HardeningProfile', 'patched'), spec: { description: 'kept', machineConfigPatches: ['ZEBRA-KEY'] } }, 'test')
  const all = (): readonly string[] =>
    ['MachineConfig', 'HardeningProfile'].flatMap((kind) => {
      const found = kube.listKind('platform.ontai.dev', kind)
      return found.state === 'down' ? [] : found.value.map(({ metadata }) => metadata.name)
    })
  await expect.poll(all, { timeout: 20_000 }).toEqual(['listed', 'patched'])
  await admin.apply(machine('watched'), 'test')
  await expect.poll(all).toEqual(['listed', 'watched', 'patched'])
  const served = kube.served('machineConfig')
  const read = served && (await kube.fetch(served, 'default', 'listed'))
  expect(read?.metadata.name).toBe('listed')
  const seen = JSON.stringify([
    read,
    changes,
    kube.listKind('platform.ontai.dev', 'MachineConfig'),
    kube.listKind('platform.ontai.dev', 'HardeningProfile'),
  ])
  expect(seen).toContain('kept')
  expect(seen).not.toContain('ZEBRA-KEY')
})

test('loses nothing over cut watches, a forgotten history and a server that refuses for a while', async () => {
  for (let round = 0; round < 12; round += 1) {
    if (round % 3 === 0) faults.cutWatches()
    if (round % 3 === 1) faults.gone()
    if (round % 4 === 3) {
      faults.refuse = true
      faults.cutWatches()
      await new Promise((resolve) => setTimeout(resolve, 50))
      faults.refuse = false
    }
    await admin.apply(configMap(`round-${round}`, { round: String(round) }), 'test')
    if (round > 0) await admin.remove({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: `round-${round - 1}` })
  }
  await expect.poll(() => dataOf('round-11'), { timeout: 20_000 }).toEqual({ round: '11' })
  await expect
    .poll(() => Array.from({ length: 11 }, (_, round) => dataOf(`round-${round}`)), { timeout: 20_000 })
    .toEqual(Array.from({ length: 11 }))
})

test('says that it is stale while the server is away, keeps what it knows, and heals alone', async () => {
  faults.refuse = true
  faults.cutWatches()
  await expect.poll(() => kube.age().state, { timeout: 20_000 }).toBe('stale')
  expect(dataOf('one')).toEqual({ a: '1' })
  faults.refuse = false
  await expect.poll(() => kube.age().state, { timeout: 30_000 }).toBe('fresh')
})
