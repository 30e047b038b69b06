import { afterAll, beforeAll, expect, test } from 'vitest'
import { isRestricted } from '#lib/access/level.ts'
import type { Seen } from '#lib/recorder/record.ts'
import type { HistoryEntry } from '#lib/history/event.ts'
import type { Database } from '#server/adapter/db/client.ts'
import { openDatabase } from '#server/adapter/db/open.ts'
import type { Ctx } from '#server/context.ts'
import { beginTerm, makeMonths, vouch } from '#server/recorder/repo.ts'
import { writeSights } from '#server/recorder/write.ts'
import { testWorld, type TestWorld } from '#server/testing/approval-world.ts'
import { listHistory } from './list.ts'
import { objectHistory } from './object-history.ts'

const REF = { cluster: 'ccs-mgmt', group: 'core.ontai.dev', kind: 'DomainPolicy', namespace: 'ont-system', name: 'pgw-policy' }
/** More of one instant than a page and a round hold. */
const MANY = 130
const AT = Date.UTC(2026, 10, 3, 12)
let database: Database
let world: TestWorld

const sight = (name: string, version: number, spec: object, change: Partial<Seen> = {}): Seen => ({
  group: REF.group,
  kind: REF.kind,
  namespace: REF.namespace,
  name,
  uid: `u-${name}`,
  generation: version,
  gone: false,
  listed: undefined,
  resourceVersion: String(version),
  managed: [{ manager: 'argo', time: '2026-11-03T11:59:59Z' }],
  state: JSON.stringify({ spec }),
  at: AT,
  ...change,
})

const as = (full: boolean): Ctx => {
  const ctx = world.ctx('maria')
  const served = [{ group: REF.group, version: 'v1alpha1', kind: REF.kind, plural: 'domainpolicies', namespaced: true }]
  return { ...ctx, viewer: { ...ctx.viewer, groups: full ? ['compliance'] : [] }, kube: { ...ctx.kube, servedKinds: () => served } }
}

beforeAll(async () => {
  database = await openDatabase('memory:')
  world = testWorld(database)
  const { db } = database
  await makeMonths(db, [new Date(AT)])
  const desk = { db, cluster: 'ccs-mgmt', term: await beginTerm(db, 'ccs-mgmt') }
  await writeSights(
    desk,
    [
      sight('pgw-policy', 1, { ceiling: 4 }, { listed: 'first' }),
      sight('pgw-policy', 2, { ceiling: 8, secretWord: 'ZEBRA' }, { at: AT + 1_000 }),
      sight('pgw-policy', 9, { ceiling: 16 }, { at: AT + 9_000, listed: { since: AT + 2_000 } }),
      // Of the domain `payments`, and gone.
      sight('was', 3, { organizationalScope: 'payments', word: 'ZEBRA' }, { at: AT + 9_000 }),
      sight('was', 4, { organizationalScope: 'payments', word: 'GIRAFFE' }, { at: AT + 9_000, gone: true }),
      ...Array.from({ length: MANY }, (_, each) => sight(`many-${each}`, 5, { each }, { at: AT + 9_500 })),
    ],
    [{ group: REF.group, kind: REF.kind, since: AT + 2_000, until: AT + 9_000 }],
  )
  await vouch(db, 'ccs-mgmt', [{ group: REF.group, kind: REF.kind, at: AT }])
})
afterAll(() => database.close())

const recorded = (entries: readonly HistoryEntry[]) => entries.filter(({ source }) => source === 'Recorder')

test('an object tells what was recorded of it, by whom and between when, and since when there is a record', async () => {
  const page = await objectHistory(as(true), REF)
  const entries = recorded(page.entries)
  expect(entries.map(({ what }) => what)).toEqual([
    expect.stringMatching(
      /^Changed 2 fields, generation 9, version 9, while not watching, between 2026-11-03 12:00:02.000Z and 2026-11-03 12:00:09.000Z$/,
    ),
    expect.stringMatching(/^Not watched between 2026-11-03 12:00:02.000Z and 2026-11-03 12:00:09.000Z/),
    'Changed 2 fields, generation 2, version 2',
    'Was there when recording began, generation 1, version 1',
  ])
  expect(entries[2]).toMatchObject({
    who: 'argo',
    fields: [
      { path: 'spec.ceiling', from: '4', to: '8' },
      { path: 'spec.secretWord', from: undefined, to: 'ZEBRA' },
    ],
  })
  expect(page.coverage).toEqual({ state: 'recorded', since: '2026-11-03T12:00:00.000Z', until: '2026-11-03T12:00:00.000Z' })
  expect((await objectHistory(as(true), { ...REF, kind: 'DomainEvent' })).coverage).toEqual({ state: 'unrecorded' })
})

test('whoever may not read the fields of the object reads none of those recorded, not even of one that is gone', async () => {
  const readable = await objectHistory(as(true), { ...REF, name: 'was' })
  expect(JSON.stringify(readable)).toMatch(/ZEBRA|Deleted/)
  for (const name of ['pgw-policy', 'was']) {
    const page = await objectHistory(as(false), { ...REF, name })
    expect(recorded(page.entries).length).toBeGreaterThan(1)
    for (const { who, what, fields } of recorded(page.entries)) expect([who, what, fields].every(isRestricted)).toBe(true)
  }
  const list = await listHistory(as(false), { source: 'Recorder' })
  expect(JSON.stringify(list)).not.toMatch(/GIRAFFE/)
})

test('all pages together hold every recorded change once, newest first, however many of one instant; the first inventory is none', async () => {
  const seen: HistoryEntry[] = []
  let after: string | undefined
  do {
    const page: Awaited<ReturnType<typeof listHistory>> = await listHistory(as(true), { source: 'Recorder', after })
    seen.push(...page.entries)
    after = page.next
  } while (after !== undefined)
  expect(seen.length).toBe(MANY + 4)
  expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length)
  const places = seen.map(({ at }) => at)
  expect(places).toEqual(places.toSorted().toReversed())
})
