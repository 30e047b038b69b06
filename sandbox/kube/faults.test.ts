import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openCluster, metadataIn, type Cluster } from './contract/cluster.ts'
import { createKubeFaults } from './faults.ts'
import { asText } from './json.ts'
import { startKubeServer, type KubeServer } from './server.ts'

const faults = createKubeFaults()
let dir: string
let server: KubeServer
let cluster: Cluster
let maps: string

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'vortex-faults-'))
  server = await startKubeServer({ dir, faults, users: [{ name: 'admin', username: 'admin', groups: ['system:masters'] }] })
  const path = join(dir, 'kubeconfig')
  writeFileSync(path, server.kubeconfig(['admin']))
  cluster = await openCluster(path)
  maps = `/api/v1/namespaces/${cluster.namespace}/configmaps`
})
beforeEach(() => Object.assign(faults, { delayMs: 0, refuse: false }))
afterAll(async () => {
  await cluster.stop()
  await server.close()
  rmSync(dir, { recursive: true, force: true })
})
const make = (name: string) => cluster.call('POST', maps, { body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } } })

test('a slow server answers late', async () => {
  faults.delayMs = 300
  const started = performance.now()
  expect((await cluster.call('GET', maps)).code).toBe(200)
  expect(performance.now() - started).toBeGreaterThan(290)
})

test('a refusing server closes the connection', async () => {
  faults.refuse = true
  await expect(cluster.call('GET', maps)).rejects.toThrow(/socket hang up|ECONNRESET/)
})

test('cut watches end without a word', async () => {
  const events = await cluster.watch(
    `${maps}?watch=true`,
    () => false,
    async () => {
      await make('seen')
      faults.cutWatches()
    },
  )
  expect(events.filter(({ type }) => type === 'ERROR')).toEqual([])
})

test('after a compaction an old watch and an old continue token get 410, with a token to go on', async () => {
  for (const name of ['p1', 'p2', 'p3']) await make(name)
  const page = await cluster.call('GET', `${maps}?limit=1`)
  const from = asText(metadataIn(page)['resourceVersion'])
  await make('p4')
  faults.gone()
  const [event] = await cluster.watch(`${maps}?watch=true&resourceVersion=${from}`, () => false)
  expect(event).toMatchObject({
    type: 'ERROR',
    object: { kind: 'Status', code: 410, reason: 'Expired', message: expect.stringContaining('too old resource version') },
  })
  const old = await cluster.call('GET', `${maps}?limit=1&continue=${encodeURIComponent(asText(metadataIn(page)['continue']))}`)
  expect([old.code, old.body['reason']]).toEqual([410, 'Expired'])
  const next = await cluster.call('GET', `${maps}?limit=10&continue=${encodeURIComponent(asText(metadataIn(old)['continue']))}`)
  expect(next.code).toBe(200)
})
