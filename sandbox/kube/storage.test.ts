import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openStorage, type Storage } from './storage.ts'

let dir: string
let storage: Storage
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'vortex-storage-'))
  storage = await openStorage(dir, { historyMax: 4, logBytesMax: 2_000 })
})
afterEach(async () => {
  await storage.close()
  rmSync(dir, { recursive: true, force: true })
})
const put = (key: string, n: number) => storage.put('/things', key, (resourceVersion) => ({ metadata: { name: key, resourceVersion }, n }))
const reopen = async (): Promise<void> => {
  await storage.close()
  storage = await openStorage(dir, { historyMax: 4, logBytesMax: 2_000 })
}

test('objects, revision and history survive a restart', async () => {
  put('a', 1)
  put('b', 1)
  storage.remove('/things', 'a', (resourceVersion) => ({ metadata: { name: 'a', resourceVersion } }))
  await storage.durable()
  await reopen()
  expect([storage.revision(), storage.list('/things')]).toEqual([3, [{ metadata: { name: 'b', resourceVersion: '2' }, n: 1 }]])
  expect(storage.since(1).map(({ type, key }) => `${type} ${key}`)).toEqual(['ADDED b', 'DELETED a'])
})

test('a list can be read as it stood, until the history forgets', async () => {
  put('a', 1)
  put('b', 1)
  put('a', 2)
  await storage.durable()
  expect(storage.listAt('/things', 2)?.map(({ n }) => n)).toEqual([1, 1])
  expect(storage.listAt('/things', 1)).toHaveLength(1)
  storage.forget()
  expect([storage.listAt('/things', 2), storage.oldest()]).toEqual([null, 3])
})

test('a short history forgets the oldest events first', async () => {
  for (let n = 1; n <= 20; n++) put('a', n)
  await storage.durable()
  expect(storage.oldest()).toBeGreaterThan(10)
  expect(storage.since(storage.oldest()).at(-1)?.revision).toBe(20)
})

test('a snapshot replaces a long log and loses nothing', async () => {
  for (let n = 1; n <= 100; n++) {
    put(`key-${n % 10}`, n)
    if (n % 7 === 0) await storage.durable()
  }
  await storage.durable()
  const before = storage.list('/things')
  await reopen()
  expect([storage.revision(), storage.list('/things')]).toEqual([100, before])
})
