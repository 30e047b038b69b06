import { leafHash } from '#lib/canonical.ts'
import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import type { Database } from '#server/adapter/db/client.ts'
import { openDatabase } from '#server/adapter/db/open.ts'
import { castVote } from '#server/approval/cast-vote.ts'
import { getRequest } from '#server/approval/get.ts'
import { listRequests } from '#server/approval/list.ts'
import { requestMerge } from '#server/approval/merge.ts'
import { openRequest } from '#server/approval/open.ts'
import { loadRequest, openRequests, type RequestRow, sealedFilesOf } from '#server/approval/repo.ts'
import { syncRequests } from '#server/approval/sync.ts'
import { appendLedger } from '#server/ledger/append.ts'
import { getLedgerEntry } from '#server/ledger/get.ts'
import { exportLedger } from '#server/ledger/export.ts'
import { entriesOfRequest, listLedger } from '#server/ledger/list.ts'
import { verifyLedger } from '#server/ledger/verify.ts'
import { POLICY, testWorld, type TestWorld } from '#server/testing/approval-world.ts'

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

const sync = () => syncRequests(world.ctx('system', 'system'))
const filed = async (change: Parameters<TestWorld['request']>[1] = {}): Promise<RequestRow> => {
  const name = `rar-${randomUUID().slice(0, 8)}`
  world.request(name, change)
  await sync()
  const row = (await openRequests(database.db)).find((one) => one.name === name)
  if (row === undefined) throw new Error('not open')
  return row
}
const vote = (login: string, row: { readonly id: string; readonly digest: string | null }, verdict: 'approve' | 'deny' = 'approve') =>
  castVote(world.ctx(login), { id: row.id, digest: row.digest ?? 'none', verdict, ...RATIONALE })

/** What delivery does: the sealed bytes on a branch of their own. */
async function propose(row: RequestRow, change: Readonly<Record<string, string>> = {}): Promise<string> {
  const files = await sealedFilesOf(database.db, row.id)
  const texts = Object.fromEntries(files.map(({ path, bytes }) => [path, bytes === null ? undefined : new TextDecoder().decode(bytes)]))
  const commit = world.commit({ ...texts, ...change }, 'vortex@vortex.invalid')
  const branch = `vortex/${row.name}-${row.digest?.slice(7, 15) ?? ''}`
  world.branches.set(branch, commit)
  await database.db.execute(sql`update delivery set "commit" = ${commit}, proposed_at = now() where request_id = ${row.id}`)
  return branch
}

describe('the request page', () => {
  it('says what would become allowed, by whom it is governed, and offers what the verb accepts', async () => {
    const row = await filed()
    const view = await getRequest(world.ctx('maria'), { id: row.id })
    expect(view.sentence).toBe(
      'cs (trading) would be allowed to observe pgw (payments) over mtls, bound to the exact set that stands when the decision is sealed.',
    )
    expect(view.parties.map((party) => [party.role, party.domain, party.policyName, party.compatible])).toEqual([
      ['Initiator', 'trading', 'cs-policy', true],
      ['Counterpart', 'payments', 'pgw-policy', true],
    ])
    expect(view.risk).toMatchObject({ tier: 'High', reasons: [{ rule: 'E11' }] })
    expect(view.files.map((file) => file.change)).toEqual(['modified', 'added', 'added'])
    expect(view.files[0]?.fields).toContainEqual({ path: 'spec.decision.outcome', from: undefined, to: 'Approved' })
    expect(view.graph.edges).toContainEqual(expect.objectContaining({ type: 'observes', proposed: true }))
    expect(view.contributors).toEqual([{ login: 'james', why: 'filed the request' }])
    expect(view.may.approve.allowed).toBe(true)
    await vote('maria', { id: row.id, digest: view.digest ?? null })
    expect((await getRequest(world.ctx('maria'), { id: row.id })).may).toMatchObject({
      approve: { allowed: false },
      withdraw: { allowed: true },
    })
  })

  it('shows a reason to those who have Full in one of the domains, and in its place that it is restricted to others', async () => {
    world.commit({ 'vortex/policy.yaml': stringify({ ...POLICY, levels: { 'approver-trading': { trading: 'Full' } } }) }, 'root@x.example')
    const row = await filed()
    await vote('maria', row)
    expect((await getRequest(world.ctx('lena'), { id: row.id })).votes[0]?.rationale).toEqual(RATIONALE)
    expect((await getRequest(world.ctx('priya'), { id: row.id })).votes[0]?.rationale.checked).toBe('Restricted, needs Full')
    expect((await getRequest(world.ctx('maria'), { id: row.id })).votes[0]?.rationale).toEqual(RATIONALE)
    await vote('lena', row)
    const sealed = await getRequest(world.ctx('priya'), { id: row.id })
    expect(JSON.stringify(sealed)).not.toContain(RATIONALE.acceptable)
    expect(sealed).toMatchObject({ state: 'approved', digest: undefined, decision: { outcome: 'Approved', approvers: ['maria', 'lena'] } })
  })

  it('shows a lapse and gives the turn back at once, before the worker has written it', async () => {
    const row = await filed()
    await vote('maria', row)
    world.commit({ 'vortex/policy.yaml': stringify({ ...POLICY, overall: { quorum: 3 } }) }, 'root@x.example')
    const view = await getRequest(world.ctx('maria'), { id: row.id })
    expect(view.votes[0]?.state).toBe('lapsed')
    expect(view.may.approve.allowed).toBe(true)
  })

  it('stays readable and closes deciding while the cluster is silent', async () => {
    const row = await filed()
    world.kubeDown = true
    const view = await getRequest(world.ctx('maria'), { id: row.id })
    expect(view.may.approve).toMatchObject({ allowed: false, reason: expect.stringMatching(/Kubernetes/) })
    expect(view.conditions).toContainEqual(expect.objectContaining({ id: 'sources', state: 'unknown' }))
  })

  it('keeps a withdrawn request as history', async () => {
    const row = await filed()
    world.objects = world.objects.filter((object) => object.metadata.name !== row.name)
    await sync()
    expect(await getRequest(world.ctx('noor'), { id: row.id })).toMatchObject({
      state: 'withdrawn',
      phase: 'Withdrawn',
      sentence: expect.stringMatching(/cs \(trading\)/),
    })
  })
})

