import { expect, test } from 'vitest'
import type { KubeObject } from '#lib/kube/object.ts'
import { diffFields } from '#lib/recorder/diff.ts'
import { managerOf } from '#lib/recorder/manager.ts'
import { monthsNeeded, monthsOver } from '#lib/recorder/months.ts'
import { type Known, record, type Seen } from '#lib/recorder/record.ts'
import { isRecorded, recordedState } from '#lib/recorder/state.ts'

/** The same numbers each run (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Values as objects of a cluster hold them, small enough that two of them often share parts. */
function valueFrom(random: () => number, depth = 0): unknown {
  const dice = random()
  const few = Math.floor(random() * 4)
  if (depth > 3 || dice < 0.35) return [1, '1', true, null, 'a b', '', 0, 'x'][Math.floor(random() * 8)]
  if (dice < 0.6)
    return Object.fromEntries(
      Array.from({ length: few }, (_, at) => [['a', 'b.c', 'd'][at % 3] ?? '', valueFrom(random, depth + 1)] as const),
    )
  if (dice < 0.8) return Array.from({ length: few }, () => valueFrom(random, depth + 1))
  const names = ['n1', 'n2', 'n3', 'n4'].toSorted(() => random() - 0.5).slice(0, few)
  return names.map((name) => ({ name, value: valueFrom(random, depth + 1) }))
}

const sorted = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(sorted)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .toSorted(([a], [b]) => (a < b ? -1 : 1))
            .map(([key, each]) => [key, sorted(each)]),
        )
      : value
const same = (a: unknown, b: unknown): boolean => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))

test('two values differ in some field exactly when they are not the same, and the way back tells the same fields', () => {
  const random = randomFrom(7)
  let different = 0
  for (let round = 0; round < 20_000; round += 1) {
    const [before, after] = [{ spec: valueFrom(random) }, { spec: valueFrom(random) }]
    const fields = diffFields(before, after)
    // An element that comes in the middle moves others, one that goes does not: only the order may be told one way.
    const values = fields.filter(({ path }) => !path.endsWith('[order]'))
    expect(fields.length > 0, JSON.stringify([before, after])).toBe(!same(before, after))
    expect(diffFields(before, structuredClone(before))).toEqual([])
    different += fields.length > 0 ? 1 : 0
    const back = new Map(diffFields(after, before).map((field) => [field.path, field]))
    expect([...back.keys()].filter((path) => !path.endsWith('[order]')).toSorted()).toEqual(values.map(({ path }) => path).toSorted())
    for (const { path, from, to } of values)
      expect(back.get(path)).toEqual({ path, ...(to !== undefined && { from: to }), ...(from !== undefined && { to: from }) })
  }
  expect(different).toBeGreaterThan(10_000)
})

test('fields are told by path, with the values and their types; what moved within a list of named ones is told as well', () => {
  const before = {
    spec: {
      replicas: 1,
      ports: [
        { name: 'a', port: 1 },
        { name: 'b', port: 2 },
      ],
      gone: { x: [] },
    },
  }
  const after = {
    spec: {
      replicas: '1',
      ports: [
        { name: 'b', port: 3 },
        { name: 'a', port: 1 },
      ],
      'a.b': null,
    },
  }
  expect(diffFields(before, after)).toEqual([
    { path: 'spec.replicas', from: 1, to: '1' },
    { path: 'spec.ports[b].port', from: 2, to: 3 },
    { path: 'spec.ports[order]', from: ['a', 'b'], to: ['b', 'a'] },
    { path: 'spec.gone.x', from: [] },
    { path: 'spec."a.b"', to: null },
  ])
})

const object = (change: object = {}, metadata: object = {}): KubeObject =>
  ({
    apiVersion: 'core.ontai.dev/v1',
    kind: 'DomainPolicy',
    metadata: { name: 'p', uid: 'u', ...metadata },
    spec: { a: 1 },
    ...change,
  }) as KubeObject // safe: built for these tests
const ready = (extra: object) => ({
  status: { conditions: [{ type: 'Ready', status: 'True', reason: 'R', message: 'm', ...extra }], phase: extra },
})

test('heartbeats, annotations, managed fields and status beyond conditions are no change', () => {
  const before = recordedState(object(ready({ lastTransitionTime: '2026-01-01T00:00:00Z', observedGeneration: 1 })))
  const after = object(ready({ lastTransitionTime: '2026-02-01T00:00:00Z', lastHeartbeatTime: 'x', observedGeneration: 2 }), {
    annotations: { a: 'b' },
    managedFields: [{ manager: 'm' }],
    resourceVersion: '9',
  })
  expect(diffFields(before, recordedState(after))).toEqual([])
  const changed = recordedState(object(ready({ reason: 'Other' }), { labels: { l: '1' } }))
  expect(diffFields(before, changed).map(({ path }) => path)).toEqual(['status.conditions[Ready].reason', 'metadata.labels.l'])
})

