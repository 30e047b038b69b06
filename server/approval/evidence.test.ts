import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Database } from '#server/adapter/db/client.ts'
import { openDatabase } from '#server/adapter/db/open.ts'
import { castVote } from '#server/approval/cast-vote.ts'
import { compareRevisions } from '#server/approval/compare-revisions.ts'
import { getEvidence } from '#server/approval/evidence.ts'
import { getRequest } from '#server/approval/get.ts'
import { openRequests } from '#server/approval/repo.ts'
import { syncRequests } from '#server/approval/sync.ts'
import { POLICY, testWorld, type TestWorld } from '#server/testing/approval-world.ts'
import { stringify } from 'yaml'

let database: Database
let world: TestWorld
beforeAll(async () => {
  database = await openDatabase('memory:')
  world = testWorld(database)
})
afterAll(() => database.close())

const sync = () => syncRequests(world.ctx('system', 'system'))
const filed = async (name: string): Promise<string> => {
  world.request(name)
  await sync()
  return (await openRequests(database.db)).find((one) => one.name === name)?.id ?? ''
}
const REASON = {
  checked: 'Read both policies word by word.',
  acceptable: 'It only reads and both agree.',
  undo: 'Revert the relationship file.',
}
const deny = async (login: string, id: string) => {
  const { digest = '' } = await getRequest(world.ctx(login), { id })
  await castVote(world.ctx(login), { id, digest, verdict: 'deny', ...REASON })
}

it('names the relationship that would be added, who would reach the counterpart, and that no permission changes', async () => {
  const { effect } = await getEvidence(world.ctx('maria'), { id: await filed('rar-effect') })
  expect(effect).toMatchObject({ adds: { from: 'cs', to: 'pgw', type: 'observes' }, reaching: { added: expect.arrayContaining(['cs']) } })
})

it('finds what was decided on the like, with its reason by level', async () => {
  const before = await filed('rar-before')
  await deny('maria', before)
  const id = await filed('rar-after')
  const { similar } = await getEvidence(world.ctx('priya'), { id })
  expect(similar).toMatchObject([{ id: before, outcome: 'Rejected', deciders: ['maria'], rationale: undefined }])
  expect(similar[0]?.alike[0]).toBe('the same two participants')
  const full = { ...POLICY, people: { ...POLICY.people, priya: { groups: ['compliance'], emails: [] } } }
  world.commit({ 'vortex/policy.yaml': stringify(full) }, 'root@x.example')
  expect((await getEvidence(world.ctx('priya'), { id })).similar[0]?.rationale).toEqual(REASON)
})

it('keeps each meaning as a version and compares any two', async () => {
  const id = await filed('rar-versions')
  world.commit({ 'vortex/policy.yaml': stringify({ ...POLICY, overall: { quorum: 1 } }) }, 'root@x.example')
  await sync()
  const { revisions } = await getEvidence(world.ctx('maria'), { id })
  expect(revisions.map((one) => one.number)).toEqual([1, 2])
  expect(revisions[1]?.cause).toContain('vortex/policy.yaml')
  expect(await compareRevisions(world.ctx('maria'), { id, from: 1, to: 2 })).toMatchObject({ parts: ['vortex/policy.yaml'], fields: [] })
  await expect(compareRevisions(world.ctx('maria'), { id, from: 1, to: 9 })).rejects.toMatchObject({ code: 'not_found' })
})

it('says of each fact how old it may be, and which ones are silent', async () => {
  const id = await filed('rar-fresh')
  const binding = (await getEvidence(world.ctx('maria'), { id })).facts.filter((fact) => fact.limit !== undefined)
  expect(binding.length).toBeGreaterThanOrEqual(9)
  expect(binding.every((fact) => fact.state === 'fresh')).toBe(true)
  world.kubeDown = true
  const silent = (await getEvidence(world.ctx('maria'), { id })).facts.filter((fact) => fact.source === 'Kubernetes')
  expect(silent.filter((fact) => fact.state !== 'fresh' && fact.problem !== undefined).length).toBeGreaterThanOrEqual(7)
  expect((await getRequest(world.ctx('maria'), { id })).may.approve.allowed).toBe(false)
  world.kubeDown = false
})