describe('the inbox', () => {
  it('puts each request where the evaluator says, high risk first', async () => {
    const high = await filed()
    const low = await filed({
      initiator: 'los',
      counterpart: 'pgw',
      type: 'depends-on',
      interaction: { bindingType: undefined, protocol: 'rest' },
    })
    const mine = (rows: readonly { readonly id: string }[]) => rows.map((row) => row.id).filter((id) => id === high.id || id === low.id)
    const maria = await listRequests(world.ctx('maria'), { view: 'yours' })
    expect(mine(maria.rows)).toEqual([high.id, low.id])
    const lena = await listRequests(world.ctx('lena'), {})
    expect(lena.rows.find((row) => row.id === high.id)).toMatchObject({ turn: 'yours', risk: 'High', votes: { given: 0, needed: 2 } })
    expect(lena.rows.find((row) => row.id === low.id)).toMatchObject({ turn: 'others', risk: 'Low' })
    await vote('lena', high)
    const after = await listRequests(world.ctx('lena'), { view: 'others' })
    expect(after.rows.find((row) => row.id === high.id)).toMatchObject({ reason: 'You voted to approve. Waiting for maria.' })
  })

  it('shows a new request before the worker has seen it', async () => {
    const name = `rar-${randomUUID().slice(0, 8)}`
    world.request(name)
    const queue = await listRequests(world.ctx('maria'), { view: 'yours' })
    expect(queue.rows.some((row) => row.name === name)).toBe(true)
    const [row] = (await openRequests(database.db)).filter((one) => one.name === name)
    expect(await entriesOfRequest(database.db, row?.id ?? '', 10)).toMatchObject([{ action: 'relationship.requested', actor: 'system' }])
  })
})

it('earlier decisions between the same two stand in the history, in either direction', async () => {
  const first = await filed({ initiator: 'los', counterpart: 'pgw', type: 'extends' })
  await vote('maria', first, 'deny')
  const second = await filed({ initiator: 'pgw', counterpart: 'los' })
  const view = await getRequest(world.ctx('maria'), { id: second.id })
  expect(view.history).toContainEqual(
    expect.objectContaining({ what: `Rejected: ${first.name}`, source: 'Earlier decision', who: 'maria' }),
  )
  expect(view.assessment.lines.join(' ')).toMatch(/1 earlier decision /)
})