test('conditions in another order are the same conditions', () => {
  const [one, two] = ['One', 'Two'].map((type) => ({ type, status: 'True', reason: 'R', message: '' }))
  const stateOf = (conditions: readonly unknown[]) => recordedState(object({ status: { conditions } }))
  expect(diffFields(stateOf([one, two]), stateOf([two, one]))).toEqual([])
})

test('only kinds of custom groups are recorded, and a Secret never, whatever group it comes from', () => {
  const recorded = (group: string, kind: string) => isRecorded({ group, kind })
  expect(recorded('core.ontai.dev', 'DomainPolicy')).toBe(true)
  expect(['', 'apps', 'batch', 'rbac.authorization.k8s.io'].map((group) => recorded(group, 'Role'))).toEqual([false, false, false, false])
  expect([recorded('', 'Secret'), recorded('vault.example.dev', 'Secret')]).toEqual([false, false])
})

test('the manager is the newest of the changed part; several of one second are all named', () => {
  const managed = [
    { manager: 'applier', time: '2026-01-01T00:00:05Z' },
    { manager: 'kubectl', time: '2026-01-01T00:00:05Z' },
    { manager: 'old', time: '2026-01-01T00:00:01Z' },
    { manager: 'operator', time: '2026-01-01T00:00:09Z', subresource: 'status' },
  ]
  expect(managerOf(managed, [{ path: 'spec.a', to: 1 }])?.name).toBe('applier or kubectl')
  expect(managerOf(managed, [{ path: 'status.conditions[A].status', to: 'True' }])?.name).toBe('operator')
  expect(managerOf(managed, [{ path: 'spec.a' }, { path: 'status' }])?.name).toBe('operator')
  expect(managerOf([], [{ path: 'spec.a' }])).toBeUndefined()
})

const seen = (resourceVersion: string, count: number, change: Partial<Seen> = {}): Seen => ({
  group: 'g.x',
  kind: 'K',
  namespace: '',
  name: 'n',
  uid: 'u',
  generation: 1,
  managed: [],
  at: 100,
  gone: false,
  listed: undefined,
  resourceVersion,
  state: JSON.stringify({ spec: { count } }),
  ...change,
})
const all = (sights: readonly Seen[], from?: Known) =>
  sights.reduce(
    ({ rows, known }, each) => {
      const step = record(known, each)
      return { rows: [...rows, ...step.rows], known: step.known }
    },
    { rows: [] as readonly ReturnType<typeof record>['rows'][number][], known: from },
  )

test('a version is recorded once, however often and late it is told of, and what was not watched says since when', () => {
  const { rows, known } = all([
    seen('5', 1),
    seen('7', 2),
    seen('5', 1),
    seen('7', 2),
    seen('6', 9),
    seen('8', 2),
    seen('10', 3, { listed: { since: 50 } }),
  ])
  expect(rows.map(({ what, resourceVersion, since }) => [what, resourceVersion, since])).toEqual([
    ['appeared', '5', undefined],
    ['changed', '7', undefined],
    ['changed', '10', 50],
  ])
  expect(known).toMatchObject({ resourceVersion: '10', state: { spec: { count: 3 } } })
})

test('a name that was given anew tells of both: that the first is gone, unseen, and that another is there', () => {
  const { rows } = all([seen('5', 1), seen('9', 2, { uid: 'v', listed: { since: 50 } }), seen('12', 2, { uid: 'u', gone: true })])
  expect(rows.map(({ what, uid, resourceVersion, since }) => [what, uid, resourceVersion, since])).toEqual([
    ['appeared', 'u', '5', undefined],
    ['deleted', 'u', '', 50],
    ['appeared', 'v', '9', 50],
  ])
  expect(rows[1]?.state).toEqual({ spec: { count: 1 } })
})

test('whatever prefix of the sights is told again, nothing is added', () => {
  const random = randomFrom(3)
  for (let round = 0; round < 300; round += 1) {
    let version = 1
    const sights = Array.from({ length: 12 }, () => seen(String((version += 1 + Math.floor(random() * 30))), Math.floor(random() * 3)))
    const once = all(sights)
    expect(all(sights.slice(Math.floor(random() * 12)), once.known).rows).toEqual([])
  }
})

test('months: those of the oldest row up to two ahead; over is what is older than asked, whole months only', () => {
  const months = monthsNeeded(new Date('2026-10-31T23:59:59Z'), new Date('2026-12-01T00:00:00Z'))
  expect(months.map((at) => at.toISOString().slice(0, 7))).toEqual(['2026-10', '2026-11', '2026-12', '2027-01', '2027-02'])
  const names = ['object_change_2026_09', 'object_change_2026_10', 'object_change_2026_11']
  expect(monthsOver(names, new Date('2026-11-30T23:59:59Z'), 30)).toEqual(['object_change_2026_09'])
  expect(monthsOver(names, new Date('2026-12-01T00:00:00Z'), 30)).toEqual(['object_change_2026_09', 'object_change_2026_10'])
})
