import { execFile } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Browser, expect, type Page, test } from '@playwright/test'
import { type PostgresServer, startPostgres } from '#sandbox/postgres.ts'
import { decide, openRequest, votes } from './decide.ts'
import { type Ingress, openIngress } from './ingress.ts'
import { readLedger } from './ledger.ts'
import { type Started, type Starter, startsOn } from './replicas.ts'
import { copyOf } from './requests.ts'
import { type Watched, watched } from './watched.ts'
import { useWorld } from './world.ts'

// The main road with a web replica and a worker whose clocks are five minutes off in opposite directions; the world's own are right.

const FAKETIME = readdirSync('/usr/lib', { withFileTypes: true })
  .map(({ name }) => join('/usr/lib', name, 'faketime/libfaketime.so.1'))
  .find((path) => existsSync(path))
test.skip(FAKETIME === undefined, 'clock skew: there is no libfaketime on this machine')
test.skip(!existsSync('/usr/lib/postgresql'), 'clock skew: there is no PostgreSQL on this machine')
test.describe.configure({ mode: 'serial', timeout: 400_000 })
// Three zones, each with daylight-saving time of its own: of the browser, the web replica and the worker.
test.use({ timezoneId: 'America/New_York' })

/** Between a right clock and one five minutes off; what is told must be nearer to the right one. */
const NEAR_MS = 120_000

const skewed = (offset: '-5m' | '+5m') => ({ LD_PRELOAD: FAKETIME ?? '', FAKETIME: offset, FAKETIME_DONT_FAKE_MONOTONIC: '1' })

let address = ''
let postgres: PostgresServer | undefined
let starter: Starter
let ingress: Ingress
let running: readonly Started[] = []

// Before the world that they stand on.
test.afterAll(async () => {
  await ingress?.close()
  await starter?.endAll()
  await postgres?.stop()
})

/** Ends what runs and starts a web replica and a worker with these clocks. */
async function portalWith(web: '-5m' | '+5m', worker: '-5m' | '+5m'): Promise<void> {
  await Promise.all(running.map(({ end }) => end()))
  for (const { port } of running) ingress.remove(port)
  running = [
    await starter.web({ ...skewed(web), TZ: 'Europe/Berlin' }),
    await starter.worker({ ...skewed(worker), TZ: 'Australia/Lord_Howe' }),
  ]
  const port = running[0]?.port ?? 0
  ingress.put(port)
  await ingress.untilReady(port)
}

const world = useWorld({
  args: ['--no-portal'],
  env: async () => {
    postgres = await startPostgres()
    address = (await postgres?.createDatabase()) ?? ''
    return { VORTEX_DATABASE_URL: address }
  },
  portal: async (info, directory) => {
    starter = startsOn(info.portal.env ?? {}, directory)
    ingress = await openIngress(Number(new URL(info.portal.url).port))
    await portalWith('-5m', '+5m')
  },
})

/** Nothing on the page is stale, of another time than now, or still to come, but what is a deadline. */
async function tellsRightTime(page: Page): Promise<void> {
  const ages = page.getByRole('list', { name: 'Age of the sources' })
  await expect(ages.getByRole('listitem').first()).toHaveText(/\d+ s$/)
  // A source that is slow to answer a new process is another matter; once it answers, its age is told in seconds.
  await expect(ages.getByRole('listitem').filter({ hasNotText: /( \d+ s| off)$/ })).toHaveCount(0, { timeout: 90_000 })
  const drawn = Number(await page.locator('html').getAttribute('data-now'))
  expect(Math.abs(Date.now() - drawn), 'the instant of drawing is the right one').toBeLessThan(NEAR_MS)
  const told = await page
    .locator('time')
    .evaluateAll((all) => all.map((one) => ({ at: Date.parse(one.getAttribute('datetime') ?? ''), text: one.textContent })))
  for (const { at, text } of told.filter((one) => one.at < Date.now() + NEAR_MS)) {
    expect(at, `${text} is not to come`).toBeLessThanOrEqual(Date.now())
    expect(text).not.toMatch(/^in /)
  }
}

async function openAs(browser: Browser, login: string, request: string): Promise<Watched> {
  const one = await watched(await world.as(browser, login))
  await openRequest(one.page, request)
  await expect(one.page.getByText('every fact that binds is fresh').filter({ visible: true })).toBeVisible()
  await tellsRightTime(one.page)
  return one
}

/** From a request that was just made to its admission, by two approvers and one who merges. */
async function wholeRoad(browser: Browser, name: string): Promise<void> {
  const begun = Date.now()
  const maria = await openAs(browser, 'maria.santos', name)
  const id = new URL(maria.page.url()).pathname.split('/').at(-1) ?? ''
  await decide(maria.page, 'approve')
  await expect(votes(maria.page)).toContainText('maria.santos approved')

  const lena = await openAs(browser, 'lena.fischer', name)
  await decide(lena.page, 'approve')
  await expect(lena.page.getByText('Final. To undo it, make a new request.').filter({ visible: true })).toBeVisible()

  for (const one of [maria, lena]) await one.stayedWhole()

  const james = await world.as(browser, 'james.okafor')
  await james.goto(new URL(`/deliveries/${id}`, james.url()).href)
  const merge = james.getByRole('button', { name: /^Merge/ })
  await expect(merge, 'a proposal does not wait for a clock').not.toHaveAttribute('aria-disabled', { timeout: 60_000 })
  await merge.click()
  await expect.poll(async () => (await world.rar(name))?.status?.phase, { timeout: 60_000 }).toBe('Admitted')
  const steps = james.getByRole('listitem').filter({ hasText: /^(Decided|Proposed|Merged|Applied|Admitted)/ })
  await expect(steps.locator('time')).toHaveCount(5, { timeout: 30_000 })
  await tellsRightTime(james)
  const times = await steps.locator('time').evaluateAll((all) => all.map((one) => Date.parse(one.getAttribute('datetime') ?? '')))
  expect(times, 'one step after the other').toEqual(times.toSorted((a, b) => a - b))

  const entries = await readLedger(maria.page, id)
  expect(entries.map(({ action }) => action)).toEqual(
    expect.arrayContaining(['relationship.approved', 'manifest.committed', 'manifest.merged', 'relationship.outcome.observed']),
  )
  for (const { action, at } of entries.filter((one) => one.action !== 'relationship.requested')) {
    expect(Date.parse(at), action).toBeGreaterThan(begun - NEAR_MS)
    expect(Date.parse(at), action).toBeLessThan(Date.now() + NEAR_MS)
  }
}

test('web five minutes behind, worker five minutes ahead: approved, sealed, merged, applied and admitted at the right time', async ({
  browser,
}) => {
  await wholeRoad(browser, world.named('rar-cs-observes-pgw'))
})

test('web five minutes ahead, worker five minutes behind, on what the others wrote: the same', async ({ browser }) => {
  await portalWith('+5m', '-5m')
  const name = 'rar-just-made'
  expect((await world.kube('admin', 'POST', world.rarPath(), await copyOf(world, name, 'rar-cbs-extends-cs'))).status).toBe(201)
  await wholeRoad(browser, name)
})

test('the ledger verifies', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=react-server', 'tools/ledger-verify.ts'], {
    env: { ...process.env, VORTEX_DATABASE_URL: address, NODE_NO_WARNINGS: '1' },
  })
  test.info().annotations.push({ type: 'ledger', description: stdout.trim() })
})