describe('merging', () => {
  const sealed = async () => {
    const row = await filed()
    await vote('maria', row)
    await vote('lena', row)
    return row
  }
  const merge = (login: string, row: RequestRow) => requestMerge(world.ctx(login), { id: row.id })

  it('is refused before the proposal stands, to who is not named, and allowed once to who is', async () => {
    const row = await sealed()
    await expect(merge('james', row)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(/not in the repository yet/),
    })
    await propose(row)
    await expect(merge('maria', row)).rejects.toMatchObject({
      code: 'forbidden',
      message: expect.stringMatching(/does not name you under merge. Who could: james, root/),
    })
    expect((await getRequest(world.ctx('james'), { id: row.id })).may.merge.allowed).toBe(true)
    expect(await merge('james', row)).toMatchObject({ asked: true })
    const outbox = await database.db.execute(sql`select payload from outbox where request_id = ${row.id} and kind = 'git.merge'`)
    expect(outbox).toMatchObject({ rows: [{ payload: { by: 'james' } }] })
    await expect(merge('root', row)).rejects.toMatchObject({ message: expect.stringMatching(/already asked for/) })
  })

  it('is refused when the branch moved, holds other bytes, or holds a file that nobody approved', async () => {
    const moved = await sealed()
    const branch = await propose(moved)
    world.branches.set(branch, 'f'.repeat(40))
    await expect(merge('james', moved)).rejects.toMatchObject({ message: expect.stringMatching(/no longer stands at the sealed commit/) })
    expect((await getRequest(world.ctx('james'), { id: moved.id })).may.merge).toMatchObject({
      allowed: false,
      reason: expect.stringMatching(/no longer stands/),
    })
    world.branches.clear()
    world = testWorld(database)
    const other = await sealed()
    await propose(other, { [`governance/events/${other.id}.yaml`]: 'actor: somebody' })
    await expect(merge('james', other)).rejects.toMatchObject({ message: expect.stringMatching(/is not what was sealed/) })
    world = testWorld(database)
    const extra = await sealed()
    await propose(extra, { 'clusters/ccs-mgmt/x.yaml': 'a: 1' })
    await expect(merge('james', extra)).rejects.toMatchObject({ message: expect.stringMatching(/which nobody approved/) })
  })

  it('is refused once a policy changed after the decision: the votes lapse, and stay lapsed', async () => {
    const row = await sealed()
    await propose(row)
    world.objects = world.objects.map((object) =>
      object.metadata.name === 'pgw-policy' ? { ...object, spec: { ...Object(object.spec), cardinalityCeiling: 7 } } : object,
    )
    world.evaluateAll()
    await expect(merge('james', row)).rejects.toMatchObject({ code: 'conflict', message: expect.stringMatching(/no longer holds/) })
    await sync()
    const view = await getRequest(world.ctx('james'), { id: row.id })
    expect(view.votes.map((one) => one.state)).toEqual(['lapsed', 'lapsed'])
    expect(view.may.merge).toMatchObject({
      allowed: false,
      reason: expect.stringMatching(/the DomainPolicy of pgw and the evaluation changed/),
    })
    expect((await loadRequest(database.db, row.id))?.state).toBe('approved')
  })
})

describe('requests that are files', () => {
  const open = async (login: string, change: Partial<Parameters<typeof openRequest>[1]> = {}) =>
    database.db.transaction(async (db) => {
      const ctx = { ...world.ctx(login), db }
      const path = `clusters/ccs-mgmt/payments/appprofile.app.ontai.dev/${randomUUID()}.yaml`
      const opened = await openRequest(ctx, {
        kind: 'profile',
        name: 'pgw-profile',
        namespace: 'payments',
        group: 'app.ontai.dev',
        resourceKind: 'AppProfile',
        plural: 'appprofiles',
        files: { [path]: 'kind: AppProfile\n' },
        title: 'PaymentGateway would enter the platform.',
        domain: 'payments',
        editors: ['amir'],
        ...change,
      })
      await appendLedger(ctx, opened.ledger)
      return opened.id
    })

  it('a profile is decided by its own domain alone, and its sealed files are what was proposed', async () => {
    const id = await open('priya')
    const view = await getRequest(world.ctx('maria'), { id })
    expect(view).toMatchObject({
      kind: 'profile',
      sentence: 'PaymentGateway would enter the platform.',
      parties: [{ domain: 'payments', quorum: { given: 0, needed: 1 } }],
    })
    expect(view.contributors.map((one) => one.login)).toEqual(['priya', 'amir'])
    expect(await vote('maria', { id, digest: view.digest ?? null })).toMatchObject({ state: 'approved' })
    expect(await sealedFilesOf(database.db, id)).toHaveLength(2)
  })

  it('a finding that violates closes approving a profile', async () => {
    const id = await open('priya', { findings: [{ rule: 'P1', severity: 'violation', message: 'More attempts than the domain allows.' }] })
    const view = await getRequest(world.ctx('maria'), { id })
    expect(view.may).toMatchObject({ approve: { allowed: false, reason: expect.stringMatching(/P1/) }, deny: { allowed: true } })
  })

  it('a change of the policy file is decided under the old one, by every domain', async () => {
    const id = await open('root', {
      kind: 'policy',
      name: 'policy',
      files: { 'vortex/policy.yaml': stringify({ ...POLICY, overall: { quorum: 1 } }) },
      editors: [],
    })
    for (const login of ['maria', 'lena']) await vote(login, { id, digest: (await getRequest(world.ctx(login), { id })).digest ?? null })
    const view = await getRequest(world.ctx('amir'), { id })
    expect(view.state).toBe('open')
    expect(await vote('amir', { id, digest: view.digest ?? null })).toMatchObject({ state: 'approved' })
  })
})

