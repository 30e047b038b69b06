import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'
import { type Browser, expect, type Page, test } from '@playwright/test'
import { type PostgresServer, startPostgres } from '#sandbox/postgres.ts'
import { approveButton, box, giveReason, openRequest, REASON, votes } from './decide.ts'
import { type Ingress, openIngress } from './ingress.ts'
import { readLedger } from './ledger.ts'
import { observe, type Observer } from './observe.ts'
import { type Started, type Starter, startsOn } from './replicas.ts'
import { copyOf } from './requests.ts'
import { type Watched, watched } from './watched.ts'
import { pause, useWorld } from './world.ts'

// Two web replicas and a worker on one PostgreSQL behind a plain ingress, replaced one after another as an upgrade does, while people decide.

test.skip(!existsSync('/usr/lib/postgresql'), 'rolling restart: there is no PostgreSQL on this machine')
test.describe.configure({ mode: 'serial', timeout: 600_000 })

let address = ''
let postgres: PostgresServer | undefined
let database: Observer
let starter: Starter
let ingress: Ingress
let worker: Started
const web = new Map<number, Started>()

// Before the world that they stand on.
test.afterAll(async () => {
  await ingress?.close()
  await starter?.endAll()
  await database?.close()
  await postgres?.stop()
})

const world = useWorld({
  args: ['--no-portal'],
  env: async () => {
    postgres = await startPostgres()
    address = (await postgres?.createDatabase()) ?? ''
    database = observe(address)
    return { VORTEX_DATABASE_URL: address }
  },
  portal: async (info, directory) => {
    starter = startsOn(info.portal.env ?? {}, directory)
    ingress = await openIngress(Number(new URL(info.portal.url).port))
    for (const replica of [await starter.web(), await starter.web()]) join(replica)
    worker = await starter.worker()
    await Promise.all([...web.keys()].map((port) => ingress.untilReady(port)))
  },
})
function join(replica: Started): void {
  web.set(replica.port, replica)
  ingress.put(replica.port)
}

/** Ends a replica as an upgrade does and starts its successor; over when that one is ready. */
async function replace(port: number): Promise<void> {
  const old = web.get(port)
  if (old === undefined) throw new Error(`there is no replica on port ${port}`)
  const ended = old.end()
  const next = await starter.web()
  join(next)
  // 143 is what Next says after an orderly end; another status is a process that was cut off with work in hand.
  expect(await ended, await old.log()).toBe(143)
  expect(await old.log()).not.toContain('process.stop-forced')
  web.delete(port)
  ingress.remove(port)
  await ingress.untilReady(next.port)
}

const live = (page: Page) => page.getByText('Live', { exact: true })

async function reader(browser: Browser, login: string): Promise<Watched> {
  const page = await world.as(browser, login)
  return watched(page)
}

async function writer(browser: Browser, login: string, request: string): Promise<Watched> {
  const one = await reader(browser, login)
  await openRequest(one.page, request)
  await giveReason(one.page)
  await expect(live(one.page)).toBeVisible()
  return one
}

/** Clicks, and asks the replica that has the click in its hands to end. */
async function replaceUnder(click: () => Promise<void>): Promise<number> {
  const chosen = ingress.nextAction()
  await click()
  const port = await chosen
  await replace(port)
  return port
}

