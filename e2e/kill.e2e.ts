import { type Browser, expect, type Page, test } from '@playwright/test'
import { type PostgresServer, startPostgres } from '#sandbox/postgres.ts'
import { relationshipPath } from './cluster.ts'
import { approveButton, box, giveReason, openRequest, REASON, votes } from './decide.ts'
import { bareHash, leafHash } from './ledger.ts'
import { observe, type Observer, type Seen } from './observe.ts'
import { pause, useWorld } from './world.ts'

// Nothing in the product helps these tests: they look at Git, at the database and at the API, and kill the process when they see a state.

let postgres: PostgresServer | undefined
let database: Observer | undefined
const world = useWorld({
  env: async () => {
    if (database !== undefined) return {}
    postgres = await startPostgres()
    const address = await postgres?.createDatabase()
    if (address === undefined) return {}
    database = observe(address)
    return { VORTEX_DATABASE_URL: address }
  },
})
test.afterAll(async () => {
  await database?.close()
  await postgres?.stop()
})
test.describe.configure({ mode: 'serial', timeout: 900_000 })

/** A state that can be seen from outside. Those of the database are left out on a machine without PostgreSQL. */
type Point = { readonly name: string; readonly seen: () => Promise<boolean> }

const inDatabase = (name: string, id: string, is: (seen: Seen) => boolean): readonly Point[] => {
  const observer = database
  return observer === undefined ? [] : [{ name, seen: async () => is(await observer.request(id)) }]
}
const commitsOf = async (id: string, ...where: readonly string[]): Promise<readonly string[]> =>
  (await world.git('log', '--format=%H', `--grep=^Vortex-Request: ${id}$`, ...where)).split('\n').filter(Boolean)

const killed: string[] = []

/** Kills the portal with SIGKILL the moment that `point` is seen, and waits until another process answers. */
async function killAt({ name, seen }: Point, cause: () => Promise<unknown> = async () => undefined): Promise<void> {
  const pid = await world.portalPid()
  const caused = cause()
  caused.catch(() => undefined) // its page dies with the portal
  const end = Date.now() + 120_000
  while (!(await seen())) {
    if (Date.now() > end) throw new Error(`never seen: ${name}`)
    await pause(10)
  }
  process.kill(pid, 'SIGKILL')
  killed.push(name)
  await caused.catch(() => undefined)
  await expect.poll(() => world.portalPid(), { timeout: 60_000, intervals: [50] }).not.toBe(pid)
  await world.untilReady()
}

async function killAtEach(points: readonly Point[], cause?: () => Promise<unknown>): Promise<void> {
  let first = cause
  for (const point of points) {
    await killAt(point, first)
    first = undefined
  }
  await first?.()
}

async function ready(browser: Browser, login: string, request: string): Promise<Page> {
  const page = await world.as(browser, login)
  await openRequest(page, request)
  await giveReason(page)
  return page
}

test('killed at each step from the first vote to admission: one proposal, one merge, no vote lost', async ({ browser }) => {
  const name = world.named('rar-cs-observes-pgw')
  const maria = await ready(browser, 'maria.santos', name)
  const id = new URL(maria.url()).pathname.split('/').at(-1) ?? ''

  await killAtEach(
    inDatabase('the first vote stands', id, ({ votes: cast }) => cast.length === 1),
    () => approveButton(maria).click(),
  )
  const lena = await ready(browser, 'lena.fischer', name)
  await expect(votes(lena)).toContainText('maria.santos approved')
  await killAtEach(
    [
      ...inDatabase('the second vote sealed', id, ({ decisions }) => decisions === 1),
      ...inDatabase('delivery began to propose', id, ({ work }) => (work['git.propose']?.attempts ?? 0) > 0),
      { name: 'the branch is on the remote', seen: async () => (await commitsOf(id, '--all', '--not', 'main')).length > 0 },
      ...inDatabase('the proposal is recorded', id, ({ delivery }) => typeof delivery?.commit === 'string'),
    ],
    () => approveButton(lena).click(),
  )

  await world.control('/applier', { action: 'hold' })
  const james = await world.as(browser, 'james.okafor')
  await james.goto(new URL(`/deliveries/${id}`, james.url()).href)
  const merge = james.getByRole('button', { name: /^Merge/ })
  await expect(merge).not.toHaveAttribute('aria-disabled', { timeout: 30_000 })
  await killAtEach(
    [
      ...inDatabase('the merge is asked for', id, ({ work }) => work['git.merge'] !== undefined),
      ...inDatabase('delivery began to merge', id, ({ work }) => (work['git.merge']?.attempts ?? 0) > 0),
      { name: 'main has moved', seen: async () => (await commitsOf(id, 'main')).length > 0 },
      ...inDatabase('the merge is done', id, ({ work }) => work['git.merge']?.done === true),
      ...inDatabase('the merge is read back', id, ({ delivery }) => typeof delivery?.merged === 'string'),
    ],
    () => merge.click(),
  )

  await killAtEach(
    [
      { name: 'the API server has the decision', seen: async () => (await world.rar(name))?.spec.decision !== undefined },
      { name: 'the relationship is there', seen: async () => (await relationshipsOf(name)).length > 0 },
      { name: 'the request is admitted', seen: async () => (await world.rar(name))?.status?.phase === 'Admitted' },
      ...inDatabase('applied is recorded', id, ({ delivery }) => delivery?.applied === true),
      ...inDatabase('admitted is recorded', id, ({ delivery }) => delivery?.admitted === true),
    ],
    () => world.control('/applier', { action: 'release' }),
  )
  test.info().annotations.push({ type: 'killed when', description: killed.join('; ') })
  expect(killed.length).toBeGreaterThanOrEqual(database === undefined ? 5 : 15)

  await once(id, name, ['lena.fischer', 'maria.santos'])
})

