import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { SHOWN_MAX } from '#lib/bounded.ts'
import { startPostgres } from '#sandbox/postgres.ts'
import type { Database } from '#server/adapter/db/client.ts'
import { openDatabase } from '#server/adapter/db/open.ts'
import { castVote } from '#server/approval/cast-vote.ts'
import { getRequest } from '#server/approval/get.ts'
import { listRequests } from '#server/approval/list.ts'
import { decisionsOf, openRequests, type RequestRow, votesOf } from '#server/approval/repo.ts'
import { syncRequests } from '#server/approval/sync.ts'
import { listLedger } from '#server/ledger/list.ts'
import { keepDraft } from '#server/profile/draft.ts'
import { verifyLedger } from '#server/ledger/verify.ts'
import { POLICY, testWorld, type TestWorld } from '#server/testing/approval-world.ts'

const MIB = 1_048_576
const RATIONALE = {
  checked: 'Read both policies and the diff.',
  acceptable: 'It reads only and both agree.',
  undo: 'Revert the relationship file.',
}
const postgres = await startPostgres()
const opened: Database[] = []
const open = async (address: string): Promise<Database> => {
  const fresh = await openDatabase(address)
  opened.push(fresh)
  return fresh
}
afterAll(async () => {
  for (const one of opened) await one.close()
  await postgres?.stop()
})

let database: Database
let world: TestWorld
beforeAll(async () => {
  database = await open('memory:')
})
beforeEach(() => {
  world = testWorld(database)
})

const rowOf = async (name: string): Promise<RequestRow> => {
  await syncRequests(world.ctx('system', 'system'))
  const row = (await openRequests(database.db)).find((one) => one.name === name)
  if (row === undefined) throw new Error(`${name} is not open`)
  return row
}
const filed = async (change: Parameters<TestWorld['request']>[1] = {}): Promise<RequestRow> => {
  const name = `rar-${randomUUID().slice(0, 8)}`
  world.request(name, change)
  return rowOf(name)
}
const vote = (login: string, row: RequestRow, more: Readonly<Record<string, unknown>> = {}) =>
  castVote(world.ctx(login), { id: row.id, digest: row.digest, verdict: 'approve', ...RATIONALE, ...more })

describe('one mebibyte of text', () => {
  test('in a request: the page says how much it does not show, stays bounded in bytes, and the request is decided as any other', async () => {
    const row = await filed({ interaction: { description: 'd'.repeat(MIB) } })
    const page = await getRequest(world.ctx('maria'), { id: row.id })
    expect(page.description).toMatch(/983,040 more characters are not shown here/)
    expect(JSON.stringify(page).length).toBeLessThan(SHOWN_MAX * 8)
    expect(JSON.stringify(await listRequests(world.ctx('maria'), { q: row.name })).length).toBeLessThan(20_000)
    expect(page.may.approve.allowed).toBe(true)
    await vote('maria', row)
    expect(await vote('lena', row)).toMatchObject({ state: 'approved' })
  })

  test('in a governing policy: the same', async () => {
    world.objects = world.objects.map((object) =>
      object.metadata.name === 'pgw-policy' ? { ...object, spec: { ...Object(object.spec), accessControlMode: 'm'.repeat(MIB) } } : object,
    )
    const row = await filed()
    expect(JSON.stringify(await getRequest(world.ctx('maria'), { id: row.id })).length).toBeLessThan(SHOWN_MAX * 8)
    expect(await vote('maria', row)).toMatchObject({ state: 'open' })
  })

  test('in a profile being written: refused with the field named', async () => {
    await expect(keepDraft(world.ctx('priya'), { title: 'x', text: 'y'.repeat(MIB), curated: [] })).rejects.toMatchObject({
      code: 'invalid',
      fields: [{ field: 'text', message: 'The text is too long to be kept.' }],
    })
  })

  test('in a rationale: refused with words', async () => {
    const row = await filed()
    await expect(vote('maria', row, { checked: 'c'.repeat(MIB) })).rejects.toMatchObject({ code: 'invalid' })
  })
})

test('the policy file is deleted from main: deciding closes with words, reading goes on, and it heals when the file is back', async () => {
  const row = await filed()
  await vote('maria', row)
  world.commit({ 'vortex/policy.yaml': undefined }, 'root@x.example')
  world.evaluateAll()
  await syncRequests(world.ctx('system', 'system'))
  await expect(vote('lena', row)).rejects.toMatchObject({ message: expect.stringMatching(/the repository has no vortex\/policy\.yaml/) })
  const page = await getRequest(world.ctx('lena'), { id: row.id })
  expect(page.may.approve).toMatchObject({ allowed: false, reason: expect.stringMatching(/no vortex\/policy\.yaml/) })
  expect(page.sentence).toMatch(/would be allowed to observe/)
  const inbox = await listRequests(world.ctx('lena'), { q: row.name })
  expect(inbox.rows).toMatchObject([{ id: row.id, turn: 'others', reason: expect.stringMatching(/no vortex\/policy\.yaml/) }])
  world.commit({ 'vortex/policy.yaml': stringify(POLICY) }, 'root@x.example')
  const again = await rowOf(row.name)
  expect((await votesOf(database.db, [row.id])).map(({ login, state }) => [login, state])).toEqual([['maria', 'counted']])
  expect(await vote('lena', again)).toMatchObject({ state: 'approved' })
})

