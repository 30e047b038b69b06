import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { atMostEvery, paced, PROMPT } from '#components/ui/pace.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('a burst is one run, and what comes during a run is followed by another', async () => {
  let runs = 0
  const pace = paced(() => {
    runs += 1
    return new Promise((resolve) => setTimeout(resolve, 300))
  })
  for (let index = 0; index < 100; index += 1) pace.call()
  await vi.advanceTimersByTimeAsync(100)
  expect(runs).toBe(1)
  pace.call()
  await vi.advanceTimersByTimeAsync(5_000)
  expect(runs).toBe(2)
})

test('a flood of calls costs half of the time at most, and the last call is followed by a run', async () => {
  let runs = 0
  const pace = paced(() => {
    runs += 1
    return new Promise((resolve) => setTimeout(resolve, 500))
  })
  for (let at = 0; at < 60_000; at += 20) {
    pace.call()
    await vi.advanceTimersByTimeAsync(20)
  }
  expect(runs).toBeLessThanOrEqual(60)
  expect(runs).toBeGreaterThan(40)
  const before = runs
  await vi.advanceTimersByTimeAsync(5_000)
  expect(runs).toBeGreaterThanOrEqual(before)
  pace.call()
  await vi.advanceTimersByTimeAsync(5_000)
  expect(runs).toBeGreaterThan(before)
})

test('a run that never ends or fails does not end the following, and one that is stopped runs no more', async () => {
  let runs = 0
  const pace = paced(() => {
    runs += 1
    return runs === 1 ? new Promise(() => undefined) : Promise.reject(new Error('no'))
  })
  pace.call()
  await vi.advanceTimersByTimeAsync(100)
  pace.call()
  await vi.advanceTimersByTimeAsync(30_000)
  expect(runs).toBe(2)
  pace.call()
  pace.stop()
  await vi.advanceTimersByTimeAsync(30_000)
  expect(runs).toBe(2)
})

test('what is prompt is asked about at once, then one at a time and with twice its length of rest', async () => {
  let [runs, open, most] = [0, 0, 0]
  const pace = paced(async () => {
    runs += 1
    open += 1
    most = Math.max(most, open)
    await new Promise((resolve) => setTimeout(resolve, 100))
    open -= 1
  }, PROMPT)
  pace.call()
  await vi.advanceTimersByTimeAsync(1)
  expect(runs).toBe(1)
  for (let at = 0; at < 30_000; at += 10) {
    pace.call()
    await vi.advanceTimersByTimeAsync(10)
  }
  expect(most).toBe(1)
  expect(runs).toBeGreaterThan(90)
  expect(runs).toBeLessThan(110)
})

test('what is asked at most every so often is', async () => {
  let runs = 0
  const pace = paced(() => (runs += 1), atMostEvery(5_000))
  for (let at = 0; at < 60_000; at += 50) {
    pace.call()
    await vi.advanceTimersByTimeAsync(50)
  }
  expect(runs).toBeGreaterThan(10)
  expect(runs).toBeLessThan(14)
})
