import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { Database } from '#server/adapter/db/client.ts'
import { openDatabase } from '#server/adapter/db/open.ts'
import { castVote } from '#server/approval/cast-vote.ts'
import { decisionsOf, deliveriesOf, loadRequest, openRequests, sealedFilesOf, votesOf } from '#server/approval/repo.ts'
import { syncRequests } from '#server/approval/sync.ts'
import { testWorld, type TestWorld } from '#server/testing/approval-world.ts'

let database: Database
let world: TestWorld
const RATIONALE = {
  checked: 'Read both policies and the diff.',
  acceptable: 'It reads only and both agree.',
  undo: 'Revert the relationship file.',
}

beforeAll(async () => {
  database = await openDatabase('memory:')
})
afterAll(() => database.close())
beforeEach(() => {
  world = testWorld(database)
})

const open = async (name: string) => {
  await syncRequests(world.ctx('system', 'system'))
  const row = (await openRequests(database.db)).find((one) => one.name === name)
  if (row === undefined) throw new Error(`no open request ${name}`)
  return row
}
const vote = (login: string, id: string, digest: string | null, verdict: 'approve' | 'deny' = 'approve') =>
  castVote(world.ctx(login), { id, digest, verdict, ...RATIONALE })

it('one of each party approves, and the second vote seals exactly the bytes with its ledger entry, delivery and outbox row', async () => {
  world.request('rar-cs-observes-pgw')
  const row = await open('rar-cs-observes-pgw')
  const first = await vote('maria', row.id, row.digest)
  expect(first).toMatchObject({ state: 'open', votes: { given: 1, needed: 2 } })
  const second = await vote('lena', row.id, row.digest)
  expect(second).toMatchObject({ state: 'approved', outcome: 'Approved' })
  const [decision] = await decisionsOf(database.db, [row.id])
  expect(decision).toMatchObject({
    outcome: 'Approved',
    digest: row.digest,
    sealedBy: 'lena',
    approvers: ['maria', 'lena'],
    ledgerSeq: second.ledgerSeq,
  })
  const files = await sealedFilesOf(database.db, row.id)
  expect(files.map((file) => file.path)).toEqual([
    'clusters/ccs-mgmt/ont-system/domainrelationship.core.ontai.dev/cs-observes-pgw.yaml',
    'clusters/ccs-mgmt/seam-system/relationshipadmissionrequest.seam.ontai.dev/rar-cs-observes-pgw.yaml',
    `governance/events/${row.id}.yaml`,
  ])
  const texts = files.map((file) => new TextDecoder().decode(file.bytes ?? new Uint8Array()))
  expect(texts.join('')).not.toContain('<decision.')
  expect(parse(texts[1] ?? '')).toMatchObject({
    spec: { decision: { outcome: 'Approved', approver: 'lena', governanceEventRef: `governance/events/${row.id}.yaml` } },
  })
  expect(texts[1]).toMatch(/^# filed\n/)
  const [delivery] = await deliveriesOf(database.db, [row.id])
  expect(delivery?.branch).toBe(`vortex/rar-cs-observes-pgw-${row.digest?.slice(7, 15)}`)
  expect((await votesOf(database.db, [row.id])).map((one) => one.state)).toEqual(['counted', 'counted'])
  expect((await loadRequest(database.db, row.id))?.state).toBe('approved')
})
