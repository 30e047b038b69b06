import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { stringify } from 'yaml'
import type { Viewer } from '#lib/access/viewer.ts'
import { AppError } from '#lib/error.ts'
import type { Database } from '#server/adapter/db/client.ts'
import { openDatabase } from '#server/adapter/db/open.ts'
import { castVote } from '#server/approval/cast-vote.ts'
import { loadRequest, openRequests, type RequestRow, sealedFilesOf } from '#server/approval/repo.ts'
import { syncRequests } from '#server/approval/sync.ts'
import type { Ctx } from '#server/context.ts'
import { keepDraft } from '#server/profile/draft.ts'
import { participant, POLICY, testWorld, type TestWorld } from '#server/testing/approval-world.ts'
import { type Answer, type Caller, CALLERS, expected, RULES, type State, STATES } from '#server/testing/matrix-rules.ts'
import { allVerbs, bareActions, type FoundVerb, waysIn } from '#server/testing/verbs.ts'

const RATIONALE = {
  checked: 'Read both policies and the diff, word by word.',
  acceptable: 'It reads only and both agree, ZEBRA.',
  undo: 'Revert the relationship file.',
}
/** Stands in every reason; whoever lacks Full must never meet it. */
const SECRET = 'ZEBRA'

const LOGIN = {
  nobody: '',
  machine: 'maria',
  dependency: 'priya',
  operational: 'olga',
  full: 'fiona',
  contributor: 'james',
  approver: 'maria',
  'other-approver': 'amir',
  'veto-holder': 'vera',
  merger: 'root',
  system: 'system',
} as const satisfies Record<Caller, string>
const kindOf = (caller: Caller): Viewer['kind'] => (caller === 'machine' || caller === 'system' ? caller : 'person')

const MATRIX_POLICY = {
  ...POLICY,
  people: {
    ...POLICY.people,
    // Filed the requests and is nothing else.
    james: { groups: [], emails: ['james@x.example'] },
    // Named for its own domain only: an approver of this party and one of another are two people here.
    maria: { groups: ['approver-payments'], emails: ['maria@x.example'] },
    olga: { groups: ['operations'], emails: ['olga@x.example'] },
    vera: { groups: ['security'], emails: ['vera@x.example'] },
    fiona: { groups: ['compliance'], emails: ['fiona@x.example'] },
  },
  veto: [{ group: 'security' }],
  levels: {
    compliance: { payments: 'Full', trading: 'Full', banking: 'Full' },
    operations: { payments: 'Operational', trading: 'Operational' },
  },
}

let database: Database
let world: TestWorld
let draft: string
const requests = new Map<State, RequestRow>()
let made = 0

beforeAll(async () => {
  database = await openDatabase('memory:')
  world = testWorld(database)
  world.commit({ 'vortex/policy.yaml': stringify(MATRIX_POLICY) }, 'root@x.example')
  draft = (await keepDraft(world.ctx('nadia'), { title: 'Mine', text: 'kind: AppProfile', curated: [] })).id
  for (const state of STATES) await stage(state)
})
afterAll(() => database.close())

const ctxOf = (caller: Caller): Ctx => world.ctx(LOGIN[caller], kindOf(caller))
const voteAs = (login: string, { id, digest }: RequestRow, verdict: 'approve' | 'deny') =>
  castVote(world.ctx(login), { id, digest, verdict, ...RATIONALE })

/** A new request brought into a state by the verbs themselves, as far as verbs lead there. */
async function stage(state: State): Promise<RequestRow> {
  const name = `rar-${state}-${(made += 1)}`
  // A participant of its own, so that no two requests speak of one relationship.
  world.objects.push(...participant(`cs-${made}`, 'trading'))
  world.request(name, { initiator: `cs-${made}` })
  await syncRequests(world.ctx('system', 'system'))
  const row = (await openRequests(database.db)).find((one) => one.name === name)
  if (row === undefined) throw new Error(`${name} is not open`)
  if (state === 'approved' || state === 'void') for (const login of ['maria', 'lena']) await voteAs(login, row, 'approve')
  if (state === 'denied') await voteAs('lena', row, 'deny')
  if (state === 'approved' || state === 'denied' || state === 'void') await propose(row)
  if (state === 'void') {
    // The proposal stays a commit beside main; somebody put another one on its branch.
    world.branches.set(`aside-${made}`, world.branches.get(branchOf(row)) ?? '')
    world.branches.set(branchOf(row), 'f'.repeat(40))
  }
  if (state === 'withdrawn') {
    world.objects = world.objects.filter((object) => object.metadata.name !== name)
    await syncRequests(world.ctx('system', 'system'))
  }
  if (state === 'expired') await database.db.execute(sql`update change_request set state = 'expired' where id = ${row.id}`)
  const now = (await loadRequest(database.db, row.id)) ?? row
  requests.set(state, now)
  return now
}

const branchOf = (row: RequestRow): string => `vortex/${row.name}-${row.digest?.slice(7, 15) ?? ''}`

