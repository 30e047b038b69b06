import { afterAll, beforeAll, expect, it } from 'vitest'
import { stringify } from 'yaml'
import type { Database } from '#server/adapter/db/client.ts'
import { openDatabase } from '#server/adapter/db/open.ts'
import { openRequests } from '#server/approval/repo.ts'
import { getSample, reviewSample } from '#server/approval/sample.ts'
import { syncRequests } from '#server/approval/sync.ts'
import { listLedger } from '#server/ledger/list.ts'
import { POLICY, testWorld, type TestWorld } from '#server/testing/approval-world.ts'

let database: Database
let world: TestWorld
beforeAll(async () => {
  database = await openDatabase('memory:')
  world = testWorld(database)
})
afterAll(() => database.close())

const LOW = { initiator: 'los', counterpart: 'pgw', type: 'depends-on', interaction: { bindingType: undefined, protocol: 'rest' } } as const
const NOTE = 'Read both policies and the relationship file again.'

/** A Low request that the system admits under the given share, by its id. */
async function admitted(name: string, sample: number): Promise<string> {
  world.request(name, LOW)
  world.evaluateAll()
  world.commit({ 'vortex/policy.yaml': stringify(POLICY) }, 'root@x.example')
  await syncRequests(world.ctx('system', 'system'))
  const row = (await openRequests(database.db)).find((one) => one.name === name)
  world.commit({ 'vortex/policy.yaml': stringify({ ...POLICY, autoAdmission: { enabled: true, sample } }) }, 'root@x.example')
  await syncRequests(world.ctx('system', 'system'))
  return row?.id ?? ''
}

it('what the system admitted and its policy does not draw is no sample', async () => {
  expect(await getSample(world.ctx('maria'), { id: await admitted('rar-undrawn', 0) })).toEqual({ sample: undefined })
})

it('what was drawn is reviewed once, by a person who could have decided it', async () => {
  const id = await admitted('rar-drawn', 1)
  expect((await getSample(world.ctx('priya'), { id })).sample?.may).toMatchObject({
    allowed: false,
    who: expect.arrayContaining(['maria']),
  })
  await expect(reviewSample(world.ctx('priya'), { id, verdict: 'right', note: NOTE })).rejects.toMatchObject({ code: 'forbidden' })
  await expect(reviewSample(world.ctx('maria', 'machine'), { id, verdict: 'right', note: NOTE })).rejects.toMatchObject({
    code: 'forbidden',
  })
  await expect(reviewSample(world.ctx('maria'), { id, verdict: 'right', note: 'short' })).rejects.toMatchObject({
    code: 'invalid',
    fields: [{ field: 'note' }],
  })
  await reviewSample(world.ctx('maria'), { id, verdict: 'wrong', note: NOTE })
  expect((await getSample(world.ctx('priya'), { id })).sample).toMatchObject({ review: { login: 'maria', verdict: 'wrong', note: NOTE } })
  await expect(reviewSample(world.ctx('amir'), { id, verdict: 'right', note: NOTE })).rejects.toMatchObject({ code: 'conflict' })
  const entries = await listLedger(world.ctx('maria'), { request: id })
  expect(entries.lines.filter((line) => line.action === 'sample.found-wrong')).toHaveLength(1)
})
