import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { topicOf } from '#lib/live/topic.ts'
import type { SourceAge } from '#lib/sourced.ts'
import { openHub, type Hub } from '#server/live/hub.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

type Listen = (channel: string, listener: (payload: string) => void) => Promise<() => Promise<void>>

/** Everything is still but the cluster, which is given. safe: the hub uses only what is given here */
const hubOf = (source: { readonly age: () => SourceAge }, own: object, listen: Listen = async () => async () => undefined) => {
  const kube = {
    ...source,
    cluster: 'ccs-mgmt',
    subscribe: () => () => false,
    servedKinds: () => [],
    builtInKinds: () => [],
    list: () => ({ state: 'fresh', value: [], at: 0 }),
    ...own,
  }
  return openHub({
    database: { listen, now: () => new Date(0) },
    kube,
    clusters: [kube],
    guardian: source,
    git: source,
    dsns: source,
    audit: source,
  } as unknown as Parameters<typeof openHub>[0])
}

/** What is heard of these keys. */
function hearing(hub: Hub, keys: readonly string[]): string[] {
  const heard: string[] = []
  hub.subscribe({ keys: new Set(keys), deliver: ({ key }) => heard.push(topicOf(key)), beat: () => undefined, end: () => undefined })
  return heard
}

test('tells every page to ask again when a source goes silent and when it heals, and not while nothing changes', async () => {
  let state: SourceAge['state'] = 'fresh'
  const age = (): SourceAge => ({ source: 'Guardian', state, at: 0, problem: undefined })
  const heard = hearing(await hubOf({ age }, {}), ['approvals'])
  await vi.advanceTimersByTimeAsync(10_000)
  expect(heard).toEqual([])
  state = 'down'
  await vi.advanceTimersByTimeAsync(3_000)
  expect(heard).toEqual(['approvals'])
  state = 'fresh'
  await vi.advanceTimersByTimeAsync(3_000)
  expect(heard).toEqual(['approvals', 'approvals'])
})

test('tells the pages about resources when a kind is served anew and when it may be read, though it has no objects', async () => {
  const age = (): SourceAge => ({ source: 'Kubernetes', state: 'fresh', at: 0, problem: undefined })
  let kinds: readonly object[] = []
  let state: 'down' | 'fresh' = 'down'
  const kube = { servedKinds: () => kinds, get: () => ({ state }) }
  const heard = hearing(await hubOf({ age }, kube), ['topology', 'sources', 'approvals', 'kind:walk.example.org/Footpath'])
  kinds = [{ group: 'walk.example.org', kind: 'Footpath' }]
  await vi.advanceTimersByTimeAsync(3_000)
  expect(heard).toEqual(['topology', 'sources', 'kind:walk.example.org/Footpath'])
  await vi.advanceTimersByTimeAsync(6_000)
  expect(heard).toHaveLength(3)
  state = 'fresh'
  await vi.advanceTimersByTimeAsync(3_000)
  expect(heard).toHaveLength(6)
})

test('tells a burst of changes of one object once, and of others to nobody who does not follow them', async () => {
  const age = (): SourceAge => ({ source: 'Kubernetes', state: 'fresh', at: 0, problem: undefined })
  let change: (told: object) => void = () => undefined
  const subscribe = (listener: (change: object) => void) => ((change = listener), () => false)
  const hub = await hubOf({ age }, { subscribe })
  const followed = hearing(hub, ['object:example.org/Thing/a/one'])
  const kind = hearing(hub, ['kind:example.org/Thing'])
  for (let index = 0; index < 5_000; index += 1) {
    const object = { apiVersion: 'example.org/v1', kind: 'Thing', metadata: { name: index % 2 ? 'one' : `two-${index}`, namespace: 'a' } }
    change({ type: 'modified', kind: { group: 'example.org', kind: 'Thing' }, object })
  }
  await vi.advanceTimersByTimeAsync(1_000)
  expect(followed).toEqual(['object:example.org/Thing/a/one'])
  expect(kind).toEqual(['kind:example.org/Thing'])
})

test('a key that changes all the time is told again and again, and makes a quiet one wait for nothing', async () => {
  const age = (): SourceAge => ({ source: 'Kubernetes', state: 'fresh', at: 0, problem: undefined })
  let change: (told: object) => void = () => undefined
  const subscribe = (listener: (change: object) => void) => ((change = listener), () => false)
  const hub = await hubOf({ age }, { subscribe })
  const of = (kind: string): void =>
    change({
      type: 'modified',
      kind: { group: 'g', kind },
      object: { apiVersion: 'g/v1', kind, metadata: { name: 'one', namespace: 'a' } },
    })
  const busy = hearing(hub, ['kind:g/Busy'])
  const quiet = hearing(hub, ['kind:g/Quiet'])
  for (let at = 0; at < 1_000; at += 2) {
    of('Busy')
    await vi.advanceTimersByTimeAsync(2)
  }
  expect(busy.length).toBeGreaterThan(10)
  expect(busy.length).toBeLessThan(60)
  of('Busy')
  of('Quiet')
  await vi.advanceTimersByTimeAsync(2)
  expect(quiet).toHaveLength(1)
  const before = busy.length
  await vi.advanceTimersByTimeAsync(1_000)
  expect(busy.length, 'the last change is told').toBe(before + 1)
})

test('what the recorder wrote is told to history and to its object, and is no entry of the ledger', async () => {
  const age = (): SourceAge => ({ source: 'Kubernetes', state: 'fresh', at: 0, problem: undefined })
  let say: (payload: string) => void = () => undefined
  const hub = await hubOf({ age }, {}, async (_channel, listener) => ((say = listener), async () => undefined))
  const heard = hearing(hub, ['history', 'ledger', 'object:g/K/a/one', 'approvals'])
  say('object:g/K/a/one')
  say('history')
  await vi.advanceTimersByTimeAsync(1_000)
  expect(heard.toSorted()).toEqual(['history', 'object:g/K/a/one'])
  say('approvals')
  await vi.advanceTimersByTimeAsync(1_000)
  expect(heard.toSorted()).toEqual(['approvals', 'history', 'history', 'ledger', 'object:g/K/a/one'])
})

test('what many follow is told less often', async () => {
  const age = (): SourceAge => ({ source: 'Kubernetes', state: 'fresh', at: 0, problem: undefined })
  let change: (told: object) => void = () => undefined
  const subscribe = (listener: (change: object) => void) => ((change = listener), () => false)
  const hub = await hubOf({ age }, { subscribe })
  const all = Array.from({ length: 500 }, () => hearing(hub, ['kind:g/Busy']))
  for (let at = 0; at < 1_500; at += 2) {
    change({
      type: 'modified',
      kind: { group: 'g', kind: 'Busy' },
      object: { apiVersion: 'g/v1', kind: 'Busy', metadata: { name: 'one' } },
    })
    await vi.advanceTimersByTimeAsync(2)
  }
  expect(all[0]?.length).toBeGreaterThan(7)
  expect(all[0]?.length).toBeLessThan(13)
})

test('a reader that fails takes nothing from the others', async () => {
  const age = (): SourceAge => ({ source: 'Git', state: 'fresh', at: 0, problem: undefined })
  const hub = await hubOf({ age }, {})
  const fail = (): never => {
    throw new Error('the reader is broken')
  }
  hub.subscribe({ keys: new Set(['approvals']), deliver: fail, beat: fail, end: fail })
  const heard = hearing(hub, ['approvals'])
  hub.publish('approvals')
  await vi.advanceTimersByTimeAsync(5_000)
  hub.end()
  expect(heard).toEqual(['approvals'])
})
