import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { stringify } from 'yaml'
import type { Database } from '#server/adapter/db/client.ts'
import { openDatabase } from '#server/adapter/db/open.ts'
import { changeRequest, delivery, ledger } from '#server/adapter/db/schema.ts'
import { castVote } from '#server/approval/cast-vote.ts'
import { getRequest } from '#server/approval/get.ts'
import { listRequests } from '#server/approval/list.ts'
import { openRequest } from '#server/approval/open.ts'
import { openRequests, sealedFilesOf } from '#server/approval/repo.ts'
import { syncRequests } from '#server/approval/sync.ts'
import { getUndo, sendUndo } from '#server/approval/undo.ts'
import { appendLedger } from '#server/ledger/append.ts'
import { proposePolicy } from '#server/policy/propose.ts'
import { participant, POLICY, testWorld, type TestWorld } from '#server/testing/approval-world.ts'

let database: Database
let world: TestWorld
let made = 0
beforeAll(async () => {
  database = await openDatabase('memory:')
  world = testWorld(database)
})
afterAll(() => database.close())

const REASON = {
  checked: 'Both policies and the whole of the diff.',
  acceptable: 'It reads only, and both sides agree.',
  undo: 'Delete the relationship file and let it be pruned.',
}
const WHY = 'Settlement no longer reads these events.'
const system = () => world.ctx('system', 'system')
const head = () => world.commits.at(-1)?.files ?? new Map<string, string>()
const vote = async (login: string, id: string) => {
  const { digest = '' } = await getRequest(world.ctx(login), { id })
  return castVote(world.ctx(login), { id, digest, verdict: 'approve', ...REASON })
}

/** What delivery does with a sealed decision, as far as the repository: the sealed bytes on main, and the row that says so. */
async function merge(id: string): Promise<void> {
  const files = await sealedFilesOf(database.db, id)
  const texts = files.map(({ path, bytes }) => [
    path,
    bytes === null ? undefined : new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes),
  ])
  const commit = world.commit(Object.fromEntries(texts), 'vortex@vortex.invalid')
  const at = new Date()
  await database.db.update(delivery).set({ commit, mergeCommit: commit, proposedAt: at, mergedAt: at }).where(eq(delivery.requestId, id))
}

/** An admission between a new participant and pgw, approved by both domains and merged. */
async function admitted(): Promise<{
  readonly id: string
  readonly name: string
  readonly relationship: string
  readonly document: string
}> {
  const name = `rar-${(made += 1)}`
  world.objects.push(...participant(`cs-${made}`, 'trading'))
  world.request(name, { initiator: `cs-${made}` })
  await syncRequests(system())
  const id = (await openRequests(database.db)).find((one) => one.name === name)?.id ?? ''
  await vote('maria', id)
  await vote('lena', id)
  await merge(id)
  const paths = (await sealedFilesOf(database.db, id)).map(({ path }) => path)
  const relationship = paths.find((path) => path.includes('/domainrelationship.')) ?? ''
  return { id, name, relationship, document: paths.find((path) => path.includes('/relationshipadmissionrequest.')) ?? '' }
}

const actionsOf = async (id: string): Promise<readonly string[]> =>
  (await database.db.select().from(ledger).where(eq(ledger.requestId, id)).orderBy(ledger.seq)).map(({ action }) => action)

test('an admission is undone by a request of its own: shown, sent once, decided by both domains, sealed as a deletion', async () => {
  const { id, name, relationship, document } = await admitted()
  const shown = await getUndo(world.ctx('priya'), { id })
  expect(shown).toMatchObject({ may: { allowed: true }, parties: ['trading', 'payments'], undoneBy: undefined })
  expect(shown.title).toMatch(
    new RegExp(`^Undo ${name}: cs-\\d+ \\(trading\\) observes pgw \\(payments\\) would end; 1 file is deleted\\.$`),
  )
  expect(shown.files).toEqual([{ path: relationship, before: head().get(relationship), after: undefined }])

  const draft = randomUUID()
  const input = { id, draft, justification: `  ${WHY}  ` }
  expect(await sendUndo(world.ctx('priya'), input)).toEqual({ id: draft })
  expect(await sendUndo(world.ctx('priya'), input)).toEqual({ id: draft })
  expect(await actionsOf(draft)).toEqual(['undo.requested'])
  expect((await database.db.select().from(changeRequest).where(eq(changeRequest.undoes, id))).length).toBe(1)

  await syncRequests(system())
  const rows = (await listRequests(world.ctx('lena'), { view: 'yours', kind: 'undo' })).rows
  expect(rows).toContainEqual(expect.objectContaining({ id: draft, turn: 'yours', subject: shown.title, votes: { given: 0, needed: 2 } }))
  const request = await getRequest(world.ctx('maria'), { id: draft })
  expect(request).toMatchObject({
    kind: 'undo',
    justification: WHY,
    undo: { undoes: { id, name, state: 'approved' } },
    parties: [{ domain: 'trading', compatible: undefined }, { domain: 'payments' }],
    may: { approve: { allowed: true } },
  })
  expect(request.files[0]).toMatchObject({ path: relationship, change: 'deleted', after: undefined })
  expect((await getRequest(world.ctx('priya'), { id: draft })).may.approve.reason).toContain('nobody who contributed may decide')
  expect((await getRequest(world.ctx('priya'), { id })).undo).toMatchObject({
    undoneBy: { id: draft, state: 'open' },
    may: { allowed: false, reason: expect.stringContaining('being undone already') },
  })

  await vote('maria', draft)
  expect(await vote('lena', draft)).toMatchObject({ outcome: 'Approved' })
  const sealed = await sealedFilesOf(database.db, draft)
  expect(sealed.map(({ path, bytes }) => [path, bytes === null])).toEqual([
    [relationship, true],
    [`governance/events/${draft}.yaml`, false],
  ])
  expect((await getUndo(world.ctx('priya'), { id })).may.reason).toMatch(/approved already.*waits to be merged/)
  await merge(draft)
  expect(head().has(relationship)).toBe(false)
  expect(head().get(document)).toContain('outcome: "Approved"')
  expect((await getUndo(world.ctx('priya'), { id })).may.reason).toContain(`It is undone by request ${draft.slice(0, 8)}`)
  expect((await getUndo(world.ctx('priya'), { id: draft })).may.reason).toContain('An undo is not undone')
})

