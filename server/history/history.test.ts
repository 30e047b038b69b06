import { afterAll, beforeAll, expect, test } from 'vitest'
import { isRestricted } from '#lib/access/level.ts'
import { AppError } from '#lib/error.ts'
import type { HistoryEntry } from '#lib/history/event.ts'
import type { AuditRow } from '#server/adapter/audit/audit.ts'
import type { Database } from '#server/adapter/db/client.ts'
import { openDatabase } from '#server/adapter/db/open.ts'
import { MASKED } from '#lib/kube/mask.ts'
import type { Ctx } from '#server/context.ts'
import { appendLedger } from '#server/ledger/append.ts'
import { testWorld, type TestWorld } from '#server/testing/approval-world.ts'
import { listHistory } from './list.ts'
import { objectHistory } from './object-history.ts'
import { getObject } from './object.ts'

const ROWS = 130
const REF = { cluster: 'ccs-mgmt', group: 'core.ontai.dev', kind: 'DomainPolicy', namespace: 'ont-system', name: 'pgw-policy' }
const PATH = 'clusters/ccs-mgmt/ont-system/domainpolicy.core.ontai.dev/pgw-policy.yaml'
const EVENT = 'governance/events/e.yaml'
let database: Database
let world: TestWorld
let audit: Ctx['audit']

const kind = (name: string, plural: string) => ({ group: 'core.ontai.dev', version: 'v1alpha1', kind: name, plural, namespaced: true })
const row = (id: number): AuditRow => ({
  id: String(id),
  cluster: 'management',
  subject: 'guardian',
  action: id === 5 ? 'rbac.denied' : 'relationship.evaluated',
  resource: id === 5 ? 'pgw-policy' : `r-${id}`,
  decision: 'system',
  matchedPolicy: '',
  sequence: String(id),
  // One forwarded row came late: its id is high, its time is long ago.
  at: new Date(Date.UTC(2026, 0, 1) + (id === ROWS ? 3 : id) * 60_000),
  arrivedAt: new Date(Date.UTC(2026, 0, 1) + id * 60_000),
})

/** As `login`, with the group that the policy file gives Full for payments, or without. */
const as = (login: string, full: boolean): Ctx => {
  const ctx = world.ctx(login)
  return {
    ...ctx,
    viewer: { ...ctx.viewer, groups: full ? ['compliance'] : [] },
    audit,
    kube: { ...ctx.kube, servedKinds: () => [kind('DomainPolicy', 'domainpolicies'), kind('DomainIdentity', 'domainidentities')] },
  }
}

beforeAll(async () => {
  database = await openDatabase('memory:')
  world = testWorld(database)
  audit = {
    age: () => ({ source: 'Audit', state: 'fresh', at: 0, problem: undefined }),
    page: async ({ beforeId, resource, limit }) =>
      Array.from({ length: ROWS }, (_, index) => row(ROWS - index))
        .filter(
          (each) =>
            (beforeId === undefined || BigInt(each.id) < BigInt(beforeId)) && (resource === undefined || each.resource === resource),
        )
        .slice(0, limit),
  }
  world.commit({ [PATH]: 'kind: DomainPolicy\nspec: {cardinalityCeiling: 4}\n' }, 'root@x.example')
  const event = 'changeType: governance\nrationale: {text: The regulator asked for a lower ceiling.}\n'
  world.commit({ [PATH]: 'kind: DomainPolicy\nspec: {cardinalityCeiling: 8}\n', [EVENT]: event }, 'maria@x.example')
  const rationale = { checked: 'I read both policies.', acceptable: 'It is small enough.', undo: 'Revert the commit then.' }
  await appendLedger({ ...as('maria', true), now: new Date(Date.UTC(2026, 10, 2)) }, [
    { action: 'review.approved', subject: 'core.ontai.dev/DomainPolicy/ont-system/pgw-policy', body: { rationale } },
  ])
})
afterAll(() => database.close())

const bySource = (entries: readonly HistoryEntry[], source: HistoryEntry['source']) => entries.filter((entry) => entry.source === source)

