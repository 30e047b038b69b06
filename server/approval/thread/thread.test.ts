import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '#server/adapter/db/client.ts'
import { openDatabase } from '#server/adapter/db/open.ts'
import { castVote } from '#server/approval/cast-vote.ts'
import { getRequest } from '#server/approval/get.ts'
import { openRequests } from '#server/approval/repo.ts'
import { syncRequests } from '#server/approval/sync.ts'
import { entriesOfRequest } from '#server/ledger/list.ts'
import { testWorld, type TestWorld } from '#server/testing/approval-world.ts'
import { listThreads } from '#server/approval/thread/list.ts'
import { openThread } from '#server/approval/thread/open.ts'
import { replyToThread } from '#server/approval/thread/reply.ts'
import { resolveThread } from '#server/approval/thread/resolve.ts'

let database: Database
let world: TestWorld
let count = 0
beforeAll(async () => {
  database = await openDatabase('memory:')
  world = testWorld(database)
})
afterAll(() => database.close())

const filed = async (): Promise<string> => {
  const name = `rar-talk-${(count += 1)}`
  world.request(name)
  await syncRequests(world.ctx('system', 'system'))
  return (await openRequests(database.db)).find((one) => one.name === name)?.id ?? ''
}
const ask = (login: string, id: string, change: Partial<{ thread: string; anchor: string; blocking: boolean; text: string }> = {}) =>
  openThread(world.ctx(login), {
    id,
    thread: randomUUID(),
    anchor: 'condition:party.payments',
    blocking: true,
    text: 'Why mTLS?',
    ...change,
  })
const actions = async (id: string) => (await entriesOfRequest(database.db, id, 100)).map((entry) => entry.action)
const REASON = {
  checked: 'Read both policies word by word.',
  acceptable: 'It only reads and both agree.',
  undo: 'Revert the relationship file.',
}

