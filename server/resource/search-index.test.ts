import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { KubeObject } from '#lib/kube/object.ts'
import type { ServedKind } from '#lib/kube/concept.ts'
import type { KubeChange } from '#server/adapter/kube/kube.ts'
import { isIndexed, keepIndexed } from '#server/resource/search-index.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const KIND: ServedKind = { group: 'example.org', version: 'v1', kind: 'Thing', plural: 'things', namespaced: true }
const things = (count: number): readonly KubeObject[] =>
  Array.from({ length: count }, (_, index) => ({ apiVersion: 'example.org/v1', kind: 'Thing', metadata: { name: `thing-${index}` } }))

function following(there: readonly KubeObject[]) {
  let tell: (change: KubeChange) => void = () => undefined
  return {
    kube: {
      servedKinds: () => [KIND],
      listKind: () => ({ state: 'fresh', value: there, at: 0 }) as const,
      subscribe: (listener: (change: KubeChange) => void) => ((tell = listener), () => (tell = () => undefined)),
    },
    tell: (type: KubeChange['type'], object: KubeObject) => tell({ type, kind: KIND, object }),
  }
}

test('what is there at the start is read in slices that end when their time is over', async () => {
  const there = things(1_000)
  // Each look at the clock takes a millisecond, so a slice is over after a few batches.
  let clock = 0
  const stop = keepIndexed(following(there).kube, () => (clock += 1))
  const steps: number[] = []
  while (!there.every(isIndexed)) {
    const before = there.filter(isIndexed).length
    await vi.advanceTimersByTimeAsync(8)
    steps.push(there.filter(isIndexed).length - before)
  }
  expect(steps.length).toBeGreaterThan(2)
  expect(Math.max(...steps)).toBeLessThanOrEqual(8 * 64)
  stop()
})

test('what comes in later is read before anybody searches, until it is told to stop', async () => {
  const { kube, tell } = following([])
  const stop = keepIndexed(kube)
  const [first, second, third] = things(3)
  if (!first || !second || !third) throw new Error('there are three')
  tell('added', first)
  tell('deleted', second)
  await vi.advanceTimersByTimeAsync(100)
  expect([first, second].map(isIndexed)).toEqual([true, false])
  stop()
  tell('added', third)
  await vi.advanceTimersByTimeAsync(100)
  expect(isIndexed(third)).toBe(false)
})
