import { expect, type Page, test } from '@playwright/test'
import { useWorld } from './world.ts'

const world = useWorld()
const outline = (page: Page) => page.getByRole('tree', { name: 'Outline of the topology' })
const details = (page: Page) => page.locator('#topology-node')

async function open(page: Page): Promise<void> {
  await page.goto(new URL('/topology', page.url()).href)
  await expect(outline(page).getByRole('treeitem').first()).toBeVisible()
}

test('by mouse: choose in the outline and in the picture, follow a reference, look around, come back', async ({ browser }) => {
  const lena = await world.as(browser, 'lena.fischer')
  await open(lena)
  const name = world.named('cs-production')
  await outline(lena)
    .getByRole('treeitem', { name: new RegExp(`^${name} `) })
    .first()
    .click()
  await expect(details(lena)).toContainText(name)
  await details(lena).getByRole('button', { name: 'Look at its surroundings' }).click()
  await expect(lena).toHaveURL(/focus=/)
  await expect(lena.getByRole('group', { name: 'Blast radius' })).toContainText('1 hop')
  await lena.getByRole('button', { name: 'Wider' }).click()
  await expect(lena).toHaveURL(/hops=2/)
  await lena.getByRole('button', { name: 'Look at everything' }).click()
  await expect(lena).not.toHaveURL(/focus=/)

  // A click on a node of the picture chooses it in the outline too.
  const picture = lena.locator('canvas').last()
  const box = await picture.boundingBox()
  if (!box) throw new Error('no picture')
  const before = await outline(lena)
    .locator('[aria-selected="true"]')
    .getAttribute('data-key')
    .catch(() => null)
  let after = before
  for (let step = 0; step < 400 && after === before; step += 1) {
    await lena.mouse.click(box.x + ((step % 20) + 0.5) * (box.width / 20), box.y + (Math.floor(step / 20) + 0.5) * (box.height / 20))
    after = await outline(lena)
      .locator('[aria-selected="true"]')
      .first()
      .getAttribute('data-key', { timeout: 300 })
      .catch(() => before)
  }
  expect(after).not.toBe(before)
})

test('by keyboard only: reach a node by typing its name, look around it, widen, read its references', async ({ browser }) => {
  const maria = await world.as(browser, 'maria.santos')
  await expect(maria.getByText('Live', { exact: true }), 'keys are heard once the page has come to life').toBeVisible()
  await maria.keyboard.press('g')
  await maria.keyboard.press('t')
  await expect(maria).toHaveURL(/topology/)
  await expect(outline(maria).getByRole('treeitem').first()).toBeVisible()
  const current = outline(maria).locator('[role="treeitem"][tabindex="0"]')
  for (let presses = 0; presses < 60 && !(await current.evaluate((element) => element === document.activeElement)); presses += 1)
    await maria.keyboard.press('Tab')
  await expect(current).toBeFocused()
  await maria.keyboard.press('ArrowDown')
  const name = world.named('pgw-production')
  await maria.keyboard.type(name, { delay: 20 })
  await expect(current).toContainText(name)
  await maria.keyboard.press('Enter')
  await expect(maria).toHaveURL(/focus=/)
  await maria.keyboard.press(']')
  await expect(maria).toHaveURL(/hops=2/)
  await maria.keyboard.press('[')
  await expect(maria).toHaveURL(/hops=1/)
  await expect(details(maria)).toContainText(name)
  await maria.keyboard.press('Escape')
  await expect(maria).not.toHaveURL(/focus=/)
})

test('what is stale, missing or restricted is said, and nothing is silently left out', async ({ browser }) => {
  const priya = await world.as(browser, 'priya.nair')
  await open(priya)
  await expect(priya.getByText(/Restricted, needs Full|restricted/i).first()).toBeVisible()
  const findings = priya.getByRole('region', { name: /Findings/ }).first()
  await expect(findings).toBeVisible()
  await priya.goto(new URL('/topology?kind=cluster', priya.url()).href)
  await expect(priya.getByText(/hidden/i).first()).toBeVisible()
})

test('without the name server the ConfigMap answers', async ({ browser }) => {
  const noor = await world.as(browser, 'noor.haddad')
  await world.fault('dns', 'silent')
  await open(noor)
  await expect(outline(noor)).toContainText('ccs-mgmt')
  await world.fault('dns', 'none')
})