describe('a discussion', () => {
  it('that blocks closes approving, not denying, until it is resolved; every step stands in the ledger', async () => {
    const id = await filed()
    const { id: thread } = await ask('maria', id)
    const closed = await getRequest(world.ctx('lena'), { id })
    expect([closed.may.approve.allowed, closed.may.deny.allowed]).toEqual([false, true])
    expect(closed.may.approve.reason).toContain('discussion that maria opened on condition:party.payments')
    expect(closed.conditions.find((one) => one.id === 'threads')).toMatchObject({ state: 'pending', who: ['maria'] })
    await expect(castVote(world.ctx('lena'), { id, digest: closed.digest ?? '', verdict: 'approve', ...REASON })).rejects.toMatchObject({
      code: 'forbidden',
    })
    await replyToThread(world.ctx('james'), { id: thread, comment: randomUUID(), text: 'Because both ends have it.' })
    await expect(resolveThread(world.ctx('james'), { id: thread })).rejects.toMatchObject({ code: 'forbidden' })
    await resolveThread(world.ctx('maria'), { id: thread })
    expect((await getRequest(world.ctx('lena'), { id })).may.approve.allowed).toBe(true)
    expect((await actions(id)).slice(0, 5).toReversed()).toEqual([
      'review.thread-opened',
      'review.refused',
      'review.commented',
      'review.refused',
      'review.thread-resolved',
    ])
    expect((await listThreads(world.ctx('maria'), { id })).threads).toMatchObject([
      {
        openedBy: 'maria',
        resolved: { by: 'maria' },
        comments: [{ login: 'maria' }, { login: 'james', text: 'Because both ends have it.' }],
      },
    ])
  })

  it('is reasoning: whom it does not concern and who has not level Full sees that it is there, reads his own words only and cannot answer', async () => {
    const id = await filed()
    const { id: thread } = await ask('maria', id, { text: 'Secret doubts about the settlement window.' })
    const seen = await listThreads(world.ctx('priya'), { id })
    expect(seen.threads).toMatchObject([{ openedBy: 'maria', comments: [{ login: 'maria', text: 'Restricted, needs Full' }] }])
    expect(JSON.stringify(seen)).not.toContain('Secret doubts')
    const answer = { id: thread, comment: randomUUID(), text: 'What is it about?' }
    await expect(replyToThread(world.ctx('priya'), answer)).rejects.toMatchObject({ code: 'forbidden' })
    await ask('priya', id, { blocking: false, text: 'May I know?' })
    const { threads } = await listThreads(world.ctx('priya'), { id })
    expect(threads.flatMap(({ comments }) => comments.map(({ text }) => text))).toEqual(['Restricted, needs Full', 'May I know?'])
  })

  it('sent twice is one, and the name of another one is refused', async () => {
    const id = await filed()
    const thread = randomUUID()
    await Promise.all([ask('maria', id, { thread }), ask('maria', id, { thread })])
    expect((await listThreads(world.ctx('maria'), { id })).threads).toHaveLength(1)
    expect((await actions(id)).filter((action) => action === 'review.thread-opened')).toHaveLength(1)
    await expect(ask('lena', id, { thread })).rejects.toMatchObject({ code: 'conflict' })
    // Whoever ticked the box after a lost answer must not be told that it blocks.
    await expect(ask('maria', id, { thread, blocking: false })).rejects.toMatchObject({ code: 'conflict' })
    const comment = randomUUID()
    await replyToThread(world.ctx('lena'), { id: thread, comment, text: 'Once.' })
    await replyToThread(world.ctx('lena'), { id: thread, comment, text: 'Once.' })
    expect((await listThreads(world.ctx('maria'), { id })).threads[0]?.comments).toHaveLength(2)
    await expect(replyToThread(world.ctx('lena'), { id: thread, comment, text: 'Twice.' })).rejects.toMatchObject({ code: 'conflict' })
  })

  it('resolved by two at once is resolved once', async () => {
    const id = await filed()
    const { id: thread } = await ask('maria', id)
    const both = await Promise.allSettled([
      resolveThread(world.ctx('maria'), { id: thread }),
      resolveThread(world.ctx('lena'), { id: thread }),
    ])
    expect(both.map((one) => one.status).toSorted()).toEqual(['fulfilled', 'rejected'])
  })

  it('is not blocked by whoever may not decide, nor by a machine, nor without words', async () => {
    const id = await filed()
    await expect(ask('priya', id)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(ask('james', id)).rejects.toMatchObject({ code: 'forbidden', message: expect.stringContaining('contributed') })
    await expect(
      openThread(world.ctx('maria', 'machine'), { id, thread: randomUUID(), anchor: 'request', blocking: false, text: 'Hi' }),
    ).rejects.toMatchObject({ code: 'forbidden' })
    await expect(ask('maria', id, { text: ' \n ' })).rejects.toMatchObject({ code: 'invalid', fields: [{ field: 'text' }] })
    await expect(ask('maria', id, { text: 'x'.repeat(4_001) })).rejects.toMatchObject({ code: 'invalid' })
    await expect(ask('maria', id, { anchor: 'elsewhere' })).rejects.toMatchObject({ code: 'invalid', fields: [{ field: 'anchor' }] })
    await ask('priya', id, { blocking: false, anchor: 'request' })
    expect((await getRequest(world.ctx('lena'), { id })).may.approve.allowed).toBe(true)
  })

  it('refused to whoever may not end it: the refusal stands in the ledger of its request', async () => {
    const id = await filed()
    const { id: thread } = await ask('maria', id)
    await expect(resolveThread(world.ctx('james'), { id: thread })).rejects.toMatchObject({ code: 'forbidden' })
    await expect(replyToThread(world.ctx('james'), { id: thread, comment: randomUUID(), text: ' ' })).rejects.toMatchObject({
      code: 'invalid',
    })
    expect((await actions(id)).filter((action) => action === 'review.refused')).toHaveLength(2)
  })

  it('ends with the request', async () => {
    const id = await filed()
    const { id: thread } = await ask('maria', id, { blocking: false })
    const { digest = '' } = await getRequest(world.ctx('lena'), { id })
    await castVote(world.ctx('lena'), { id, digest, verdict: 'deny', ...REASON })
    await expect(replyToThread(world.ctx('maria'), { id: thread, comment: randomUUID(), text: 'Late.' })).rejects.toMatchObject({
      code: 'conflict',
    })
    await expect(ask('maria', id)).rejects.toMatchObject({ code: 'conflict' })
  })
})