describe('text that no database keeps', () => {
  for (const [what, text] of [
    ['a NUL', 'Read both\u0000policies.'],
    ['half of a surrogate pair', 'Read both \ud83d policies.'],
  ] as const)
    test(`${what} in a rationale, in a filter, in a key: invalid in words, never a failure of ours`, async () => {
      const row = await filed()
      await expect(vote('maria', row, { undo: text })).rejects.toMatchObject({ code: 'invalid', fields: [{ field: 'undo' }] })
      await expect(listRequests(world.ctx('maria'), { q: text })).rejects.toMatchObject({ code: 'invalid', fields: [{ field: 'q' }] })
      await expect(listLedger(world.ctx('maria'), { q: text })).rejects.toMatchObject({ code: 'invalid' })
      await expect(keepDraft(world.ctx('maria'), { title: 'x', text: 'y', curated: [], [text]: 1 })).rejects.toMatchObject({
        code: 'invalid',
      })
    })

  test('a NUL in an object of the cluster (half pairs cannot come: the API server replaces them): its request is listed, shown and decided, and keeps no other from being seen', async () => {
    const row = await filed({ requestedBy: 'mallory\u0000', interaction: { description: 'a\u0000b' } })
    const other = await filed()
    expect(row.requestedBy).toBe('mallory\ufffd')
    for (const one of [row, other])
      expect((await listRequests(world.ctx('maria'), { q: one.name })).rows.map((each) => each.id)).toEqual([one.id])
    expect((await getRequest(world.ctx('maria'), { id: row.id })).requestedBy).toBe('mallory\ufffd')
    expect(await vote('maria', other)).toMatchObject({ state: 'open' })
  })
})

test('shapes that only an attack has: prototype keys, depth, number, ids and numbers that are none', async () => {
  const row = await filed()
  const polluted = JSON.parse(`{"__proto__": {"verdict": "deny", "login": "root"}, "constructor": {"prototype": {"x": 1}}}`) as object
  expect(await vote('maria', row, polluted as Readonly<Record<string, unknown>>)).toMatchObject({ state: 'open' })
  expect(({} as Readonly<Record<string, unknown>>)['verdict']).toBeUndefined()
  let deep: unknown = 1
  for (let depth = 0; depth < 10_000; depth += 1) deep = [deep]
  const inputs: readonly unknown[] = [
    deep,
    Array.from({ length: 200_000 }, () => 1),
    null,
    undefined,
    'text',
    7,
    [],
    { id: [row.id] },
    { id: { toString: 'x' } },
  ]
  for (const raw of inputs) await expect(castVote(world.ctx('lena'), raw)).rejects.toMatchObject({ code: 'invalid' })
  for (const id of ['', '1', row.id.slice(1), `${row.id}0`, `${row.id}' or 1=1 --`, '../../etc/passwd', 'NaN', row.id.replaceAll('-', '')])
    await expect(getRequest(world.ctx('lena'), { id })).rejects.toMatchObject({ code: 'invalid' })
  for (const before of ['9007199254740993', '1e309', '-1', '1.5', 'NaN', '0x10000000000000000'])
    await expect(listLedger(world.ctx('lena'), { before })).rejects.toMatchObject({ code: 'invalid' })
  expect(await votesOf(database.db, [row.id])).toHaveLength(1)
})

/** Ten people, five for each party; both parties need one. */
async function tenAtOnce(address: string): Promise<string | undefined> {
  const base = await open(address)
  const here = testWorld(base)
  const people = Array.from({ length: 10 }, (_, at) => ({ login: `p${at}`, group: at < 5 ? 'approver-payments' : 'approver-trading' }))
  const named = Object.fromEntries(people.map(({ login, group }) => [login, { groups: [group], emails: [`${login}@x.example`] }]))
  here.commit({ 'vortex/policy.yaml': stringify({ ...POLICY, people: { ...POLICY.people, ...named } }) }, 'root@x.example')
  for (let round = 0; round < 3; round += 1) here.request(`rar-ten-${round}`)
  await syncRequests(here.ctx('system', 'system'))
  for (const row of await openRequests(base.db)) {
    const ends = await Promise.allSettled(
      people.map(({ login }) => castVote(here.ctx(login), { id: row.id, digest: row.digest, verdict: 'approve', ...RATIONALE })),
    )
    const accepted = ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []))
    const refused = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as { code: string; message: string }] : []))
    expect(accepted.map((one) => one.state).toSorted()).toEqual(['approved', 'open'])
    expect(refused).toHaveLength(8)
    for (const { code, message } of refused) {
      expect(['conflict', 'forbidden']).toContain(code)
      expect(message).toMatch(/^[A-Z].+[.]$/)
    }
    const [decision, ...more] = await decisionsOf(base.db, [row.id])
    expect(more).toEqual([])
    const groups = decision?.approvers.map((login) => people.find((one) => one.login === login)?.group).toSorted()
    expect(groups).toEqual(['approver-payments', 'approver-trading'])
    const votes = (await votesOf(base.db, [row.id])).filter((one) => one.state === 'counted')
    expect(votes.map((one) => one.login).toSorted()).toEqual(decision?.approvers.toSorted())
  }
  const { problem } = await verifyLedger(base.db)
  return problem === undefined ? undefined : JSON.stringify(problem)
}

test('ten people at once on one request, embedded: two seats, one seal, and words for the other eight', async () => {
  expect(await tenAtOnce('memory:')).toBeUndefined()
}, 60_000)
test.skipIf(postgres === undefined)(
  'ten people at once on one request, on a PostgreSQL: the same',
  async () => {
    expect(await tenAtOnce((await postgres?.createDatabase()) ?? '')).toBeUndefined()
  },
  60_000,
)
