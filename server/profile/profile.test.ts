import { randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { KubeObject } from '#lib/kube/object.ts'
import type { Database } from '#server/adapter/db/client.ts'
import { openDatabase } from '#server/adapter/db/open.ts'
import { changeRequest, draft, ledger } from '#server/adapter/db/schema.ts'
import { checkText } from '#server/profile/check.ts'
import { curateDraft, dropDraft, keepDraft } from '#server/profile/draft.ts'
import { getProfile } from '#server/profile/get.ts'
import { listProfiles } from '#server/profile/list.ts'
import { getAuthoring } from '#server/profile/authoring.ts'
import { sendProfile } from '#server/profile/send.ts'
import { participant, type TestWorld, testWorld } from '#server/testing/approval-world.ts'

let database: Database
let world: TestWorld
let definitions: readonly KubeObject[]

const core = (kind: string, name: string, spec: object): KubeObject => ({
  apiVersion: 'core.ontai.dev/v1alpha1',
  kind,
  metadata: { name, namespace: 'ont-system', uid: randomUUID(), generation: 1 },
  spec: { domainIdentityRef: { group: 'core.ontai.dev', kind: 'DomainIdentity', version: 'v1alpha1', name: 'pgw' }, ...spec },
})

beforeAll(async () => {
  database = await openDatabase('memory:')
  const files = await readdir('config/crd')
  definitions = await Promise.all(files.map(async (file) => parse(await readFile(join('config/crd', file), 'utf8')) as KubeObject))
})
afterAll(() => database.close())

beforeEach(() => {
  world = testWorld(database)
  world.objects = [
    ...definitions,
    ...participant('pgw', 'payments'),
    ...participant('cs', 'trading'),
    core('DomainEvent', 'pgw', { eventType: 'PaymentSettled', producerAuthority: 'team', schemaVersion: 'v2' }),
    core('DomainWorkflow', 'pgw', { phases: ['migrate', 'serve'] }),
    core('DomainResource', 'pgw', { computeCeiling: { cpu: '2', memory: '4Gi' } }),
    core('DomainAudit', 'pgw', { minimumEventGranularity: 'medium', retentionRequirementDays: 30 }),
  ]
})

const curate = () => curateDraft(world.ctx('priya'), { name: 'fx', namespace: 'payments', identity: 'pgw', template: 'stateless-service' })
const keep = async (login: string, text: string): Promise<string> =>
  (await keepDraft(world.ctx(login), { title: 'fx', text, curated: [] })).id
const requests = async () => (await database.db.select().from(changeRequest)).filter((row) => row.kind === 'profile')

describe('checking as one types', () => {
  test('a draft of the curator passes the schemas that the cluster serves', async () => {
    const { text } = await curate()
    expect((await checkText(world.ctx('priya'), { text })).problems).toEqual([])
  })

  test('says who would have to approve, without the one who writes', async () => {
    const { text } = await curate()
    expect((await checkText(world.ctx('priya'), { text })).impact).toMatchObject({
      name: 'fx',
      domain: 'payments',
      approvers: ['maria'],
      quorum: 1,
      blocked: undefined,
    })
    expect((await checkText(world.ctx('maria'), { text })).impact.blocked).toMatch(/needs 1 to approve and has 0/)
  })

  test.each([
    ['a field that the schema does not know', 'serviceName: fx', 'serviceName: fx\n  colour: red', 'SCHEMA', /colour is no field/],
    ['a value out of its list', 'granularity: medium', 'granularity: fine', 'SCHEMA', /one of high, medium, low/],
    ['a missing field', '  operatorOwner: payments\n', '', 'SCHEMA', /operatorOwner is missing/],
    ['a number as text', 'backoffSeconds: 2', 'backoffSeconds: "2"', 'SCHEMA', /of type integer/],
    ['a claim above the ceiling', 'cpu: 500m', 'cpu: 3', 'SCHEMA', /of type string/],
    ['a quantity above the ceiling', 'cpu: 500m', 'cpu: "3"', 'R1', /allows at most 2/],
  ])('finds %s', async (_, from, to, rule, message) => {
    const text = (await curate()).text.replace(from, to)
    const { problems, impact } = await checkText(world.ctx('priya'), { text })
    const found = problems.find((problem) => problem.rule === rule && message.test(problem.message))
    expect(found, JSON.stringify(problems)).toBeDefined()
    expect(found?.line).toBeGreaterThan(1)
    expect(impact.blocked).toMatch(/open/)
  })
})

describe('drafts', () => {
  test('are kept for their author only', async () => {
    const id = await keep('priya', 'a: 1')
    expect((await getAuthoring(world.ctx('priya'), { draft: id })).draft?.text).toBe('a: 1')
    await expect(getAuthoring(world.ctx('james'), { draft: id })).rejects.toMatchObject({ code: 'not_found' })
    await expect(keepDraft(world.ctx('james'), { id, title: 'x', text: 'b', curated: [] })).rejects.toMatchObject({ code: 'conflict' })
    await dropDraft(world.ctx('priya'), { id })
    await expect(getAuthoring(world.ctx('priya'), { draft: id })).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('sending', () => {
  beforeEach(async () => {
    await database.db.delete(draft)
  })

  test('opens one request with a file per document, once', async () => {
    const before = (await requests()).length
    const { text } = await curate()
    const id = await keep('priya', text)
    const { id: request } = await sendProfile(world.ctx('priya'), { draft: id, text })
    const row = (await requests()).find((one) => one.id === request)
    expect(row).toMatchObject({
      kind: 'profile',
      name: 'fx',
      namespace: 'payments',
      requestedBy: 'priya',
      resourceKind: 'AppProfile',
      state: 'open',
    })
    const paths = Object.keys(row?.files ?? {})
    expect(paths).toHaveLength(9)
    expect(paths).toContain('clusters/ccs-mgmt/payments/appprofile.app.ontai.dev/fx.yaml')
    expect(parse(row?.files?.['clusters/ccs-mgmt/payments/apppolicy.app.ontai.dev/fx.yaml'] ?? '')).toMatchObject({ kind: 'AppPolicy' })
    expect((await database.db.select().from(ledger)).filter((entry) => entry.requestId === request)).toHaveLength(1)
    await expect(sendProfile(world.ctx('priya'), { draft: id, text })).rejects.toMatchObject({ code: 'conflict' })
    expect(await requests()).toHaveLength(before + 1)
    expect((await listProfiles(world.ctx('priya'), {})).drafts).toEqual([])
  })

  test('is refused with the line that is wrong', async () => {
    const text = (await curate()).text.replace('cpu: 500m', 'cpu: "3"')
    await expect(sendProfile(world.ctx('priya'), { draft: randomUUID(), text })).rejects.toMatchObject({
      code: 'invalid',
      fields: [{ message: expect.stringContaining('allows at most 2') }],
    })
  })

  test('is refused when Guardian says no, or does not answer', async () => {
    const { text } = await curate()
    world.guardian = () => false
    await expect(sendProfile(world.ctx('priya'), { draft: randomUUID(), text })).rejects.toMatchObject({ code: 'forbidden' })
    world.guardian = () => 'silent'
    await expect(sendProfile(world.ctx('priya'), { draft: randomUUID(), text })).rejects.toMatchObject({ code: 'unavailable' })
  })

  test('is refused to machines', async () => {
    const { text } = await curate()
    await expect(sendProfile(world.ctx('robot', 'machine'), { draft: randomUUID(), text })).rejects.toMatchObject({ code: 'forbidden' })
  })

  test('is refused when the repository says the same already', async () => {
    const { text } = await curate()
    const id = await keep('priya', text)
    const { id: request } = await sendProfile(world.ctx('priya'), { draft: id, text })
    const row = (await requests()).find((one) => one.id === request)
    world.commit(Object.fromEntries(Object.entries(row?.files ?? {}).map(([path, made]) => [path, made ?? undefined])), 'james@x.example')
    const { impact } = await checkText(world.ctx('priya'), { text })
    expect(impact.blocked).toMatch(/Nothing would change/)
  })

  test('leaves nothing behind when its ledger entry cannot be written', async () => {
    const before = (await requests()).length
    const { text } = await curate()
    const ctx = world.ctx('priya')
    const broken = { ...ctx, now: new Date(Number.NaN) }
    await expect(sendProfile(broken, { draft: randomUUID(), text })).rejects.toThrow(/Invalid time value/)
    expect(await requests()).toHaveLength(before)
  })
})

describe('reading', () => {
  test('shows a profile with what its rules say, and hides field values below Operational', async () => {
    const { text } = await curate()
    const objects = text
      .split('---\n')
      .map((one) => parse(one) as KubeObject)
      .map((one) =>
        one.kind === 'AppResourceProfile' ? { ...one, spec: { ...(one.spec as object), computeClaim: { cpu: '9', memory: '1Gi' } } } : one,
      )
    world.objects.push(...objects)
    const { rows } = await listProfiles(world.ctx('noor'), {})
    expect(rows).toMatchObject([
      { name: 'fx', domain: 'payments', computedPhase: 'ScopeEstablishment', phase: undefined, readiness: 'unknown' },
    ])
    const blind = await getProfile(world.ctx('priya'), { namespace: 'payments', name: 'fx' })
    expect(blind.level).toBe('Dependency')
    expect(blind.yaml).toEqual({ restricted: true, requiredLevel: 'Operational' })
    expect(JSON.stringify(blind)).not.toContain('allows at most')
    const full = await getProfile(
      { ...world.ctx('zoe'), viewer: { kind: 'person', login: 'zoe', name: 'zoe', groups: ['compliance'] } },
      { namespace: 'payments', name: 'fx' },
    )
    expect(full.level).toBe('Full')
    expect(JSON.stringify(full.children.find((child) => child.kind === 'AppResourceProfile')?.findings)).toContain('R1')
    expect(full.children).toHaveLength(8)
  })

  test('an unknown profile is not found', async () => {
    await expect(getProfile(world.ctx('priya'), { namespace: 'payments', name: 'none' })).rejects.toMatchObject({ code: 'not_found' })
  })
})
