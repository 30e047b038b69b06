import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import type { Viewer } from '#lib/access/viewer.ts'
import type { Database } from '#server/adapter/db/client.ts'
import { openDatabase } from '#server/adapter/db/open.ts'
import { castVote } from '#server/approval/cast-vote.ts'
import { openQueue } from '#server/approval/open-queue.ts'
import { decisionsOf, deliveriesOf, loadRequest, openRequests, type RequestRow, sealedFilesOf, votesOf } from '#server/approval/repo.ts'
import { getRequest } from '#server/approval/get.ts'
import { syncRequests } from '#server/approval/sync.ts'
import { withdrawVote } from '#server/approval/withdraw-vote.ts'
import { entriesOfRequest } from '#server/ledger/list.ts'
import { verifyLedger } from '#server/ledger/verify.ts'
import { participant, POLICY, testWorld, type TestWorld } from '#server/testing/approval-world.ts'

let database: Database
let world: TestWorld
let count = 0
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
  count += 1
})

/** Files a request under a name of its own and gives its open row. */
const filed = async (change: Parameters<TestWorld['request']>[1] = {}): Promise<RequestRow> => {
  const name = `rar-${count}`
  world.request(name, change)
  await syncRequests(world.ctx('system', 'system'))
  return rowOf(name)
}
const rowOf = async (name: string): Promise<RequestRow> => {
  const row = (await openRequests(database.db)).find((one) => one.name === name)
  if (row === undefined) throw new Error(`no open request ${name}`)
  return row
}
const vote = (login: string, row: RequestRow, verdict: 'approve' | 'deny' = 'approve', kind: Viewer['kind'] = 'person') =>
  castVote(world.ctx(login, kind), { id: row.id, digest: row.digest ?? 'none', verdict, ...RATIONALE })
const actions = async (row: RequestRow) => (await entriesOfRequest(database.db, row.id, 100)).map((entry) => entry.action).toReversed()
const counted = async (row: RequestRow) =>
  (await votesOf(database.db, [row.id])).filter((one) => one.state === 'counted').map((one) => one.login)

