import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import type { Database } from '#server/adapter/db/client.ts'
import { openDatabase } from '#server/adapter/db/open.ts'
import { castVote } from '#server/approval/cast-vote.ts'
import { getRequest } from '#server/approval/get.ts'
import { loadRequest, sealedFilesOf } from '#server/approval/repo.ts'
import { syncRequests } from '#server/approval/sync.ts'
import { listLedger } from '#server/ledger/list.ts'
import { checkPolicy } from '#server/policy/check.ts'
import { getPolicy } from '#server/policy/get.ts'
import { proposePolicy } from '#server/policy/propose.ts'
import { POLICY, testWorld, type TestWorld } from '#server/testing/approval-world.ts'

let database: Database
let world: TestWorld
beforeAll(async () => {
  database = await openDatabase('memory:')
  world = testWorld(database)
})
afterAll(() => database.close())

const changed = stringify({ ...POLICY, overall: { quorum: 3 } })
const REASON = {
  checked: 'Read every changed field of the file.',
  acceptable: 'It asks for one more person than before.',
  undo: 'Send the file of today for approval again.',
}
const vote = async (login: string, id: string) => {
  const { digest = '' } = await getRequest(world.ctx(login), { id })
  return castVote(world.ctx(login), { id, digest, verdict: 'approve', ...REASON })
}

describe('a change of the policy file', () => {
  it('is refused with line, field and rule when it cannot be read', async () => {
    await expect(proposePolicy(world.ctx('root'), { text: `${changed}hats: {}\n` })).rejects.toMatchObject({
      code: 'invalid',
      fields: [{ field: 'hats', message: expect.stringMatching(/line \d+, hats: This key is not known/) }],
    })
  })
  it('is refused when it means the same', async () => {
    await expect(proposePolicy(world.ctx('root'), { text: `# a remark\n${stringify(POLICY)}` })).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('means the same'),
    })
  })
  it('is refused to a machine', async () => {
    await expect(proposePolicy(world.ctx('root', 'machine'), { text: changed })).rejects.toMatchObject({ code: 'forbidden' })
  })
  it('shows before it is sent what could not be met', async () => {
    const check = await checkPolicy(world.ctx('root'), { text: stringify({ ...POLICY, merge: { who: [] } }) })
    expect(check.faults).toContainEqual(expect.objectContaining({ field: 'merge.who', blocks: true }))
    expect(check.changes.length).toBeGreaterThan(0)
  })

  it('is decided under the file in force by every domain of it, sealed once, and tried on what was decided', async () => {
    const { id } = await proposePolicy(world.ctx('root'), { text: changed })
    expect((await getPolicy(world.ctx('priya'), {})).open).toEqual({ id })
    await expect(proposePolicy(world.ctx('james'), { text: stringify({ ...POLICY, veto: [{ login: 'root' }] }) })).rejects.toMatchObject({
      code: 'conflict',
    })
    await syncRequests(world.ctx('system', 'system'))
    const seen = await getRequest(world.ctx('root'), { id })
    expect(seen.may.approve.reason).toContain('nobody who contributed may decide')
    expect(seen.conditions.filter((one) => one.id.startsWith('party.')).map((one) => one.state)).toEqual(['pending', 'pending', 'pending'])
    await vote('maria', id)
    await vote('lena', id)
    expect((await loadRequest(database.db, id))?.state).toBe('open')
    expect(await vote('amir', id)).toMatchObject({ outcome: 'Approved' })
    const files = await sealedFilesOf(database.db, id)
    const policy = files.find((file) => file.path === 'vortex/policy.yaml')
    expect(new TextDecoder().decode(policy?.bytes ?? new Uint8Array())).toBe(changed)
    expect((await listLedger(world.ctx('root'), { request: id })).lines.map((line) => line.action)).toContain('policy.requested')

    const stricter = stringify({ ...POLICY, domains: { ...POLICY.domains, trading: { approvers: [{ login: 'james' }], quorum: 1 } } })
    const check = await checkPolicy(world.ctx('root'), { text: stricter })
    expect(check).toMatchObject({ tried: 1, replayed: [{ id, outcome: 'Approved', would: 'still open' }] })
    expect(check.replayed[0]?.because.join(' ')).toContain('trading: 0 of 1')
    expect((await checkPolicy(world.ctx('root'), { text: stringify({ ...POLICY, veto: [{ login: 'root' }] }) })).replayed).toEqual([])
  })

  it('that would lock everybody out cannot be approved, only denied', async () => {
    const { id } = await proposePolicy(world.ctx('root'), { text: stringify({ ...POLICY, merge: { who: [] } }) })
    await syncRequests(world.ctx('system', 'system'))
    const { may } = await getRequest(world.ctx('maria'), { id })
    expect([may.approve.allowed, may.deny.allowed]).toEqual([false, true])
    expect(may.approve.reason).toContain('nobody may merge')
  })
})
