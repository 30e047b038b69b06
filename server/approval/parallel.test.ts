import { afterAll, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { startPostgres } from '#sandbox/postgres.ts'
import { type Database } from '#server/adapter/db/client.ts'
import { openDatabase } from '#server/adapter/db/open.ts'
import { castVote } from '#server/approval/cast-vote.ts'
import { getRequest } from '#server/approval/get.ts'
import { decisionsOf, openRequests, votesOf } from '#server/approval/repo.ts'
import { syncRequests } from '#server/approval/sync.ts'
import { verifyLedger } from '#server/ledger/verify.ts'
import { participant, POLICY, testWorld } from '#server/testing/approval-world.ts'

const RATIONALE = {
  checked: 'Read both policies and the diff.',
  acceptable: 'It reads only and both agree.',
  undo: 'Revert the relationship file.',
}
const postgres = await startPostgres()
const opened: Database[] = []
const open = async (address: string): Promise<Database> => {
  const database = await openDatabase(address)
  opened.push(database)
  return database
}
afterAll(async () => {
  for (const database of opened) await database.close()
  await postgres?.stop()
})

const castAs = (
  world: ReturnType<typeof testWorld>,
  database: Database,
  login: string,
  row: { readonly id: string; readonly digest: string | null },
  verdict: 'approve' | 'deny',
) =>
  castVote({ ...world.ctx(login), database, db: database.db }, { id: row.id, digest: row.digest, verdict, ...RATIONALE }).then(
    (outcome) => outcome.state,
    (error: { readonly code: string }) => error.code,
  )

test.skipIf(postgres === undefined)(
  'two replicas on one PostgreSQL: votes at the same moment are all counted and each request is sealed once',
  async () => {
    const address = (await postgres?.createDatabase()) ?? ''
    const [one, two] = [await open(address), await open(address)]
    const world = testWorld(one)
    for (let round = 0; round < 8; round += 1) world.request(`rar-${round}`)
    await Promise.all([
      syncRequests(world.ctx('system', 'system')),
      syncRequests({ ...world.ctx('system', 'system'), database: two, db: two.db }),
    ])
    const rows = await openRequests(one.db)
    expect(rows).toHaveLength(8)
    for (const [index, row] of rows.entries()) {
      const verdict = index % 2 === 0 ? 'approve' : 'deny'
      const ends = await Promise.all([castAs(world, one, 'maria', row, verdict), castAs(world, two, 'lena', row, verdict)])
      expect(ends.toSorted()).toEqual(verdict === 'approve' ? ['approved', 'open'] : ['conflict', 'denied'])
      expect(await decisionsOf(two.db, [row.id])).toHaveLength(1)
    }
    expect(
      await votesOf(
        one.db,
        rows.map((row) => row.id),
      ),
    ).toHaveLength(12)
    expect(await verifyLedger(two.db)).toMatchObject({ problem: undefined })
  },
)

test('what the page offers is what the verb accepts, in random small worlds', async () => {
  const database = await open('memory:')
  let seed = 20_261_121
  const next = (): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    return seed / 2_147_483_648
  }
  const chance = (part: number): boolean => next() < part
  const PEOPLE = ['maria', 'lena', 'amir', 'james', 'priya']
  const counts = { offered: 0, refused: 0 }
  for (let round = 0; round < 20; round += 1) {
    const world = testWorld(database)
    const approvers = () => PEOPLE.filter(() => chance(0.6)).map((login) => ({ login }))
    const domains = Object.fromEntries(
      ['payments', 'trading', 'banking']
        .filter(() => chance(0.9))
        .map((domain) => [domain, { approvers: approvers(), quorum: chance(0.3) ? 2 : 1 }]),
    )
    world.commit({ 'vortex/policy.yaml': chance(0.05) ? 'schema: 1\n' : stringify({ ...POLICY, domains }) }, 'root@x.example')
    if (chance(0.3)) world.objects.push(...participant('mdf', 'trading', 'staging'))
    const name = `random-${round}`
    world.request(name, {
      initiator: chance(0.2) ? 'cbs' : 'cs',
      requestedBy: chance(0.5) ? 'james' : 'priya',
      email: chance(0.1) ? 'stranger@nowhere.example' : 'priya@x.example',
      ...(chance(0.2) && {
        interaction: {
          bindingType: 'ContinuousBinding',
          constraintDeclaration: { boundaryScope: 'b', policyScope: 'p', cardinalityFloor: 1, cardinalityCeiling: 99 },
        },
      }),
    })
    const refusedByGuardian = PEOPLE.filter(() => chance(0.15))
    world.guardian = (login) => (chance(0.02) ? 'silent' : !refusedByGuardian.includes(login))
    await syncRequests(world.ctx('system', 'system'))
    const row = (await openRequests(database.db)).find((each) => each.name === name)
    for (const login of PEOPLE) {
      // The same words of Guardian for the page and for the verb: what moves between the two is another test's matter.
      const silent = chance(0.05)
      world.guardian = (asked) => (silent && asked === login ? 'silent' : !refusedByGuardian.includes(asked))
      const verdict = chance(0.85) ? 'approve' : 'deny'
      const view = await getRequest(world.ctx(login), { id: row?.id })
      const end = await castAs(world, database, login, { id: view.id, digest: view.digest ?? 'none' }, verdict)
      const accepted = ['open', 'approved', 'denied'].includes(end)
      expect({ round, login, verdict, accepted }).toEqual({ round, login, verdict, accepted: view.may[verdict].allowed })
      counts[accepted ? 'offered' : 'refused'] += 1
    }
  }
  expect(counts.offered).toBeGreaterThan(10)
  expect(counts.refused).toBeGreaterThan(10)
}, 180_000)