describe('sealing', () => {
  it('one of each party approves, and the second vote seals exactly the bytes with ledger entry, delivery and outbox row', async () => {
    const row = await filed()
    expect(await vote('maria', row)).toMatchObject({ state: 'open', votes: { given: 1, needed: 2 } })
    const second = await vote('lena', row)
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
      `clusters/ccs-mgmt/seam-system/relationshipadmissionrequest.seam.ontai.dev/${row.name}.yaml`,
      `governance/events/${row.id}.yaml`,
    ])
    const texts = files.map((file) => new TextDecoder().decode(file.bytes ?? new Uint8Array()))
    expect(texts.join('')).not.toContain('<decision.')
    expect(parse(texts[1] ?? '')).toMatchObject({
      spec: { decision: { outcome: 'Approved', approver: 'lena', governanceEventRef: `governance/events/${row.id}.yaml` } },
    })
    expect(texts[1]).toMatch(/^# filed\n/)
    expect(parse(texts[2] ?? '')).toMatchObject({
      actor: 'lena',
      actorRole: 'approver-trading',
      newValue: 'Approved',
      rationale: { decisionAuthority: 'maria, lena' },
    })
    expect((await deliveriesOf(database.db, [row.id]))[0]?.branch).toBe(`vortex/${row.name}-${row.digest?.slice(7, 15)}`)
    const outbox = await database.db.execute(sql`select kind from outbox where request_id = ${row.id}`)
    expect(outbox).toMatchObject({ rows: [{ kind: 'git.propose' }] })
    expect(await actions(row)).toEqual(['relationship.requested', 'review.approved', 'review.approved', 'relationship.approved'])
    expect(await verifyLedger(database.db)).toMatchObject({ problem: undefined })
  })

  it('one denial by anyone entitled decides at once and carries no relationship', async () => {
    const row = await filed()
    expect(await vote('lena', row, 'deny')).toMatchObject({ state: 'denied', outcome: 'Rejected' })
    const paths = (await sealedFilesOf(database.db, row.id)).map((file) => file.path)
    expect(paths.some((path) => path.includes('domainrelationship'))).toBe(false)
    expect(paths).toHaveLength(2)
  })

  it('a request that only the cluster holds is sealed as a fragment that holds nothing but the decision', async () => {
    const row = await filed({ committed: false })
    await vote('maria', row)
    await vote('lena', row)
    const [, request] = await sealedFilesOf(database.db, row.id)
    expect(parse(new TextDecoder().decode(request?.bytes ?? new Uint8Array()))).toMatchObject({
      metadata: { name: row.name, namespace: 'seam-system' },
      spec: { decision: { outcome: 'Approved' } },
    })
  })

  it('both participants in one domain are one party, whose quorum is counted once', async () => {
    const row = await filed({ initiator: 'los', counterpart: 'cbs', interaction: { bindingType: undefined, protocol: 'rest' } })
    expect(await vote('amir', row)).toMatchObject({ state: 'approved' })
  })

  it('an ambiguous finding lifts the quorum of the initiator to two', async () => {
    world.objects.push(...participant('mdf', 'trading', 'staging'))
    const row = await filed({ initiator: 'cbs', counterpart: 'mdf' })
    expect(await vote('maria', row)).toMatchObject({ state: 'open', votes: { needed: 2 } })
    expect(await vote('lena', row)).toMatchObject({ state: 'open' })
    expect(await vote('amir', row)).toMatchObject({ state: 'approved' })
  })

  it('two votes at the same time are both counted, and the request is sealed once', async () => {
    const row = await filed()
    const outcomes = await Promise.all([vote('maria', row), vote('lena', row)])
    expect(outcomes.map((one) => one.state).toSorted()).toEqual(['approved', 'open'])
    expect(await decisionsOf(database.db, [row.id])).toHaveLength(1)
  })

  it('a vote that Guardian refused when the last one came and allows again: a voter is asked to give it once more, and that seals', async () => {
    const row = await filed()
    await vote('maria', row)
    world.guardian = (login) => login !== 'maria'
    expect(await vote('lena', row)).toMatchObject({ state: 'open' })
    const turnOf = async (login: string) => (await openQueue(world.ctx(login))).find((one) => one.id === row.id)?.turn
    expect(await turnOf('lena')).toBe('others')
    world.guardian = () => true
    for (const login of ['maria', 'lena']) {
      expect(await turnOf(login)).toBe('yours')
      expect((await getRequest(world.ctx(login), { id: row.id })).may.approve.reason).toMatch(/once more/)
    }
    await withdrawVote(world.ctx('lena'), { id: row.id })
    expect(await vote('lena', row)).toMatchObject({ state: 'approved' })
  })

  it('two denials at the same time give one decision and one refusal', async () => {
    const row = await filed()
    const outcomes = await Promise.allSettled([vote('maria', row, 'deny'), vote('lena', row, 'deny')])
    expect(outcomes.map((one) => one.status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(await decisionsOf(database.db, [row.id])).toHaveLength(1)
  })

  it('automatic admission decides a Low request as system, and only where the policy file switches it on', async () => {
    const low = {
      initiator: 'los',
      counterpart: 'pgw',
      type: 'depends-on',
      interaction: { bindingType: undefined, protocol: 'rest' },
    } as const
    const off = await filed(low)
    expect((await loadRequest(database.db, off.id))?.state).toBe('open')
    world.commit({ 'vortex/policy.yaml': stringify({ ...POLICY, autoAdmission: { enabled: true } }) }, 'root@x.example')
    world.evaluateAll()
    await syncRequests(world.ctx('system', 'system'))
    expect((await loadRequest(database.db, off.id))?.state).toBe('approved')
    expect((await decisionsOf(database.db, [off.id]))[0]).toMatchObject({ sealedBy: 'system', approvers: ['system'] })
    const [admitted] = (await entriesOfRequest(database.db, off.id, 100)).filter((entry) => entry.action === 'relationship.auto_admitted')
    const event = (await sealedFilesOf(database.db, off.id)).find((file) => file.path.startsWith('governance/'))
    expect(new TextDecoder().decode(event?.bytes ?? new Uint8Array())).toContain(`vortex-ledger-${admitted?.seq}`)
  })
})

describe('refusals, each said and each in the ledger', () => {
  /** What the refusal said, after making sure that no vote changed and that the ledger holds the refusal as its last entry. */
  const refused = async (row: RequestRow, attempt: Promise<unknown>) => {
    const before = await counted(row)
    const error = await attempt.then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    return { error, votesKept: (await counted(row)).join() === before.join(), ledger: (await actions(row)).at(-1) }
  }
  const said = (code: string, words: RegExp) => ({
    error: expect.objectContaining({ code, message: expect.stringMatching(words) }),
    votesKept: true,
    ledger: 'review.refused',
  })

  it('an old digest', async () => {
    const row = await filed()
    expect(await refused(row, vote('maria', { ...row, digest: `sha256:${'0'.repeat(64)}` }))).toEqual(
      said('conflict', /changed after you opened it/),
    )
  })
  it('a second vote of the same person', async () => {
    const row = await filed()
    await vote('maria', row)
    expect(await refused(row, vote('maria', row))).toEqual(said('conflict', /already voted/))
  })
  it('a contributor: the requester, the committer of the document, a field manager', async () => {
    const row = await filed({ requestedBy: 'lena', email: 'maria@x.example' })
    expect(await refused(row, vote('lena', row))).toEqual(said('forbidden', /filed the request.*nobody who contributed/))
    expect(await refused(row, vote('maria', row))).toEqual(said('forbidden', /wrote commit/))
    world.objects = world.objects.map((object) =>
      object.metadata.name === row.name
        ? { ...object, metadata: { ...object.metadata, managedFields: [{ manager: 'kubectl' }, { manager: 'amir' }] } }
        : object,
    )
    expect(await refused(row, vote('amir', row))).toEqual(said('forbidden', /wrote fields of the object/))
  })
  it('a name that cannot be mapped: approving is closed, denying is open', async () => {
    const row = await filed({ email: 'stranger@nowhere.example' })
    expect(await refused(row, vote('maria', row))).toEqual(said('forbidden', /stranger@nowhere\.example/))
    expect(await vote('maria', row, 'deny')).toMatchObject({ state: 'denied' })
  })
  it('a person whom the policy does not name, with who could', async () => {
    const row = await filed()
    expect(await refused(row, vote('priya', row))).toEqual(said('forbidden', /does not name you.*Who could: lena, maria/))
  })
  it('a machine, whatever its name', async () => {
    const row = await filed()
    expect(await refused(row, vote('maria', row, 'approve', 'machine'))).toEqual(said('forbidden', /[Mm]achine/))
  })
  it('a vote after sealing', async () => {
    const row = await filed()
    await vote('maria', row, 'deny')
    expect(await refused(row, vote('lena', row))).toEqual(said('conflict', /already denied/))
    expect(await refused(row, withdrawVote(world.ctx('maria'), { id: row.id }))).toEqual(said('conflict', /already denied/))
  })
  it('Guardian says no to the voter', async () => {
    const row = await filed()
    world.guardian = (login) => login !== 'maria'
    expect(await refused(row, vote('maria', row))).toEqual(said('forbidden', /Guardian does not let you update/))
  })
  it('Guardian is silent, also about somebody who voted before', async () => {
    const row = await filed()
    await vote('maria', row)
    world.guardian = (login) => (login === 'maria' ? 'silent' : true)
    expect(await refused(row, vote('lena', row))).toEqual(said('unavailable', /Guardian did not answer for maria/))
  })
  it('a voter who lost the right meanwhile holds no seat at sealing', async () => {
    const row = await filed()
    await vote('maria', row)
    world.guardian = (login) => login !== 'maria'
    expect(await vote('lena', row)).toMatchObject({ state: 'open', votes: { given: 1, needed: 2 } })
  })
  it('the API server or Git is silent for long', async () => {
    const row = await filed()
    world.kubeDown = true
    expect(await refused(row, vote('maria', row))).toEqual(said('unavailable', /Kubernetes does not answer/))
    world.kubeDown = false
    world.gitDown = true
    expect(await refused(row, vote('maria', row))).toEqual(said('unavailable', /Git has not answered/))
  })
  it('a violated rule closes approving and leaves denying open', async () => {
    const interaction = {
      bindingType: 'ContinuousBinding',
      constraintDeclaration: { boundaryScope: 'b', policyScope: 'p', cardinalityFloor: 1, cardinalityCeiling: 99 },
    }
    const row = await filed({ interaction })
    expect(await refused(row, vote('maria', row))).toEqual(said('forbidden', /E6.*Denying is open/))
    expect(await vote('maria', row, 'deny')).toMatchObject({ state: 'denied' })
  })
  it('a broken policy file closes deciding and names the line', async () => {
    const row = await filed()
    world.commit({ 'vortex/policy.yaml': `${stringify(POLICY)}typo: 1\n` }, 'root@x.example')
    expect(await refused(row, vote('maria', row))).toEqual(said('conflict', /vortex\/policy\.yaml line \d+, typo/))
  })
  it('an evaluation that is older than the policies', async () => {
    const row = await filed()
    world.objects = world.objects.map((object) =>
      object.metadata.name === 'pgw-policy' ? { ...object, spec: { ...Object(object.spec), cardinalityCeiling: 7 } } : object,
    )
    expect(await refused(row, vote('maria', row))).toEqual(said('conflict', /evaluation in the cluster is older/))
  })
  it('a rationale that is too short names the field', async () => {
    const row = await filed()
    const attempt = castVote(world.ctx('maria'), { id: row.id, digest: row.digest, verdict: 'approve', ...RATIONALE, undo: 'no' })
    await expect(attempt).rejects.toMatchObject({ code: 'invalid', fields: [{ field: 'undo' }] })
  })
})

describe('what moves under a vote', () => {
  it('a policy change lapses the vote with its cause and gives the turn back', async () => {
    const row = await filed()
    await vote('maria', row)
    world.objects = world.objects.map((object) =>
      object.metadata.name === 'pgw-policy' ? { ...object, spec: { ...Object(object.spec), cardinalityCeiling: 7 } } : object,
    )
    world.evaluateAll()
    await syncRequests(world.ctx('system', 'system'))
    const [lapsed] = await votesOf(database.db, [row.id])
    expect(lapsed).toMatchObject({ state: 'lapsed', cause: 'the DomainPolicy of pgw and the evaluation changed after the vote' })
    expect((await actions(row)).at(-1)).toBe('review.lapsed')
    expect(await vote('maria', await rowOf(row.name))).toMatchObject({ state: 'open', votes: { given: 1 } })
  })
  it('a change of vortex/policy.yaml lapses the vote, a comment in it does not', async () => {
    const row = await filed()
    await vote('maria', row)
    world.commit({ 'vortex/policy.yaml': `# a remark\n${stringify(POLICY)}` }, 'root@x.example')
    await syncRequests(world.ctx('system', 'system'))
    expect(await counted(row)).toEqual(['maria'])
    world.commit({ 'vortex/policy.yaml': stringify({ ...POLICY, overall: { quorum: 3 } }) }, 'root@x.example')
    await syncRequests(world.ctx('system', 'system'))
    expect(await counted(row)).toEqual([])
    expect((await votesOf(database.db, [row.id]))[0]?.cause).toBe('vortex/policy.yaml changed after the vote')
  })
  it('looking again when nothing moved writes nothing', async () => {
    const row = await filed()
    const before = await loadRequest(database.db, row.id)
    const entries = (await actions(row)).length
    await syncRequests(world.ctx('system', 'system'))
    expect(await loadRequest(database.db, row.id)).toEqual(before)
    expect(await actions(row)).toHaveLength(entries)
  })
  it('what the controller writes while a request is read is read in the next pass', async () => {
    const name = `rar-${count}`
    world.request(name)
    world.objects = world.objects.map((object) => (object.metadata.name === name ? { ...object, status: {} } : object))
    const ctx = world.ctx('system', 'system')
    const log: typeof ctx.git.log = async (query) => {
      world.evaluateAll()
      return ctx.git.log(query)
    }
    await syncRequests({ ...ctx, git: { ...ctx.git, log } })
    await syncRequests(world.ctx('system', 'system'))
    expect((await openQueue(world.ctx('lena'))).find((one) => one.name === name)).toMatchObject({ turn: 'yours' })
  })
  it('a decision that was applied past this portal closes the request and is named as such', async () => {
    const row = await filed()
    const decision = {
      outcome: 'Approved',
      approver: 'somebody',
      decidedAt: '2026-11-21T00:00:00Z',
      governanceEventRef: 'x',
      evaluationHash: 'sha256:0',
    }
    world.objects = world.objects.map((object) =>
      object.metadata.name === row.name ? { ...object, spec: { ...Object(object.spec), decision } } : object,
    )
    await syncRequests(world.ctx('system', 'system'))
    expect((await loadRequest(database.db, row.id))?.state).toBe('approved')
    expect(await decisionsOf(database.db, [row.id])).toEqual([])
    expect((await actions(row)).at(-1)).toBe('relationship.decided-elsewhere')
  })
  it('another commit in the repository leaves the vote and its digest alone', async () => {
    const row = await filed()
    await vote('maria', row)
    world.commit({ 'notes.md': 'hello' }, 'priya@x.example')
    expect(await vote('lena', row)).toMatchObject({ state: 'approved' })
  })
  it('the deleted object is kept as withdrawn history', async () => {
    const row = await filed()
    world.objects = world.objects.filter((object) => object.metadata.name !== row.name)
    await syncRequests(world.ctx('system', 'system'))
    expect((await loadRequest(database.db, row.id))?.state).toBe('withdrawn')
    await expect(vote('maria', row)).rejects.toMatchObject({ code: 'conflict' })
  })
  it('a vote can be withdrawn until sealed, and cast again', async () => {
    const row = await filed()
    await vote('maria', row)
    await withdrawVote(world.ctx('maria'), { id: row.id })
    expect(await counted(row)).toEqual([])
    expect(await vote('maria', row)).toMatchObject({ votes: { given: 1 } })
    expect(await actions(row)).toEqual(['relationship.requested', 'review.approved', 'review.withdrawn', 'review.approved'])
  })
})

it('when the ledger cannot be written, nothing happened', async () => {
  const row = await filed()
  await vote('maria', row)
  await database.db.execute(sql`alter table ledger rename to ledger_away`)
  try {
    await expect(vote('lena', row)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/ledger cannot be written/),
    })
  } finally {
    await database.db.execute(sql`alter table ledger_away rename to ledger`)
  }
  expect(await counted(row)).toEqual(['maria'])
  expect(await decisionsOf(database.db, [row.id])).toEqual([])
  expect(await sealedFilesOf(database.db, row.id)).toEqual([])
  expect(await vote('lena', row)).toMatchObject({ state: 'approved' })
})
