import { expect, type Page, test } from '@playwright/test'
import { copyOf } from './requests.ts'
import { useWorld } from './world.ts'

const world = useWorld()
// The second walk needs what the first one made, also when it is tried again in a new world.
test.describe.configure({ mode: 'serial' })

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
