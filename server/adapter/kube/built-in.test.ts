import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createKubeClient, type KubeClient } from '#sandbox/kube-client.ts'
import { isGivenOther } from '#sandbox/kube/contract/cluster.ts'
import { startRealKube } from '#sandbox/kube/real/apiserver.ts'
import { findKubeAssets } from '#sandbox/kube/real/assets.ts'
import { startKubeServer } from '#sandbox/kube/server.ts'
import { connectTo } from '#server/adapter/kube/connection.ts'
import { createKube } from '#server/adapter/kube/create-kube.ts'
import { LET_GO_MS } from '#server/adapter/kube/followed.ts'
import type { Kube, KubeChange } from '#server/adapter/kube/kube.ts'
import { type KubeDoor, openKubeDoor } from '#server/testing/kube-door.ts'

// What the API server itself serves, through a door that hears what goes over the wire: the sandbox's server, or a real one under test:cluster.

const PATIENCE = { timeout: 30_000 }
const VALUE = 'ZEBRA-VALUE'
const ENCODED = Buffer.from(VALUE).toString('base64')
const users = [
  { name: 'admin', username: 'admin', groups: ['system:masters'] },
  { name: 'nobody', username: 'nobody', groups: [] },
]
const assets = findKubeAssets()
const isReal = isGivenOther() && assets.state === 'found'
let directory = ''
let stop: () => Promise<void>
let admin: KubeClient
let tokenOf: (user: string) => string
let door: KubeDoor
let kube: Kube
let later = 0
const changes: KubeChange[] = []
const wire: { readonly path: string; readonly piece: string }[] = []

const secret = (name: string) =>
  ({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: 'default' }, data: { key: ENCODED }, type: 'Opaque' }) as const
const lease = (name: string) =>
  ({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, namespace: 'default' },
    spec: { holderIdentity: 'me' },
  }) as const
const named = (group: string, kind: string): readonly string[] => {
  const all = kube.listKind(group, kind)
  return all.state === 'down' ? [all.problem] : all.value.map(({ metadata }) => metadata.name)
}
/** What was answered to paths that begin so, each answer in one piece. */
const said = (start: string): string => {
  const byPath = Map.groupBy(
    wire.filter(({ path }) => path.startsWith(start)),
    ({ path }) => path,
  )
  return [...byPath.values()].map((pieces) => pieces.map(({ piece }) => piece).join('')).join('\n')
}
const watched = (path: string): number => door.asked.filter((each) => each.startsWith(`${path}?`)).length

async function openServer() {
  if (isReal) return startRealKube(assets.directory, users)
  const server = await startKubeServer({ dir: directory, users })
  return { ...server, stop: () => server.close() }
}
async function openKube(user: string): Promise<Kube> {
  const kubeconfig = join(directory, `kubeconfig-${user}`)
  await writeFile(kubeconfig, door.kubeconfig(tokenOf(user)))
  return createKube({ kubeconfig, context: undefined, cluster: 'built-in', now: () => Date.now() + later })
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vortex-built-in-'))
  const server = await openServer()
  stop = server.stop
  tokenOf = server.token
  admin = createKubeClient({ url: server.url, caPem: server.caPem, token: server.token('admin') })
  await admin.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } }, 'test')
  await admin.apply(secret('listed'), 'test')
  await admin.apply(lease('held'), 'test')
  door = await openKubeDoor(server)
  door.tap = (path, piece) => wire.push({ path, piece })
  kube = await openKube('admin')
  kube.subscribe((change) => changes.push(change))
  await vi.waitUntil(() => kube.ready(), PATIENCE)
}, 120_000)
afterAll(async () => {
  await kube.stop()
  await door.close()
  await stop()
  await rm(directory, { recursive: true, force: true })
})

test('they can be opened, are none of those that mean something, and nothing of them is asked for before', () => {
  const names = kube.builtInKinds().map(({ group, kind }) => `${group}/${kind}`)
  expect(names).toEqual(
    expect.arrayContaining(['/Pod', '/Secret', '/Service', 'apps/Deployment', 'batch/Job', 'rbac.authorization.k8s.io/Role']),
  )
  expect(names).not.toContain('/ConfigMap')
  expect(names.filter((name) => name.endsWith('/Event'))).toEqual([])
  expect(
    kube
      .servedKinds()
      .map(({ group, kind }) => `${group}/${kind}`)
      .toSorted(),
  ).toEqual(['/ConfigMap', '/Namespace', 'apiextensions.k8s.io/CustomResourceDefinition'])
  for (const { group, kind } of kube.builtInKinds()) {
    expect(kube.isLeftOut(group, kind)).toBe(true)
    expect(kube.listKind(group, kind)).toEqual({ state: 'down', problem: 'not followed until somebody opens it' })
  }
  const lists = door.asked.filter((path) => path.includes('?')).map((path) => path.split('?')[0] ?? '')
  expect([...new Set(lists)].toSorted((a, b) => a.localeCompare(b))).toEqual([
    '/api/v1/configmaps',
    '/api/v1/namespaces',
    '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
  ])
  expect(kube.age().state).toBe('fresh')
})