/** What delivery does: the sealed bytes on a branch of their own. */
async function propose(row: RequestRow): Promise<void> {
  const files = await sealedFilesOf(database.db, row.id)
  const main = world.commits.at(-1)?.files ?? new Map<string, string>()
  const commit = world.commit(
    Object.fromEntries(files.map(({ path, bytes }) => [path, bytes === null ? undefined : new TextDecoder().decode(bytes)])),
    'vortex@vortex.invalid',
  )
  world.branches.set(branchOf(row), commit)
  // The small world has one line of commits: main goes on without what stands on the branch.
  world.commit(Object.fromEntries(files.map(({ path }) => [path, main.get(path)])), 'root@x.example')
  await database.db.execute(sql`update delivery set "commit" = ${commit}, proposed_at = now() where request_id = ${row.id}`)
}

/** An input that the verb would take from its page, about this request. */
function inputOf(verb: string, row: RequestRow): Readonly<Record<string, unknown>> {
  if (verb === 'approval.list') return { view: 'decided', q: row.name }
  if (verb === 'approval.castVote') return { id: row.id, digest: row.digest ?? 'none', verdict: 'approve', ...RATIONALE }
  if (['history.object', 'object.get', 'object.events'].includes(verb))
    return { cluster: 'ccs-mgmt', group: row.group, kind: row.resourceKind, namespace: row.namespace, name: row.name }
  if (verb === 'resource.list') return { group: row.group, kind: row.resourceKind }
  if (verb === 'resource.search') return { q: row.name }
  if (verb === 'ledger.get') return { seq: 1 }
  if (verb === 'topology.node') return { id: 'core.ontai.dev/DomainIdentity/ont-system/nobody' }
  if (verb === 'profile.get') return { namespace: 'ont-apps', name: 'none' }
  if (verb === 'profile.curate') return { name: 'a', namespace: 'b', identity: 'c', template: 'd' }
  if (verb === 'approval.sendUndo') return { id: row.id, draft: randomUUID(), justification: 'It is not needed any more.' }
  if (verb === 'policy.propose') return { text: 'schema: none' }
  if (verb === 'policy.check') return { text: 'schema: vortex-policy/1' }
  if (verb === 'profile.check') return { text: 'kind: AppProfile' }
  if (verb === 'profile.keepDraft') return { title: 'x', text: 'y', curated: [] }
  if (verb === 'profile.dropDraft') return { id: draft }
  if (verb === 'profile.send') return { draft: randomUUID(), text: 'kind: AppProfile' }
  return { id: row.id }
}

async function silencing<T>(state: State, work: () => Promise<T>): Promise<T> {
  world.kubeDown = state === 'kube-silent'
  world.gitDown = state === 'git-silent'
  world.guardian = () => (state === 'guardian-silent' ? 'silent' : true)
  try {
    return await work()
  } finally {
    world.kubeDown = world.gitDown = false
    world.guardian = () => true
  }
}

type Called = { readonly answer: Answer | 'thrown'; readonly said: string }

async function call(found: FoundVerb, caller: Caller, raw: unknown): Promise<Called> {
  try {
    return { answer: 'ok', said: JSON.stringify(await found.verb(ctxOf(caller), raw)) ?? '' }
  } catch (error) {
    return error instanceof AppError ? { answer: error.code, said: error.message } : { answer: 'thrown', said: String(error) }
  }
}

/** How many refusals the ledger holds of a request, or of what was not filed. */
const refusals = async (of: 'review' | 'request', id: string): Promise<number> => {
  const about = of === 'review' ? sql`request_id = ${id}` : sql`request_id is null`
  const found = await database.db.execute(sql`select count(*)::int as n from ledger where action = ${`${of}.refused`} and ${about}`)
  return (found as unknown as { rows: { n: number }[] }).rows[0]?.n ?? 0 // safe: the shape both drivers give
}

test('every verb has a row and a way in, every row a verb, and every way in is a verb or one of the four that are none', async () => {
  const verbs = await allVerbs()
  expect(verbs.map(({ verb }) => verb.verbName).toSorted()).toEqual(Object.keys(RULES).toSorted())
  const ways = waysIn()
  const behind = new Set(ways.flatMap((way) => way.verbs))
  expect(verbs.filter(({ exported }) => !behind.has(exported)).map(({ file, exported }) => `${file} ${exported}`)).toEqual([])
  const known = new Set(verbs.map(({ exported }) => exported))
  expect(ways.flatMap((way) => way.verbs.filter((name) => !known.has(name)).map((name) => `${way.file} ${name}`))).toEqual([])
  const special = [
    'app/api/auth/[...nextauth]/route.ts',
    'app/api/health/live/route.ts',
    'app/api/health/ready/route.ts',
    'app/api/stream/route.ts',
  ]
  expect(ways.filter((way) => way.kind === 'route' && way.verbs.length === 0).map((way) => way.file)).toEqual(special)
  expect(ways.filter((way) => way.methods.some((method) => method !== 'GET')).map((way) => way.file)).toEqual([special[0]])
  expect(bareActions()).toEqual(['app/(dev)/specimen/actions.ts: export async function refuseCast(): Promise<Result<never, Problem>> {'])
})

