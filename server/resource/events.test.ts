import { expect, test } from 'vitest'
import { isRestricted } from '#lib/access/level.ts'
import { AppError } from '#lib/error.ts'
import type { Events } from '#server/adapter/kube/events.ts'
import type { Ctx } from '#server/context.ts'
import { objectEvents } from '#server/resource/events.ts'

let uids = 0
const REF = { cluster: 'ccs-mgmt', group: 'example.org', kind: 'Thing', namespace: 'a', name: 'thing' }

const KIND = { group: 'example.org', version: 'v1', kind: 'Thing', plural: 'things', namespaced: true }

type Given = {
  readonly allowed?: boolean
  readonly events?: () => Promise<Events>
  readonly there?: boolean
  readonly served?: boolean
  readonly down?: boolean
  readonly uid?: string
}

/** Only what the verb touches; everything else would fail loudly. */
function world({ allowed = true, events, there = true, served = true, down = false, uid = `uid-${(uids += 1)}` }: Given = {}) {
  const asked: string[] = []
  const object = { apiVersion: 'example.org/v1', kind: 'Thing', metadata: { name: 'thing', namespace: 'a', uid } }
  const parts = {
    kube: {
      cluster: 'ccs-mgmt',
      servedKinds: () => (served ? [KIND] : []),
      builtInKinds: () => [],
      list: () => ({ state: 'fresh', at: 0, value: [] }),
      get: () =>
        down ? { state: 'down', problem: 'the connection was cut' } : { state: 'fresh', at: 0, value: there ? object : undefined },
      events: (about: { readonly uid: string; readonly namespace: string }) => {
        asked.push(`${about.namespace}/${about.uid}`)
        return events?.() ?? Promise.resolve({ state: 'read', events: [], more: false })
      },
    },
    guardian: { check: async () => ({ allowed, reason: 'said so', at: 0 }) },
    git: {
      url: 'events-test',
      head: async () => 'commit',
      read: async () => new TextEncoder().encode('schema: vortex-policy/1\n'),
      age: () => ({ source: 'Git', state: 'fresh', at: 0 }),
    },
    viewer: { kind: 'person', login: 'maria.santos', name: 'Maria', groups: [] },
    requestId: 'r',
    now: new Date(0),
  }
  return { ctx: { ...parts, clusters: [parts.kube] } as unknown as Ctx, asked, uid } // safe: a test double that holds only what this verb reads
}
const read =
  (...events: readonly Readonly<Record<string, unknown>>[]) =>
  async (): Promise<Events> => ({ state: 'read', events, more: false })

test('none, not served and not readable are told apart', async () => {
  expect(await objectEvents(world().ctx, REF)).toEqual({ state: 'read', events: [], more: false })
  expect(await objectEvents(world({ events: async () => ({ state: 'not-served' }) }).ctx, REF)).toEqual({ state: 'not-served' })
  expect(await objectEvents(world({ events: async () => ({ state: 'forbidden' }) }).ctx, REF)).toMatchObject({
    state: 'unread',
    problem: /may not list/,
  })
  const silent = () => Promise.reject(new AppError('unavailable', 'The Kubernetes API server did not answer.'))
  expect(await objectEvents(world({ events: silent }).ctx, REF)).toMatchObject({ state: 'unread', problem: /did not answer/ })
  expect(await objectEvents(world({ down: true }).ctx, REF)).toMatchObject({ state: 'unread', problem: /connection was cut/ })
  expect(await objectEvents(world({ there: false }).ctx, REF)).toMatchObject({ state: 'unread', problem: /not in the cluster/ })
  expect(await objectEvents(world({ there: false, served: false }).ctx, REF)).toMatchObject({
    state: 'unread',
    problem: /serves no Thing of example\.org/,
  })
  expect(await objectEvents(world().ctx, { ...REF, cluster: 'other' })).toMatchObject({ state: 'unread' })
})

test('whoever may not read inside the object reads no event, and nothing is asked for them', async () => {
  const { ctx, asked } = world({ allowed: false, events: read({ message: 'ZEBRA' }) })
  const view = await objectEvents(ctx, REF)
  expect(view.state === 'read' && isRestricted(view.events)).toBe(true)
  expect(JSON.stringify(view)).not.toContain('ZEBRA')
  expect(asked).toEqual([])
})

test('a hundred people who look at one object are one question to the API server, and a failure is asked again', async () => {
  const { ctx, asked, uid } = world({ events: read({ metadata: { uid: 'e' }, reason: 'Made' }) })
  await Promise.all(Array.from({ length: 100 }, () => objectEvents(ctx, REF)))
  expect(asked).toEqual([`a/${uid}`])
  const failing = world({ events: () => Promise.reject(new AppError('unavailable', 'no')) })
  await objectEvents(failing.ctx, REF)
  await objectEvents(failing.ctx, REF)
  expect(failing.asked).toHaveLength(2)
})

test('shows the newest hundred, says that there are more, and cuts a giant text with words', async () => {
  const many = Array.from({ length: 150 }, (_, index) => ({
    metadata: { uid: `e${index}` },
    lastTimestamp: new Date(Date.UTC(2026, 0, 1, 0, index)).toISOString(),
    message: index === 149 ? 'x'.repeat(500_000) : 'm',
  }))
  const view = await objectEvents(world({ events: read(...many) }).ctx, REF)
  if (view.state !== 'read' || isRestricted(view.events)) throw new Error('they are readable')
  expect(view.more).toBe(true)
  expect(view.events.map(({ id }) => id).slice(0, 2)).toEqual(['e149', 'e148'])
  expect(view.events).toHaveLength(100)
  expect(view.events[0]?.message).toMatch(/more characters are not shown here/)
})