test('an object tells who changed which field, why and by which commit, out of all sources', async () => {
  const { entries, problems } = await objectHistory(as('maria', true), REF)
  expect(problems).toEqual([])
  expect(entries.map(({ source }) => source)).toEqual(['Ledger', 'Git', 'Git', 'Guardian'])
  expect(entries[0]).toMatchObject({ who: 'maria', why: expect.stringContaining('What I checked\nI read both policies.') })
  const change = bySource(entries, 'Git').find((entry) => entry.why !== undefined)
  expect(change).toMatchObject({ who: 'maria', changeType: 'governance', why: 'The regulator asked for a lower ceiling.' })
  expect(change?.fields).toEqual([{ path: 'spec.cardinalityCeiling', from: '4', to: '8' }])
  expect(bySource(entries, 'Guardian')[0]).toMatchObject({ audit: '5', derived: expect.stringContaining('joined by name') })
})

test('that key material changed in a commit is told, and nothing of what it was', async () => {
  const path = PATH.replace('domainpolicy', 'hardeningprofile').replace('pgw-policy', 'strict')
  for (const [description, patch] of [
    ['old', 'ZEBRA-ONE'],
    ['new', 'ZEBRA-TWO'],
  ] as const)
    world.commit(
      { [path]: `kind: HardeningProfile\nspec: {description: ${description}, machineConfigPatches: [${patch}]}\n` },
      'root@x.example',
    )
  const ctx = as('maria', true)
  const kinds = [...ctx.kube.servedKinds(), kind('HardeningProfile', 'hardeningprofiles')]
  const ref = { ...REF, kind: 'HardeningProfile', name: 'strict' }
  const { entries } = await objectHistory({ ...ctx, kube: { ...ctx.kube, servedKinds: () => kinds } }, ref)
  expect(bySource(entries, 'Git').map(({ fields }) => fields)).toContainEqual([
    { path: 'spec.description', from: 'old', to: 'new' },
    { path: 'spec.machineConfigPatches', from: MASKED, to: MASKED },
  ])
  expect(JSON.stringify(entries)).not.toContain('ZEBRA')
})

test('without a level every entry stays, and nothing of it can be read', async () => {
  const full = await objectHistory(as('maria', true), REF)
  const least = await objectHistory(as('priya', false), REF)
  expect(least.entries.map(({ id, at }) => [id, at])).toEqual(full.entries.map(({ id, at }) => [id, at]))
  expect(least.entries.every(({ who, what, fields }) => [who, what, fields].every(isRestricted))).toBe(true)
  expect(JSON.stringify(least)).not.toMatch(/regulator|cardinality|maria/)
})

test('while Guardian is silent more is restricted, and the page is told why', async () => {
  world.guardian = () => 'silent'
  const page = await objectHistory(as('maria', true), REF)
  expect(page.entries.every(({ why }) => why === undefined || isRestricted(why))).toBe(true)
  expect(page.levelProblem).toMatch(/Guardian did not answer/)
  world.guardian = () => true
})

test('a silent source is named and the others answer', async () => {
  const silent = {
    ...as('maria', true),
    audit: {
      ...audit,
      page: async () => {
        throw new AppError('unavailable', 'It did not answer.')
      },
    },
  }
  const page = await objectHistory(silent, REF)
  expect(page.problems).toEqual([{ source: 'Guardian', problem: 'It did not answer.' }])
  expect(page.entries.length).toBe(3)
})

test('all pages together hold every event once, newest first; a late row stands where it arrived', async () => {
  const seen: HistoryEntry[] = []
  let after: string | undefined
  do {
    const page: Awaited<ReturnType<typeof listHistory>> = await listHistory(as('maria', true), { after })
    seen.push(...page.entries)
    after = page.next
  } while (after !== undefined)
  expect(bySource(seen, 'Guardian').length).toBe(ROWS)
  expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length)
  const places = seen.map(({ at, order }) => order ?? at)
  expect(places).toEqual(places.toSorted().toReversed())
  expect(seen.find(({ id }) => id === `ae-${ROWS}`)?.derived).toMatch(/forwarded, arrived 2026-01-01T02:10/)
})

test('a filter finds across pages, and never by what the viewer may not read', async () => {
  const found = await listHistory(as('maria', true), { q: 'r-7', source: 'Guardian' })
  expect(found.entries.map(({ subjects }) => subjects[0]?.text)).toEqual([
    'r-79',
    'r-78',
    'r-77',
    'r-76',
    'r-75',
    'r-74',
    'r-73',
    'r-72',
    'r-71',
    'r-70',
    'r-7',
  ])
  expect((await listHistory(as('maria', true), { who: 'maria', source: 'Ledger' })).entries).toHaveLength(1)
  expect((await listHistory(as('priya', false), { who: 'maria', source: 'Ledger' })).entries).toHaveLength(0)
})

