import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { commitToMain } from '../git/commit.ts'
import { createRepository } from '../git/repository.ts'
import { createKubeFaults } from '../kube/faults.ts'
import { type KubeServer, startKubeServer } from '../kube/server.ts'
import { createKubeClient, type KubeClient } from '../kube-client.ts'
import { type Applier, startApplier } from './applier.ts'
import { INVENTORY } from './inventory.ts'

const dir = mkdtempSync(join(tmpdir(), 'applier-'))
const repository = join(dir, 'repository.git')
const faults = createKubeFaults()
let server: KubeServer
let kube: KubeClient
let applier: Applier

const settings = (name: string, data: string, annotations = ''): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n  namespace: one\n${annotations}data:\n  key: ${data}\n`
const after = (...names: string[]): string =>
  `  annotations:\n    config.kubernetes.io/depends-on: ${names.map((name) => `/namespaces/one/ConfigMap/${name}`).join(',')}\n`
const file = (name: string): string => `clusters/a/one/configmap/${name}.yaml`
const NAMESPACE = { 'clusters/a/_cluster/namespace/one.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: one\n' }

const commit = (write: Record<string, string>, remove: string[] = []): Promise<string> =>
  commitToMain(repository, { author: { name: 'T', email: 't@example.test' }, message: 'Change', write, remove })

const valueOf = async (name: string): Promise<unknown> => {
  const found = await kube.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'one', name })
  return (found?.['data'] as { key?: string } | undefined)?.key
}
const published = async (): Promise<Record<string, string>> => (await kube.get(INVENTORY))?.['data'] as Record<string, string>

async function until(check: () => Promise<boolean> | boolean): Promise<void> {
  for (let turn = 0; turn < 200; turn += 1) {
    if (await check()) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('it did not happen in time')
}

beforeAll(async () => {
  const author = { name: 'T', email: 't@example.test', at: new Date('2026-01-01T00:00:00Z') }
  await createRepository(repository, [
    { author, message: 'Begin', write: { ...NAMESPACE, [file('first')]: settings('first', 'a'), 'other/x.yaml': 'not: applied\n' } },
  ])
  server = await startKubeServer({
    dir: join(dir, 'kube'),
    users: [{ name: 'admin', username: 'admin', groups: ['system:masters'] }],
    faults,
  })
  kube = createKubeClient({ url: server.url, caPem: server.caPem, token: server.token('admin') })
  applier = await startApplier({ repository, kube, under: 'clusters/a', everyMs: 30 })
})
afterAll(async () => {
  await applier.close()
  kube.close()
  await server.close()
  rmSync(dir, { recursive: true })
})

test('the tree is applied, later commits too, and the inventory names the commit', async () => {
  await until(async () => (await valueOf('first')) === 'a')
  const made = await commit({ [file('second')]: settings('second', 'b') })
  await until(() => applier.state().commit === made)
  expect(await valueOf('second')).toBe('b')
  expect(await published()).toMatchObject({ commit: made, refused: '[]', waiting: '[]' })
})

test('only what changed is applied again', async () => {
  const before = await kube.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'one', name: 'second' })
  const made = await commit({ [file('first')]: settings('first', 'c') })
  await until(() => applier.state().commit === made)
  expect(await valueOf('first')).toBe('c')
  expect((await kube.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'one', name: 'second' }))?.metadata).toEqual(before?.metadata)
})

test('a refusal holds back what depends on it, directly or through others, and nothing else', async () => {
  const made = await commit({
    [file('bad')]: settings('bad', '{not: text}'),
    [file('child')]: settings('child', 'x', after('bad', 'first')),
    [file('grandchild')]: settings('grandchild', 'x', after('child')),
    [file('fine')]: settings('fine', 'x', after('first')),
  })
  await until(() => applier.state().commit === made)
  expect([await valueOf('fine'), await valueOf('child'), await valueOf('grandchild')]).toEqual(['x', undefined, undefined])
  const { refused = '', waiting = '' } = await published()
  expect(JSON.parse(refused)).toEqual([
    { path: file('bad'), object: '/namespaces/one/ConfigMap/bad', message: expect.stringMatching(/bad|data|expected/i) },
  ])
  expect(JSON.parse(waiting).map((entry: { path: string; waitsFor: string }) => [entry.path, entry.waitsFor])).toEqual([
    [file('child'), '/namespaces/one/ConfigMap/bad'],
    [file('grandchild'), '/namespaces/one/ConfigMap/child'],
  ])
})

test('once the cause is mended the chain is applied', async () => {
  await commit({ [file('bad')]: settings('bad', 'good') })
  await until(async () => (await valueOf('grandchild')) === 'x')
  await until(() => applier.state().waiting.length === 0)
  expect(applier.state()).toMatchObject({ refused: [], waiting: [] })
})

test('what leaves the tree is pruned; a file that became unreadable keeps its object', async () => {
  await commit({ [file('fine')]: 'a: [', [file('second')]: 'kind: Nothing\n' }, [file('grandchild')])
  await until(async () => (await valueOf('grandchild')) === undefined)
  expect([await valueOf('fine'), await valueOf('second')]).toEqual(['x', 'b'])
  expect(applier.state().refused.map(({ path }) => path)).toEqual([file('fine'), file('second')])
  await commit({ [file('fine')]: settings('fine', 'x'), [file('second')]: settings('second', 'b') })
  await until(() => applier.state().refused.length === 0)
})

test('held it applies nothing, except what a partial sync names, until released', async () => {
  applier.hold()
  const made = await commit({ [file('first')]: settings('first', 'late'), [file('second')]: settings('second', 'now') })
  await applier.sync(file('second'))
  expect([await valueOf('first'), await valueOf('second')]).toEqual(['c', 'now'])
  expect(applier.state()).toMatchObject({ held: true, head: made })
  expect(applier.state().commit).not.toBe(made)
  applier.release()
  await until(async () => (await valueOf('first')) === 'late')
  await until(() => applier.state().commit === made)
  expect(applier.state()).toMatchObject({ held: false, head: made })
})

test('an API server that cannot be asked is no refusal, and work goes on when it is back', async () => {
  faults.refuse = true
  const made = await commit({ [file('first')]: settings('first', 'again') })
  await until(() => applier.state().problem !== undefined)
  expect(applier.state().refused).toEqual([])
  faults.refuse = false
  await until(() => applier.state().commit === made)
  expect(await valueOf('first')).toBe('again')
})

test('a new applier goes on from the inventory in the cluster', async () => {
  await applier.close()
  await commit({}, [file('fine')])
  applier = await startApplier({ repository, kube, under: 'clusters/a', everyMs: 30 })
  await until(async () => (await valueOf('fine')) === undefined)
  expect(await valueOf('first')).toBe('again')
})