test('a verb that decides is an action and nothing else, and none of them is open to machines', async () => {
  const deciding = (await allVerbs()).filter(({ verb }) => RULES[verb.verbName]?.decides)
  expect(deciding.length).toBeGreaterThanOrEqual(3)
  for (const { exported, verb } of deciding) {
    expect(
      waysIn()
        .filter((way) => way.verbs.includes(exported))
        .map((way) => way.kind),
    ).toEqual(['action'])
    expect({ verb: verb.verbName, machine: verb.machine, writes: verb.writes }).toEqual({
      verb: verb.verbName,
      machine: false,
      writes: true,
    })
  }
  for (const { verb } of await allVerbs())
    expect({ verb: verb.verbName, machine: verb.machine }).toEqual({ verb: verb.verbName, machine: RULES[verb.verbName]?.machine })
})

test('verb by caller by state: the answers are those of the rules, in words, and every refusal stands in the ledger', async () => {
  const unexpected: string[] = []
  const wrong = (...words: readonly string[]): void => void unexpected.push(words.join(' '))
  let calls = 0
  for (const found of await allVerbs())
    for (const state of STATES)
      for (const caller of CALLERS) {
        const name = found.verb.verbName
        const row = requests.get(state) ?? (await stage(state))
        const records = RULES[name]?.records
        const before = records === undefined ? 0 : await refusals(records, row.id)
        const { answer, said } = await silencing(state, () => call(found, caller, inputOf(name, row)))
        calls += 1
        const wanted = expected(name, caller, state)
        if (answer !== wanted) wrong(name, state, caller, 'should be', wanted, 'and is', `${answer}:`, said.slice(0, 160))
        // A guess at what is not there is no refusal; anything else that a verb of the road refuses is.
        if (records !== undefined && answer !== 'ok' && (await refusals(records, row.id)) !== before + 1)
          wrong(name, state, caller, 'the refusal is not in the ledger')
        if (answer !== 'ok' && !/^([A-Z"]|vortex\/policy\.yaml ).{10,}[.]$/s.test(said)) wrong(name, state, caller, 'is no sentence:', said)
        if (answer === 'ok' && caller !== 'full' && LOGIN[caller] !== 'maria' && said.includes(SECRET))
          wrong(name, state, caller, 'reads a reason:', said.slice(Math.max(0, said.indexOf(SECRET) - 120), said.indexOf(SECRET) + 9))
        if (answer === 'ok' && RULES[name]?.decides === true) await stage(state)
      }
  expect(unexpected).toEqual([])
  expect(calls).toBe(Object.keys(RULES).length * STATES.length * CALLERS.length)
}, 120_000)

test('denying an open request: those with a seat and those with a veto, and nobody else', async () => {
  const answers: Record<string, Answer | 'thrown'> = {}
  for (const caller of CALLERS) {
    const row = await stage('open')
    const found = { verb: castVote, exported: 'castVote', file: '' }
    answers[caller] = (await call(found, caller, { ...inputOf('approval.castVote', row), verdict: 'deny' })).answer
  }
  const denied = (caller: Caller): Answer =>
    caller === 'nobody' ? 'unauthenticated' : caller === 'approver' || caller === 'veto-holder' ? 'ok' : 'forbidden'
  expect(answers).toEqual(Object.fromEntries(CALLERS.map((caller) => [caller, denied(caller)])))
})

test('ten thousand guessed ids: not found, whoever guesses, with the same words as for any other', async () => {
  const takesId = (await allVerbs()).filter(({ verb }) =>
    [
      'approval.get',
      'delivery.get',
      'approval.castVote',
      'approval.withdrawVote',
      'approval.requestMerge',
      'approval.undo',
      'approval.sendUndo',
      'profile.dropDraft',
    ].includes(verb.verbName),
  )
  const row = requests.get('open') as RequestRow // safe: staged before all
  const told = new Map<string, Set<string>>()
  for (let guess = 0; guess < 10_000; guess += 1) {
    const found = takesId[guess % takesId.length] as FoundVerb // safe: within the list
    const caller = (['dependency', 'approver', 'merger', 'full'] as const)[guess % 4] ?? 'full'
    const { answer, said } = await call(found, caller, { ...inputOf(found.verb.verbName, row), id: randomUUID() })
    const words = told.get(found.verb.verbName) ?? new Set()
    told.set(found.verb.verbName, words.add(`${answer}: ${said}`))
  }
  expect([...told.values()].every((words) => words.size === 1)).toBe(true)
  expect([...told.entries()].filter(([, words]) => ![...words].join().startsWith('not_found'))).toEqual([])
}, 60_000)