test('one undo is open at a time, also when two people send at once', async () => {
  const { id } = await admitted()
  const send = (login: string) => sendUndo(world.ctx(login), { id, draft: randomUUID(), justification: WHY })
  const sent = await Promise.allSettled([send('priya'), send('james')])
  expect(sent.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  await expect(send('root')).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('being undone already') })
})

test('a file that main no longer holds as approved is named, and nothing is opened', async () => {
  const { id, relationship } = await admitted()
  world.commit({ [relationship]: `${head().get(relationship) ?? ''}# by hand\n` }, 'root@x.example')
  const { may, files } = await getUndo(world.ctx('priya'), { id })
  expect(may).toMatchObject({ allowed: false, reason: expect.stringContaining(`${relationship} on main is no longer what was approved`) })
  expect(files).toEqual([])
  await expect(sendUndo(world.ctx('priya'), { id, draft: randomUUID(), justification: WHY })).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining(relationship),
  })
})

test('an undo that was denied or became void stands in nobody’s way', async () => {
  const { id } = await admitted()
  const send = async (): Promise<string> => (await sendUndo(world.ctx('priya'), { id, draft: randomUUID(), justification: WHY })).id
  const denied = await send()
  const { digest = '' } = await getRequest(world.ctx('maria'), { id: denied })
  await castVote(world.ctx('maria'), { id: denied, digest, verdict: 'deny', ...REASON })
  const voided = await send()
  await vote('maria', voided)
  await vote('lena', voided)
  expect((await getUndo(world.ctx('priya'), { id })).may.allowed).toBe(false)
  await database.db.update(delivery).set({ voidedAt: new Date(), problem: 'foreign' }).where(eq(delivery.requestId, voided))
  const third = await send()
  expect((await getRequest(world.ctx('priya'), { id })).undo.undoneBy).toMatchObject({ id: third })
})

test('a file that somebody took back by hand leaves nothing to undo', async () => {
  const { id, relationship } = await admitted()
  world.commit({ [relationship]: undefined }, 'root@x.example')
  expect((await getUndo(world.ctx('priya'), { id })).may.reason).toMatch(/took it back already/)
})

test('a file that changes while the undo is open closes deciding, with the file named', async () => {
  const { id, relationship } = await admitted()
  const draft = randomUUID()
  await sendUndo(world.ctx('priya'), { id, draft, justification: WHY })
  const text = head().get(relationship) ?? ''
  world.commit({ [relationship]: `${text}# by hand\n` }, 'root@x.example')
  const closed = await getRequest(world.ctx('maria'), { id: draft })
  expect(closed.may.approve).toMatchObject({ allowed: false, reason: expect.stringContaining(relationship) })
  world.commit({ [relationship]: text }, 'root@x.example')
  expect((await getRequest(world.ctx('maria'), { id: draft })).may.approve.allowed).toBe(true)
})

test('it needs the right to file such a request: no right, no answer, no person', async () => {
  const { id } = await admitted()
  const input = { id, draft: randomUUID(), justification: WHY }
  world.guardian = (login) => login !== 'priya'
  expect((await getRequest(world.ctx('priya'), { id })).undo.may.reason).toMatch(
    /Guardian does not let you create relationshipadmissionrequest/,
  )
  await expect(sendUndo(world.ctx('priya'), input)).rejects.toMatchObject({ code: 'forbidden' })
  world.guardian = () => 'silent'
  expect((await getUndo(world.ctx('priya'), { id })).may).toMatchObject({ allowed: false, reason: expect.stringContaining('never a yes') })
  await expect(sendUndo(world.ctx('priya'), input)).rejects.toMatchObject({ code: 'unavailable' })
  world.guardian = () => true
  await expect(sendUndo(world.ctx('priya', 'machine'), input)).rejects.toMatchObject({ code: 'forbidden' })
  expect(await actionsOf(input.draft)).toEqual([])
})

