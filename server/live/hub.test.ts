import { expect, test, vi } from 'vitest'
import type { SourceAge } from '#lib/sourced.ts'
import { openHub } from '#server/live/hub.ts'

/** Everything is still but the cluster, which is given. safe: the hub uses only what is given here */
const hubOf = (source: { readonly age: () => SourceAge }, kube: object) =>
  openHub({
    database: { listen: async () => async () => undefined },
    kube: { ...source, subscribe: () => () => false, servedKinds: () => [], ...kube },
    guardian: source,
    git: source,
    dsns: source,
    audit: source,
  } as unknown as Parameters<typeof openHub>[0])

test('tells every page to ask again when a source goes silent and when it heals, and not while nothing changes', async () => {
  vi.useFakeTimers()
  let state: SourceAge['state'] = 'fresh'
  const age = (): SourceAge => ({ source: 'Guardian', state, at: 0, problem: undefined })
  const hub = await hubOf({ age }, {})
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

test('tells the pages about resources when a kind is served anew and when it may be read, though it has no objects', async () => {
  vi.useFakeTimers()
  const age = (): SourceAge => ({ source: 'Kubernetes', state: 'fresh', at: 0, problem: undefined })
  let kinds: readonly object[] = []
  let state: 'down' | 'fresh' = 'down'
  const hub = await hubOf({ age }, { servedKinds: () => kinds, get: () => ({ state }) })
  const heard: string[] = []
  hub.subscribe((topic) => heard.push(topic))
  kinds = [{ group: 'walk.example.org', kind: 'Footpath' }]
  await vi.advanceTimersByTimeAsync(3_000)
  expect(heard).toEqual(['topology', 'sources'])
  await vi.advanceTimersByTimeAsync(6_000)
  expect(heard).toHaveLength(2)
  state = 'fresh'
  await vi.advanceTimersByTimeAsync(3_000)
  expect(heard).toHaveLength(4)
  vi.useRealTimers()
})