test('one that is opened is there with its objects, and follows what comes', async () => {
  await kube.follow('coordination.k8s.io', 'Lease')
  expect(named('coordination.k8s.io', 'Lease'), 'whoever opens it sees it at once').toContain('held')
  expect(kube.isLeftOut('coordination.k8s.io', 'Lease')).toBe(false)
  await admin.apply(lease('taken'), 'test')
  await expect.poll(() => named('coordination.k8s.io', 'Lease'), PATIENCE).toContain('taken')
  expect(
    kube.servedKinds().map(({ kind }) => kind),
    'it means no more than before',
  ).not.toContain('Lease')
})

test('one that this identity may not list says so, and makes nothing else old', async () => {
  const other = await openKube('nobody')
  await vi.waitUntil(() => other.builtInKinds().length > 0 && other.age().state === 'fresh', PATIENCE)
  await other.follow('', 'Pod')
  expect(other.listKind('', 'Pod')).toEqual({ state: 'down', problem: 'this identity may not list and watch it' })
  expect(other.isLeftOut('', 'Pod')).toBe(false)
  expect(other.age().state).toBe('fresh')
  await other.stop()
})

test('of a Secret nothing but the metadata goes over the wire: in the list, the watch and a single read', async () => {
  const kind = kube.builtInKinds().find((each) => each.group === '' && each.kind === 'Secret')
  if (kind === undefined) throw new Error('there is no Secret')
  await kube.follow('', 'Secret')
  expect(named('', 'Secret')).toContain('listed')
  await admin.apply(secret('watched'), 'test')
  await expect.poll(() => named('', 'Secret'), PATIENCE).toContain('watched')
  const read = await kube.fetch(kind, 'default', 'listed')
  expect(read).toMatchObject({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'listed' } })
  const one = '/api/v1/namespaces/default/secrets/listed'
  expect(said('/api/v1/secrets?limit=')).toContain('"listed"')
  expect(said('/api/v1/secrets?watch=')).toContain('"watched"')
  expect(said(one)).toContain('"listed"')
  for (const value of [ENCODED, VALUE]) expect(said('/')).not.toContain(value)
  expect(JSON.stringify([read, changes.filter((change) => change.kind.kind === 'Secret'), kube.listKind('', 'Secret')])).not.toMatch(
    new RegExp(`${ENCODED}|${VALUE}|"data"`),
  )
  const connection = await connectTo({ kubeconfig: join(directory, 'kubeconfig-admin'), context: undefined })
  await connection.json('GET', one)
  connection.close()
  expect(said(one), 'the door does hear what goes over the wire').toContain(ENCODED)
})

test('one that nobody opened for an hour is let go, and is there again once somebody does', async () => {
  const again = () =>
    // A definition that comes makes the portal look at once.
    admin.apply(
      {
        apiVersion: 'apiextensions.k8s.io/v1',
        kind: 'CustomResourceDefinition',
        metadata: { name: `looks${later}.example.org` },
        spec: {
          group: 'example.org',
          scope: 'Namespaced',
          names: { kind: `Look${later}`, plural: `looks${later}`, singular: `look${later}`, listKind: `Look${later}List` },
          versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
        },
      },
      'test',
    )
  later = LET_GO_MS / 2
  await kube.follow('coordination.k8s.io', 'Lease')
  later = LET_GO_MS + 60_000
  await again()
  await expect.poll(() => kube.isLeftOut('', 'Secret'), PATIENCE).toBe(true)
  expect(kube.isLeftOut('coordination.k8s.io', 'Lease'), 'it was opened once more').toBe(false)
  expect(kube.listKind('', 'Secret').state).toBe('down')
  const lists = watched('/api/v1/secrets')
  await kube.follow('', 'Secret')
  expect(named('', 'Secret')).toContain('watched')
  expect(watched('/api/v1/secrets')).toBeGreaterThan(lists)
})