test('an object page says what it names, what names it, and hides the document below Operational', async () => {
  const object = await getObject(as('maria', true), REF)
  expect(object).toMatchObject({ presence: 'there', domains: ['payments'], level: 'Full' })
  expect(object.out).toEqual([{ field: 'spec.domainIdentityRef', ref: { ...REF, kind: 'DomainIdentity', name: 'pgw' }, state: 'there' }])
  expect(object.yaml).toContain('cardinalityCeiling: 8')
  const identity = await getObject(as('maria', true), { ...REF, kind: 'DomainIdentity', name: 'pgw' })
  expect(identity.in.map(({ ref }) => ref.name)).toEqual(['pgw-policy'])
  expect(object.own).toContainEqual({ label: 'Instances at most', value: '8' })
  expect(object.health?.words).toMatch(/\.$/)
  expect(object.kubectl).toBe('kubectl get domainpolicies.core.ontai.dev pgw-policy -n ont-system -o yaml')
  const least = await getObject(as('priya', false), REF)
  expect([least.yaml, least.own].every(isRestricted)).toBe(true)
  expect(least.health?.is).toBe(object.health?.is)
  expect(object.also).toEqual([])
  await expect(getObject(as('maria', true), { ...REF, kind: 'Nothing', name: 'x' })).rejects.toMatchObject({ code: 'not_found' })
  expect((await getObject(as('maria', true), { ...REF, name: 'gone' })).presence).toBe('absent')
})

test('an object that is served under two generations says so on both pages', async () => {
  const ctx = as('maria', true)
  const names = [
    ['seam.ontai.dev', 'DriftSignal', 'C'],
    ['infrastructure.ontai.dev', 'DriftSignal', 'B'],
  ] as const
  const served = names.map(([group, name]) => ({ ...kind(name, 'driftsignals'), group }))
  const get: Ctx['kube']['get'] = (group, name, namespace, called) => ({
    state: 'fresh',
    at: 0,
    value: { apiVersion: `${group}/v1alpha1`, kind: name, metadata: { name: called, namespace }, spec: { state: 'pending' } },
  })
  const both = { ...ctx, kube: { ...ctx.kube, servedKinds: () => served, get } }
  for (const [group, name, generation] of names) {
    const object = await getObject(both, { cluster: 'ccs-mgmt', group, kind: name, namespace: 'ns', name: 'x' })
    expect(object).toMatchObject({ generation, health: { is: 'caution', words: 'state is pending.' } })
    expect(object.also.map((each) => [each.ref.group, each.generation])).toEqual(
      names.filter(([other]) => other !== group).map(([other, , its]) => [other, its]),
    )
  }
})

test('a pod is followed once its page is opened, and its conditions need no reason, message or time', async () => {
  const ctx = as('maria', true)
  const pod = { group: '', version: 'v1', kind: 'Pod', plural: 'pods', namespaced: true }
  const opened: string[] = []
  const value = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web-1', namespace: 'ns' },
    spec: { nodeName: 'node-1' },
    status: {
      phase: 'Running',
      conditions: [
        { type: 'PodScheduled', status: 'True' },
        { type: 'Ready', status: 'True', lastTransitionTime: null },
      ],
    },
  }
  const kube: Ctx['kube'] = {
    ...ctx.kube,
    servedKinds: () => [],
    builtInKinds: () => [pod],
    follow: async (group, name) => void opened.push(`${group}/${name}`),
    get: (_group, _kind, _namespace, name) => ({ state: 'fresh', at: 0, value: name === 'web-1' ? value : undefined }),
  }
  const ref = { cluster: 'ccs-mgmt', group: '', kind: 'Pod', namespace: 'ns', name: 'web-1' }
  const object = await getObject({ ...ctx, kube }, ref)
  expect(opened).toEqual(['/Pod'])
  expect(object).toMatchObject({
    presence: 'there',
    health: { is: 'ok', words: 'Ready is True.' },
    own: [
      { label: 'Phase', value: 'Running' },
      { label: 'Node', value: 'node-1' },
    ],
    kubectl: 'kubectl get pods web-1 -n ns -o yaml',
    conditions: [
      { type: 'PodScheduled', reason: '', message: '', since: undefined },
      { type: 'Ready', reason: '', message: '', since: undefined },
    ],
  })
  expect((await objectHistory({ ...ctx, kube }, ref)).entries, 'without a time there is nothing to tell').toEqual([])
})