test('replicas and worker are replaced while two people vote: nobody sees an error, and everything stands once', async ({ browser }) => {
  const name = world.named('rar-cs-observes-pgw')
  const maria = await writer(browser, 'maria.santos', name)
  const lena = await writer(browser, 'lena.fischer', name)
  const inbox = await reader(browser, 'lena.fischer')
  await inbox.page.goto(new URL('/approvals', inbox.page.url()).href)
  await expect(live(inbox.page)).toBeVisible()
  const line = (of: string) => inbox.page.getByRole('link', { name: of, exact: true }).filter({ visible: true })
  await expect(line(name)).toBeVisible()
  const all = [maria, lena, inbox]
  for (const { page } of all) await page.evaluate(() => Object.assign(window, { stayed: true }))
  const id = new URL(maria.page.url()).pathname.split('/').at(-1) ?? ''

  const originals = [...web.keys()]
  const gone = await replaceUnder(() => approveButton(maria.page).click())
  await expect(votes(maria.page)).toContainText('maria.santos approved')
  await expect(votes(lena.page)).toContainText('maria.santos approved')
  expect(await box(lena.page, 'undo').inputValue()).toBe(REASON.undo)

  const replaced = replace(originals.find((port) => port !== gone) ?? 0)
  await approveButton(lena.page).click()
  await expect.poll(async () => (await database.request(id)).decisions, { intervals: [10] }).toBe(1)
  const ended = worker.end()
  worker = await starter.worker()
  await Promise.all([replaced, ended])
  expect(await ended).toBe(0)

  for (const { page } of [maria, lena])
    await expect(page.getByText('Final. To undo it, make a new request.').filter({ visible: true })).toBeVisible()
  await expect.poll(async () => (await database.request(id)).delivery?.commit ?? '', { timeout: 60_000 }).toMatch(/^[0-9a-f]{40}$/)
  for (const { page, streams } of all) {
    await expect(live(page)).toBeVisible()
    expect(streams(), 'the stream was cut and opened again').toBeGreaterThan(1)
    expect(await page.evaluate(() => 'stayed' in window), 'nobody loaded the page again').toBe(true)
  }
  await expect(line(name)).toHaveCount(0)
  expect((await world.kube('admin', 'POST', world.rarPath(), await copyOf(world, 'rar-just-made', 'rar-cs-observes-pgw'))).status).toBe(201)
  await expect(line('rar-just-made')).toBeVisible({ timeout: 60_000 })
  for (const one of all) await one.stayedWhole()
  expect(ingress.failures).toEqual([])

  const seen = await database.request(id)
  expect(seen.votes.map(({ login, state }) => `${login} ${state}`).toSorted()).toEqual(['lena.fischer counted', 'maria.santos counted'])
  expect(seen.decisions).toBe(1)
  const parents = (await world.git('log', '--all', '--format=%P', `--grep=^Vortex-Request: ${id}$`)).trim().split('\n')
  expect(parents.map((line) => line.split(' ').length)).toEqual([1])
  const told = (await readLedger(maria.page, id)).map(({ action, actor }) => `${action} ${actor}`)
  for (const each of [
    'review.approved maria.santos',
    'review.approved lena.fischer',
    'relationship.approved lena.fischer',
    'manifest.committed system',
  ])
    expect(
      told.filter((one) => one === each),
      each,
    ).toHaveLength(1)
})

test('a vote given and taken back while replicas are replaced without end stands as often as the page said', async ({ browser }) => {
  const maria = await writer(browser, 'maria.santos', world.named('rar-cbs-extends-cs'))
  const id = new URL(maria.page.url()).pathname.split('/').at(-1) ?? ''
  const ROUNDS = 3
  for (let round = 1; round <= ROUNDS; round += 1) {
    await giveReason(maria.page)
    await replaceUnder(() => approveButton(maria.page).click())
    await expect(votes(maria.page)).toContainText('maria.santos approved')
    await replaceUnder(() => maria.page.getByRole('button', { name: 'Withdraw your vote' }).click())
    await expect(approveButton(maria.page)).toBeVisible()
    await pause(50 * round)
  }
  await maria.stayedWhole()
  expect(ingress.failures).toEqual([])
  const told = await database.ledgerOf(id)
  expect(told.filter((action) => action === 'review.approved')).toHaveLength(ROUNDS)
  expect(told.filter((action) => action === 'review.withdrawn')).toHaveLength(ROUNDS)
})

test('the ledger verifies', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=react-server', 'tools/ledger-verify.ts'], {
    env: { ...process.env, VORTEX_DATABASE_URL: address, NODE_NO_WARNINGS: '1' },
  })
  test.info().annotations.push({ type: 'ledger', description: stdout.trim() })
})
