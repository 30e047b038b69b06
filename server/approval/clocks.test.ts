import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import type { Database } from '#server/adapter/db/client.ts'
import { openDatabase } from '#server/adapter/db/open.ts'
import { castVote } from '#server/approval/cast-vote.ts'
import { getRequest } from '#server/approval/get.ts'
import { openQueue } from '#server/approval/open-queue.ts'
import { openRequests, type RequestRow, votesOf } from '#server/approval/repo.ts'
import { lapsedVotes } from '#server/approval/repo-notice.ts'
import { syncRequests } from '#server/approval/sync.ts'
import { withdrawVote } from '#server/approval/withdraw-vote.ts'
import type { Ctx } from '#server/context.ts'
import { entriesOfRequest } from '#server/ledger/list.ts'
import { verifyLedger } from '#server/ledger/verify.ts'
import { claim } from '#server/outbox/repo.ts'
import { POLICY, testWorld, type TestWorld } from '#server/testing/approval-world.ts'

const FIVE_MINUTES = 300_000
const RATIONALE = {
  checked: 'Read both policies and the diff.',
  acceptable: 'It reads only and both agree.',
  undo: 'Revert the relationship file.',
}

let database: Database
let world: TestWorld
let count = 0
beforeAll(async () => {
  database = await openDatabase('memory:')
})
afterAll(() => database.close())
beforeEach(() => {
  world = testWorld(database)
})

/** A replica whose clock stands at an instant (epoch milliseconds), with everything that it measures by that clock. */
function replicaAt(instant: number, login: string): Ctx {
  const ctx = world.ctx(login)
  return {
    ...ctx,
    now: new Date(instant),
    database: { ...database, now: () => new Date(instant) },
    git: { ...ctx.git, age: () => ({ ...ctx.git.age(), at: instant }) },
    guardian: { ...ctx.guardian, check: async (...asked) => ({ ...(await ctx.guardian.check(...asked)), at: instant }) },
  }
}
const ahead = (login: string): Ctx => replicaAt(Date.now() + FIVE_MINUTES, login)
const behind = (login: string): Ctx => replicaAt(Date.now() - FIVE_MINUTES, login)

async function filed(): Promise<RequestRow> {
  const name = `rar-clock-${(count += 1)}`
  world.request(name)
  await syncRequests(world.ctx('system', 'system'))
  const row = (await openRequests(database.db)).find((one) => one.name === name)
  if (row === undefined) throw new Error(`no open request ${name}`)
  return row
}
async function vote(ctx: Ctx, { id }: RequestRow): Promise<Awaited<ReturnType<typeof castVote>>> {
  const { digest = '' } = await getRequest(ctx, { id })
  return castVote(ctx, { id, digest, verdict: 'approve', ...RATIONALE })
}
const states = async ({ id }: RequestRow): Promise<readonly string[]> => (await votesOf(database.db, [id])).map(({ state }) => state)

describe('replicas whose clocks differ by ten minutes', () => {
  it('the work that a replica ahead asked for is due at once', async () => {
    const row = await filed()
    await vote(behind('maria'), row)
    expect(await vote(ahead('lena'), row)).toMatchObject({ outcome: 'Approved' })
    expect((await claim(database.db, []))?.requestId).toBe(row.id)
  })

  it('the newest vote of a person is the one that the database took last', async () => {
    const row = await filed()
    await vote(ahead('maria'), row)
    await withdrawVote(behind('maria'), { id: row.id })
    await vote(behind('maria'), row)
    expect(await states(row)).toEqual(['withdrawn', 'counted'])
    expect((await getRequest(ahead('lena'), { id: row.id })).votes.map(({ state }) => state)).toEqual(['withdrawn', 'counted'])
  })

  it('a vote that lapsed and was given again through a replica behind is not told as lapsed', async () => {
    const row = await filed()
    await vote(ahead('maria'), row)
    world.commit({ 'vortex/policy.yaml': stringify({ ...POLICY, overall: { quorum: 3 } }) }, 'root@x.example')
    await syncRequests(world.ctx('system', 'system'))
    expect(await states(row)).toEqual(['lapsed'])
    const lapsed = async () => (await lapsedVotes(database.db)).filter(({ requestId }) => requestId === row.id)
    expect(await lapsed()).toMatchObject([{ login: 'maria' }])
    await vote(behind('maria'), row)
    expect(await lapsed()).toEqual([])
  })

  it('the ledger is in the order of its sequence, and verifies, where its times run backwards', async () => {
    const row = await filed()
    await vote(ahead('maria'), row)
    await withdrawVote(behind('maria'), { id: row.id })
    await vote(behind('maria'), row)
    const told = (await entriesOfRequest(database.db, row.id, 100)).toReversed()
    expect(told.map(({ action }) => action)).toEqual(['relationship.requested', 'review.approved', 'review.withdrawn', 'review.approved'])
    expect(told.map(({ seq }) => seq)).toEqual(told.map(({ seq }) => seq).toSorted((a, b) => a - b))
    expect(told[2]?.at.localeCompare(told[1]?.at ?? '')).toBe(-1)
    expect((await verifyLedger(database.db)).problem).toBeUndefined()
  })
})

describe('at the border of a time', () => {
  it('inbox, page and action are open until the last millisecond to decide, and none of them at its end', async () => {
    const row = await filed()
    const end = row.decideBy?.getTime() ?? Number.NaN
    expect((await getRequest(replicaAt(end - 1, 'maria'), { id: row.id })).may.approve.allowed).toBe(true)
    expect(await vote(replicaAt(end - 1, 'maria'), row)).toMatchObject({ votes: { given: 1 } })
    const turn = async (at: number) => (await openQueue(replicaAt(at, 'lena'))).find(({ id }) => id === row.id)?.turn
    expect([await turn(end - 1), await turn(end)]).toEqual(['yours', 'others'])
    const digest = row.digest ?? ''
    await expect(castVote(replicaAt(end, 'lena'), { id: row.id, digest, verdict: 'approve', ...RATIONALE })).rejects.toMatchObject({
      code: 'conflict',
    })
    expect(await getRequest(replicaAt(end, 'lena'), { id: row.id })).toMatchObject({
      state: 'expired',
      may: { approve: { allowed: false } },
    })
  })

  it('a delegation ends on the page and for the action in the same millisecond', async () => {
    const until = Date.now() + 3_600_000
    const delegations = [{ from: 'lena', to: 'priya', until: new Date(until).toISOString() }]
    world.commit({ 'vortex/policy.yaml': stringify({ ...POLICY, delegations }) }, 'root@x.example')
    const row = await filed()
    const may = async (at: number, login: string) => (await getRequest(replicaAt(at, login), { id: row.id })).may.approve.allowed
    expect([await may(until - 1, 'priya'), await may(until - 1, 'lena')]).toEqual([true, false])
    expect([await may(until, 'priya'), await may(until, 'lena')]).toEqual([false, true])
    await expect(vote(replicaAt(until, 'priya'), row)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(vote(replicaAt(until - 1, 'lena'), row)).rejects.toMatchObject({ code: 'forbidden' })
    expect(await vote(replicaAt(until - 1, 'priya'), row)).toMatchObject({ votes: { given: 1 } })
  })
})
