import { expect, type Page, test } from '@playwright/test'
import { copyOf } from './requests.ts'
import { denyButton, openRequest } from './decide.ts'
import { type Ingress, openIngress } from './ingress.ts'
import { pause, useWorld } from './world.ts'
import { freePort } from '#sandbox/listen.ts'

const world = useWorld()
let ingress: Ingress
let port = 0

test.beforeAll(async () => {
  port = await freePort()
  ingress = await openIngress(port)
  const portal = Number(new URL(world.info().portal.url).port)
  ingress.put(portal)
  await ingress.untilReady(portal)
})
test.afterAll(() => ingress?.close())

// The second walk needs what the first one made, also when it is tried again in a new world.
test.describe.configure({ mode: 'serial' })

const live = (page: Page) => page.getByText('Live', { exact: true })
/** From here on the page goes through the ingress, as whoever it was signed in. */
const throughIngress = (page: Page) => page.goto(`http://localhost:${port}/deliveries`)

/** What a page asks for. */
function readings(page: Page) {
  let queue = 0
  let streams = 0
  let after: string | undefined
  page.on('request', (request) => {
    if (request.url().includes('/api/approvals')) queue += 1
    if (!request.url().includes('/api/stream')) return
    streams += 1
    after = request.headers()['last-event-id']
  })
  return { queue: () => queue, streams: () => streams, after: () => after }
}

// What streams in stands hidden beside its place for a moment.
const line = (page: Page, name: string) => page.getByRole('link', { name, exact: true }).filter({ visible: true })

test('a request made through the API stands in the open inbox of who may decide it, without a reload', async ({ browser }, info) => {
  const lena = await world.as(browser, 'lena.fischer')
  await lena.goto(new URL('/approvals', lena.url()).href)
  await expect(line(lena, world.named('rar-cs-observes-pgw'))).toBeVisible()
  await lena.evaluate(() => Object.assign(window, { stayed: true }))
  const made = await copyOf(world, 'rar-just-made', 'rar-cs-observes-pgw')
  const at = Date.now()
  expect((await world.kube('admin', 'POST', world.rarPath(), made)).status).toBe(201)
  await expect(line(lena, 'rar-just-made')).toBeVisible({ timeout: 30_000 })
  // Said, not judged: how long it took depends on the machine (product.md: within a second).
  info.annotations.push({ type: 'seen after', description: `${Date.now() - at} ms` })
  expect(await lena.evaluate(() => 'stayed' in window)).toBe(true)
})

test('a request that is deleted leaves the open inbox by itself and stays in history', async ({ browser }) => {
  const lena = await world.as(browser, 'lena.fischer')
  await lena.goto(new URL('/approvals', lena.url()).href)
  await expect(line(lena, 'rar-just-made')).toBeVisible()
  expect((await world.kube('admin', 'DELETE', world.rarPath('rar-just-made'))).status).toBe(200)
  await expect(line(lena, 'rar-just-made')).toHaveCount(0, { timeout: 30_000 })
  await lena.getByRole('link', { name: /^Decided/ }).click()
  await expect(lena.getByRole('row', { name: 'Withdrawn' }).first()).toBeVisible()
})

test('a stream that is cut goes on where it was: what changed is shown, and what did not is not read again', async ({ browser }) => {
  const lena = await world.as(browser, 'lena.fischer')
  await throughIngress(lena)
  const asked = readings(lena)
  await lena.goto(new URL('/approvals', lena.url()).href)
  await expect(live(lena)).toBeVisible()
  await lena.evaluate(() => Object.assign(window, { stayed: true }))
  const before = asked.queue()
  ingress.cutStreams()
  await expect.poll(() => asked.streams()).toBeGreaterThan(1)
  await expect(live(lena)).toBeVisible()
  expect(asked.after(), 'the stream says where it goes on from').toMatch(/^[0-9a-f]{12}\.\d+$/)
  expect(asked.queue() - before, 'a cut alone is no reason to read').toBeLessThanOrEqual(2)
  ingress.cutStreams()
  expect((await world.kube('admin', 'POST', world.rarPath(), await copyOf(world, 'rar-while-cut', 'rar-cs-observes-pgw'))).status).toBe(201)
  await expect(line(lena, 'rar-while-cut')).toBeVisible({ timeout: 30_000 })
  expect(await lena.evaluate(() => 'stayed' in window)).toBe(true)
})

test('a page that hears nothing closes deciding with words, and opens it again by itself with what changed meanwhile', async ({
  browser,
}) => {
  const lena = await world.as(browser, 'lena.fischer')
  await throughIngress(lena)
  await openRequest(lena, 'rar-while-cut')
  await expect(live(lena)).toBeVisible()
  await expect(denyButton(lena)).not.toHaveAttribute('aria-disabled')
  await lena.evaluate(() => Object.assign(window, { stayed: true }))
  ingress.holdStreams(true)
  await expect(denyButton(lena)).toHaveAttribute('aria-disabled', 'true', { timeout: 30_000 })
  await expect(lena.getByText(/Deciding is closed: this page has not heard from the portal for \d+ s/)).toBeVisible()
  await expect(lena.getByText(/Reconnecting, last heard/)).toBeVisible()
  expect((await world.kube('admin', 'DELETE', world.rarPath('rar-while-cut'))).status).toBe(200)
  await pause(1_000)
  await expect(denyButton(lena), 'nothing comes through').toBeVisible()
  ingress.holdStreams(false)
  await expect(lena.getByText('The request was removed before a decision.')).toBeVisible({ timeout: 30_000 })
  await expect(live(lena)).toBeVisible()
  expect(await lena.evaluate(() => 'stayed' in window)).toBe(true)
  expect(ingress.failures).toEqual([])
})

test('a page that is put away lets its stream go and hears what it missed when it is looked at again', async ({ browser }) => {
  const lena = await world.as(browser, 'lena.fischer')
  await throughIngress(lena)
  const asked = readings(lena)
  await lena.goto(new URL('/approvals', lena.url()).href)
  await expect(live(lena)).toBeVisible()
  await lena.evaluate(() => window.dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true })))
  await expect(lena.getByText('Connecting', { exact: true })).toBeVisible()
  const before = asked.streams()
  expect((await world.kube('admin', 'POST', world.rarPath(), await copyOf(world, 'rar-while-away', 'rar-cs-observes-pgw'))).status).toBe(
    201,
  )
  await pause(3_000)
  expect(asked.streams()).toBe(before)
  await expect(line(lena, 'rar-while-away')).toHaveCount(0)
  await lena.evaluate(() => window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })))
  await expect(line(lena, 'rar-while-away')).toBeVisible({ timeout: 30_000 })
})

test('a page that the back button brings is not as it was left', async ({ browser }) => {
  const lena = await world.as(browser, 'lena.fischer')
  await lena.goto(new URL(`/objects/ccs-mgmt/${world.group()}/RelationshipAdmissionRequest/seam-system/rar-while-away`, lena.url()).href)
  await expect(lena.getByText('In the cluster').first()).toBeVisible()
  await lena.getByRole('link', { name: /^Deliveries/ }).click()
  await expect(lena.getByRole('heading', { level: 1, name: 'Deliveries' })).toBeVisible()
  expect((await world.kube('admin', 'DELETE', world.rarPath('rar-while-away'))).status).toBe(200)
  await pause(12_000)
  await lena.goBack()
  await expect(lena.getByText('Not in the cluster').first()).toBeVisible({ timeout: 30_000 })
})