/** What must be true of a request that went through: everything once, whatever happened on the way. */
async function once(id: string, name: string, voters: readonly string[]): Promise<void> {
  const parents = (await world.git('log', '--all', '--format=%P', `--grep=^Vortex-Request: ${id}$`)).trim().split('\n')
  expect(
    parents.map((line) => line.split(' ').length).toSorted((a, b) => a - b),
    'one proposal and one merge',
  ).toEqual([1, 2])
  expect(await commitsOf(id, '--first-parent', 'main')).toHaveLength(1)
  expect((await world.rar(name))?.status?.phase).toBe('Admitted')
  expect(await relationshipsOf(name)).toHaveLength(1)
  if (database === undefined) return
  const seen = await database.request(id)
  expect(
    seen.votes
      .filter(({ state }) => state === 'counted')
      .map(({ login }) => login)
      .toSorted(),
  ).toEqual(voters)
  expect(seen.votes).toHaveLength(voters.length)
  expect(seen.decisions).toBe(1)
  const actions = await database.ledgerOf(id)
  for (const action of new Set(actions))
    expect(
      actions.filter((one) => one === action),
      action,
    ).toHaveLength(action === 'review.approved' ? voters.length : 1)
  for (const action of ['relationship.approved', 'manifest.committed', 'manifest.merged', 'relationship.outcome.observed'])
    expect(actions).toContain(action)
}

/** Relationships that name the request they come from, as the produced file does. */
const relationshipsOf = async (name: string): Promise<readonly unknown[]> => {
  const { items } = (await world.object(relationshipPath())) as { items: readonly { spec: { description?: string } }[] } // safe: a list
  return items.filter(({ spec }) => spec.description?.endsWith(`(${name})`) === true)
}

test('killed while a vote is on its way: the vote stands once or not at all, and the text is kept', async ({ browser }) => {
  const name = world.named('rar-cbs-extends-cs')
  const maria = await ready(browser, 'maria.santos', name)
  const id = new URL(maria.url()).pathname.split('/').at(-1) ?? ''
  for (const afterMs of [0, 40, 150]) {
    await killAt({ name: `${afterMs} ms after the click`, seen: () => pause(afterMs).then(() => true) }, () => approveButton(maria).click())
    await maria.reload()
    await expect(votes(maria)).toBeVisible()
    if ((await box(maria, 'checked').count()) === 0) break
    await expect(box(maria, 'undo')).toHaveValue(REASON.undo)
  }
  if ((await box(maria, 'checked').count()) > 0) await approveButton(maria).click()
  await expect(votes(maria)).toContainText('maria.santos approved')
  await expect(votes(maria)).toContainText('1 counted')
  if (database !== undefined) expect((await database.request(id)).votes.filter(({ state }) => state === 'counted')).toHaveLength(1)
})

test('the ledger has no gap and every entry the hash of its bytes', async () => {
  test.skip(database === undefined, 'no PostgreSQL on this machine to look into')
  const entries = (await database?.ledger()) ?? []
  expect(entries.length).toBeGreaterThan(20)
  expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, at) => at + 1))
  for (const entry of entries) {
    expect(bareHash(entry.leafHash)).toBe(leafHash(entry.bytes))
    expect(JSON.parse(entry.bytes.toString('utf8'))).toMatchObject({ seq: entry.seq, action: entry.action, actor: entry.actor })
  }
})