test('the words of the decision are shown where the level allows, and a short reason is refused by its field', async () => {
  const { id } = await admitted()
  const full = { ...POLICY, people: { ...POLICY.people, fiona: { groups: ['compliance'], emails: ['fiona@x.example'] } } }
  world.commit({ 'vortex/policy.yaml': stringify(full) }, 'root@x.example')
  expect((await getUndo(world.ctx('fiona'), { id })).advice).toEqual({ text: REASON.undo, from: 'lena' })
  expect((await getUndo(world.ctx('priya'), { id })).advice).toBeUndefined()
  await expect(sendUndo(world.ctx('priya'), { id, draft: randomUUID(), justification: ' short ' })).rejects.toMatchObject({
    code: 'invalid',
    fields: [{ field: 'justification', message: expect.stringContaining('at least 10') }],
  })
})

test('an id that is another request is refused, and nothing is left behind when the ledger cannot be written', async () => {
  const { id } = await admitted()
  const other = await admitted()
  await expect(sendUndo(world.ctx('priya'), { id, draft: other.id, justification: WHY })).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('another request'),
  })
  const draft = randomUUID()
  const { db } = database
  const broken = { ...database, notify: () => Promise.reject(new Error('the disk is full')) }
  await expect(sendUndo({ ...world.ctx('priya'), database: broken, db }, { id, draft, justification: WHY })).rejects.toThrow('full')
  expect(await actionsOf(draft)).toEqual([])
  expect((await getUndo(world.ctx('priya'), { id })).may.allowed).toBe(true)
})

test('before the merge there is nothing to undo', async () => {
  const { id } = await admitted()
  await database.db.update(delivery).set({ mergeCommit: null, mergedAt: null }).where(eq(delivery.requestId, id))
  await expect(sendUndo(world.ctx('priya'), { id, draft: randomUUID(), justification: WHY })).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('not merged yet'),
  })
  expect((await getRequest(world.ctx('priya'), { id })).undo.may.allowed).toBe(false)
})

test('a profile is undone file by file: what it changed gets its bytes back, what it added goes; its domain decides', async () => {
  const folder = 'clusters/ccs-mgmt/payments/appprofile.app.ontai.dev'
  const [old, added] = [`${folder}/old.yaml`, `${folder}/added.yaml`]
  const before = '\uFEFF# with a mark\nkind: AppProfile\nspec: {a: 1}\n'
  world.commit({ [old]: before }, 'root@x.example')
  const id = await database.db.transaction(async (db) => {
    const ctx = { ...world.ctx('priya'), db }
    const head = { kind: 'profile', name: 'old', namespace: 'payments', group: 'app.ontai.dev', resourceKind: 'AppProfile' } as const
    const files = { [old]: 'kind: AppProfile\nspec: {a: 2}\n', [added]: 'kind: AppBoundary\n' }
    const opened = await openRequest(ctx, { ...head, plural: 'appprofiles', files, title: 'A profile would change.', domain: 'payments' })
    await appendLedger(ctx, opened.ledger)
    return opened.id
  })
  await vote('maria', id)
  await merge(id)
  const draft = randomUUID()
  await sendUndo(world.ctx('priya'), { id, draft, justification: WHY })
  const request = await getRequest(world.ctx('maria'), { id: draft })
  expect(request).toMatchObject({ kind: 'undo', parties: [{ domain: 'payments', quorum: { needed: 1 } }] })
  expect(request.sentence).toBe('Undo old: 1 file is deleted, 1 file is put back as before.')
  expect(await vote('maria', draft)).toMatchObject({ outcome: 'Approved' })
  await merge(draft)
  expect([head().get(old), head().has(added)]).toEqual([before, false])
})

test('a change of the policy file is undone by a policy request with the bytes before it, decided by every domain', async () => {
  const before = `# kept to the byte\n${stringify(POLICY)}`
  world.commit({ 'vortex/policy.yaml': before }, 'root@x.example')
  const { id } = await proposePolicy(world.ctx('root'), { text: stringify({ ...POLICY, overall: { quorum: 3 } }) })
  await syncRequests(system())
  for (const login of ['maria', 'lena', 'amir']) await vote(login, id)
  await merge(id)
  const draft = randomUUID()
  await sendUndo(world.ctx('priya'), { id, draft, justification: 'Three people are too many at night.' })
  await syncRequests(system())
  const request = await getRequest(world.ctx('maria'), { id: draft })
  expect(request).toMatchObject({ kind: 'policy', undo: { undoes: { id } } })
  expect(request.files[0]).toMatchObject({ path: 'vortex/policy.yaml', change: 'modified', after: before })
  expect(request.conditions.filter((one) => one.id.startsWith('party.')).length).toBe(3)
})
