import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import type { Database } from '#server/adapter/db/client.ts'
import { openDatabase } from '#server/adapter/db/open.ts'
import { castVote } from '#server/approval/cast-vote.ts'
import { getRequest } from '#server/approval/get.ts'
import { countNotices, listNotices, readNotices } from '#server/approval/notices.ts'
import { openRequests } from '#server/approval/repo.ts'
import { syncRequests } from '#server/approval/sync.ts'
import { tellPeople } from '#server/approval/tell-people.ts'
import { openThread } from '#server/approval/thread/open.ts'
import { replyToThread } from '#server/approval/thread/reply.ts'
import { POLICY, testWorld, type TestWorld } from '#server/testing/approval-world.ts'

let database: Database
let world: TestWorld
let count = 0
beforeAll(async () => {
  database = await openDatabase('memory:')
  world = testWorld(database)
})
afterAll(() => database.close())

const look = async (): Promise<void> => {
  await syncRequests(world.ctx('system', 'system'))
  await tellPeople(world.ctx('system', 'system'))
}
const filed = async (): Promise<string> => {
  const name = `rar-told-${(count += 1)}`
  world.request(name)
  await look()
  return (await openRequests(database.db)).find((one) => one.name === name)?.id ?? ''
}
const toldOn = async (login: string, id: string) => (await listNotices(world.ctx(login), {})).notices.filter((one) => one.requestId === id)
const REASON = {
  checked: 'Read both policies word by word.',
  acceptable: 'It only reads and both agree.',
  undo: 'Revert the relationship file.',
}
const vote = async (login: string, id: string, verdict: 'approve' | 'deny') => {
  const { digest = '' } = await getRequest(world.ctx(login), { id })
  await castVote(world.ctx(login), { id, digest, verdict, ...REASON })
  await look()
}

describe('notifications', () => {
  it('tell each person once per turn, however often they are looked for, and end with the turn', async () => {
    const id = await filed()
    await look()
    expect(await toldOn('maria', id)).toMatchObject([{ kind: 'turn', read: false, ended: false, text: expect.stringContaining('seat') }])
    expect(await toldOn('priya', id)).toEqual([])
    await vote('maria', id, 'approve')
    expect(await toldOn('maria', id)).toMatchObject([{ kind: 'turn', ended: true }])
    expect(await toldOn('lena', id)).toMatchObject([{ kind: 'turn', ended: false }])
  })

  it('tell requester and voters the outcome, with its reason by level', async () => {
    const id = await filed()
    await vote('lena', id, 'deny')
    expect(await toldOn('james', id)).toMatchObject([{ kind: 'outcome', text: 'Rejected by lena.', why: { restricted: 'Full' } }])
    expect(await toldOn('lena', id)).toMatchObject([{ kind: 'outcome' }])
    const full = { ...POLICY, people: { ...POLICY.people, james: { groups: ['platform', 'compliance'], emails: [] } } }
    world.commit({ 'vortex/policy.yaml': stringify(full) }, 'root@x.example')
    expect(await toldOn('james', id)).toMatchObject([{ why: { text: REASON.acceptable } }])
    world.commit({ 'vortex/policy.yaml': stringify(POLICY) }, 'root@x.example')
  })

  it('tell a voter that the vote lapsed, in the place of the turn that was over', async () => {
    const id = await filed()
    await vote('maria', id, 'approve')
    world.commit({ 'vortex/policy.yaml': stringify({ ...POLICY, overall: { quorum: 1 } }) }, 'root@x.example')
    await look()
    expect(await toldOn('maria', id)).toMatchObject([
      { kind: 'lapsed', read: false, ended: false, text: expect.stringContaining('vortex/policy.yaml') },
    ])
    world.commit({ 'vortex/policy.yaml': stringify(POLICY) }, 'root@x.example')
    await look()
  })

  it('tell those who take part in a discussion that it was answered, and not the one who answered', async () => {
    const id = await filed()
    const thread = crypto.randomUUID()
    await openThread(world.ctx('priya'), { id, thread, anchor: 'request', blocking: false, text: 'Why?' })
    await replyToThread(world.ctx('james'), { id: thread, comment: crypto.randomUUID(), text: 'Because.' })
    expect(await toldOn('priya', id)).toMatchObject([{ kind: 'reply', text: 'james answered on request.' }])
    expect((await toldOn('james', id)).filter((one) => one.kind === 'reply')).toEqual([])
  })

  it('are the own ones only, counted until they are read', async () => {
    const id = await filed()
    const before = (await countNotices(world.ctx('lena'), {})).unread
    expect(before).toBeGreaterThan(0)
    const [mine] = await toldOn('lena', id)
    expect(await readNotices(world.ctx('maria'), { id: mine?.id })).toBeDefined()
    expect((await countNotices(world.ctx('lena'), {})).unread).toBe(before)
    expect(await readNotices(world.ctx('lena'), { id: mine?.id })).toEqual({ unread: before - 1 })
    expect(await readNotices(world.ctx('lena'), {})).toEqual({ unread: 0 })
    await expect(countNotices(world.ctx('lena', 'machine'), {})).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('come in pages', async () => {
    for (let at = 0; at < 35; at += 1) world.request(`rar-many-${at}`)
    await look()
    const first = await listNotices(world.ctx('lena'), {})
    expect(first.notices).toHaveLength(30)
    const second = await listNotices(world.ctx('lena'), { after: first.next })
    expect(second.notices.length).toBeGreaterThan(0)
    const ids = [...first.notices, ...second.notices].map((one) => one.id)
    expect(new Set(ids).size).toBe(ids.length)
  })
})
