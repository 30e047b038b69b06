import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { KubeObject } from '#lib/kube/object.ts'
import { readAhead } from '#server/resource/read-ahead.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const objects = Array.from({ length: 5_000 }, (_, at): KubeObject => ({ apiVersion: 'v1', kind: 'Thing', metadata: { name: `${at}` } }))

test('everything is read once, after whoever asked has their answer, with pauses between', async () => {
  const read: KubeObject[] = []
  const cells = (object: KubeObject) => read.push(object)
  const keyOf = vi.fn<(object: KubeObject) => void>()
  readAhead(objects, cells, keyOf)
  readAhead(objects, cells, keyOf)
  expect(read).toHaveLength(0)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(new Set(read).size).toBe(objects.length)
  expect(read).toHaveLength(objects.length)
  expect(keyOf).toHaveBeenCalledTimes(objects.length)
  readAhead([...objects], cells, vi.fn<(object: KubeObject) => void>())
  await vi.advanceTimersByTimeAsync(10_000)
  expect(read, 'other keys are read of all again').toHaveLength(2 * objects.length)
})

test('a short list is not worth it', async () => {
  const cells = vi.fn<(object: KubeObject) => void>()
  readAhead(objects.slice(0, 100), cells, cells)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(cells).not.toHaveBeenCalled()
})
