import { expect, test, vi } from 'vitest'
import type { SourceAge } from '#lib/sourced.ts'
import { openHub } from '#server/live/hub.ts'

test('tells every page to ask again when a source goes silent and when it heals, and not while nothing changes', async () => {
  vi.useFakeTimers()
  let state: SourceAge['state'] = 'fresh'
  const age = (): SourceAge => ({ source: 'Guardian', state, at: 0, problem: undefined })
  const source = { age, subscribe: () => () => false }
  // safe: the hub uses only what is given here
  const world = {
    database: { listen: async () => async () => undefined },
    kube: source,
    guardian: source,
    git: source,
    dsns: source,
    audit: source,
  }
  const hub = await openHub(world as unknown as Parameters<typeof openHub>[0])
  const heard: string[] = []
  hub.subscribe((topic) => heard.push(topic))
  await vi.advanceTimersByTimeAsync(10_000)
  expect(heard).toEqual([])
  state = 'down'
  await vi.advanceTimersByTimeAsync(3_000)
  expect(heard).toContain('approvals')
  heard.length = 0
  state = 'fresh'
  await vi.advanceTimersByTimeAsync(3_000)
  expect(heard).toContain('approvals')
  vi.useRealTimers()
})
