import { expect, test } from '@playwright/test'
import { rarPath } from './cluster.ts'
import { copyOf } from './requests.ts'
import { useWorld } from './world.ts'

const world = useWorld()
// The second walk needs what the first one made, also when it is tried again in a new world.
test.describe.configure({ mode: 'serial' })

test('a request made through the API stands in the open inbox of who may decide it, without a reload', async ({ browser }, info) => {
  const lena = await world.as(browser, 'lena.fischer')
  await lena.goto(new URL('/approvals', lena.url()).href)
  const rows = lena.locator('a[href^="/approvals/"]:visible') // what streams in stands hidden beside its place for a moment
  await expect(rows.first()).toBeVisible()
  const before = await rows.count()
  await lena.evaluate(() => Object.assign(window, { stayed: true }))
  const made = await copyOf(world, 'rar-just-made', 'rar-cs-observes-pgw')
  const at = Date.now()
  expect((await world.kube('admin', 'POST', rarPath(), made)).status).toBe(201)
  await expect.poll(() => rows.count(), { timeout: 20_000, intervals: [50] }).toBe(before + 1)
  // Said, not judged: how long it took depends on the machine (product.md: within a second).
  info.annotations.push({ type: 'seen after', description: `${Date.now() - at} ms` })
  expect(await lena.evaluate(() => 'stayed' in window)).toBe(true)
})

test('a request that is deleted leaves the open inbox by itself and stays in history', async ({ browser }) => {
  const lena = await world.as(browser, 'lena.fischer')
  await lena.goto(new URL('/approvals', lena.url()).href)
  const rows = lena.locator('a[href^="/approvals/"]:visible') // what streams in stands hidden beside its place for a moment
  await expect(rows.first()).toBeVisible()
  const before = await rows.count()
  expect((await world.kube('admin', 'DELETE', rarPath('rar-just-made'))).status).toBe(200)
  await expect.poll(() => rows.count(), { timeout: 20_000, intervals: [50] }).toBe(before - 1)
  await lena.getByRole('link', { name: /^Decided/ }).click()
  await expect(lena.getByRole('row', { name: 'Withdrawn' }).first()).toBeVisible()
})