describe('the ledger', () => {
  it('is read by pages, newest first, with a filter, and hides reasons below Full', async () => {
    const row = await filed()
    await vote('maria', row, 'deny')
    const first = await listLedger(world.ctx('priya'), {})
    expect(first.lines.map((line) => line.seq)).toEqual(first.lines.map((line) => line.seq).toSorted((a, b) => b - a))
    const own = await listLedger(world.ctx('priya'), { request: row.id })
    expect(own.lines.map((line) => line.action)).toEqual(['relationship.rejected', 'review.rejected', 'relationship.requested'])
    expect(own.lines[1]?.body.find(({ field }) => field === 'rationale.undo')?.value).toMatchObject({
      restricted: true,
      requiredLevel: 'Full',
    })
    expect((await listLedger(world.ctx('priya'), { q: row.name, actor: 'maria' })).lines).toHaveLength(2)
    expect((await listLedger(world.ctx('priya'), { q: '%' })).lines).toHaveLength(0)
    expect((await getLedgerEntry(world.ctx('priya'), { seq: own.lines[1]?.seq })).canonical).toBeUndefined()
    await expect(getLedgerEntry(world.ctx('priya'), { seq: 999_999 })).rejects.toMatchObject({ code: 'not_found' })
  })

  it('shows reasons to who has Full in every domain', async () => {
    const levels = { auditors: { payments: 'Full', banking: 'Full', trading: 'Full' } }
    world.commit(
      { 'vortex/policy.yaml': stringify({ ...POLICY, levels, people: { ...POLICY.people, noor: { groups: ['auditors'], emails: [] } } }) },
      'root@x.example',
    )
    const row = await filed()
    await vote('maria', row, 'deny')
    const [, entry] = (await listLedger(world.ctx('noor'), { request: row.id })).lines
    expect(entry?.body.find(({ field }) => field === 'rationale.undo')?.value).toBe(RATIONALE.undo)
    expect((await getLedgerEntry(world.ctx('noor'), { seq: entry?.seq })).canonical).toContain(RATIONALE.undo)
    const whole = await exportLedger(world.ctx('noor'), {})
    expect(whole.map(({ seq }) => seq)).toEqual(whole.map((_, at) => at + 1))
    for (const line of whole)
      expect(leafHash(new TextEncoder().encode(typeof line.bytes === 'string' ? line.bytes : ''))).toBe(line.leafHash)
    const own = await exportLedger(world.ctx('priya'), { request: row.id })
    expect(own.find(({ seq }) => seq === entry?.seq)?.bytes).toEqual({ restricted: true, requiredLevel: 'Full' })
    expect(JSON.stringify(own)).not.toContain(RATIONALE.undo)
  })

  it('refuses to be changed, and a changed byte behind its back is found', async () => {
    await filed()
    await expect(database.db.execute(sql`update ledger set actor = 'x' where seq = 1`)).rejects.toThrow(/ledger/)
    await expect(database.db.execute(sql`delete from ledger where seq = 1`)).rejects.toThrow(/ledger/)
    expect(await verifyLedger(database.db)).toMatchObject({ problem: undefined })
    await database.db.execute(sql`alter table ledger disable trigger all`)
    await database.db.execute(sql`update ledger set bytes = set_byte(bytes, 3, 65) where seq = 2`)
    expect((await verifyLedger(database.db)).problem).toMatch(/Entry 2 does not have the hash/)
    await database.db.execute(sql`delete from ledger where seq = 2`)
    expect((await verifyLedger(database.db)).problem).toMatch(/Entry 2 is missing/)
  })
})
