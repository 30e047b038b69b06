import { expect, type Page, test } from '@playwright/test'
import { approveButton, openRequest } from './decide.ts'
import { useWorld } from './world.ts'

const world = useWorld()
const SHOTS = process.env['VORTEX_SHOTS']

const bell = (page: Page) => page.getByRole('banner').getByRole('link', { name: /Notifications/ })
const told = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name })

test('a blocking question closes approving for everybody until it is answered and resolved, and who asked is told', async ({ browser }) => {
  const name = world.named('rar-cs-observes-pgw')
  const maria = await world.as(browser, 'maria.santos')
  const lena = await world.as(browser, 'lena.fischer')
  await openRequest(lena, name)
  await expect(approveButton(lena)).not.toHaveAttribute('aria-disabled', 'true')

  await openRequest(maria, name)
  const talk = maria.locator('#discussion')
  await talk.getByRole('button', { name: 'Ask or remark' }).click()
  await talk.getByLabel('Question or remark').fill('Which of the two notices does it read?')
  await talk.getByLabel('Nobody approves until this is resolved').check()
  await talk.getByRole('button', { name: 'Send' }).click()
  await expect(talk.getByText('Which of the two notices does it read?').filter({ visible: true })).toBeVisible()
  await expect(approveButton(maria)).toHaveAttribute('aria-disabled', 'true')
  await expect(approveButton(lena), 'without a reload').toHaveAttribute('aria-disabled', 'true')
  await expect(lena.locator('#decide')).toContainText(
    'approving waits until the discussion that maria.santos opened on request is resolved',
  )

  const answering = lena.locator('#discussion')
  await answering.getByRole('button', { name: 'Answer' }).click()
  await answering.getByLabel('Your answer').fill('Settlement notices only.')
  await answering.getByRole('button', { name: 'Answer' }).click()
  await expect(talk.getByText('Settlement notices only.').filter({ visible: true })).toBeVisible()

  await bell(maria).click()
  await expect(maria.getByRole('heading', { level: 1, name: 'Notifications' })).toBeVisible()
  await expect(told(maria, name)).toContainText('lena.fischer answered on request.')
  await told(maria, name).getByRole('link').click()
  await expect(maria.getByRole('heading', { level: 1, name })).toBeVisible()
  await talk.getByRole('button', { name: 'Resolve' }).click()
  await expect(approveButton(lena)).not.toHaveAttribute('aria-disabled', 'true')
  await expect(approveButton(maria)).not.toHaveAttribute('aria-disabled', 'true')
})

test('notifications: one per turn, counted on every page until they are read', async ({ browser }) => {
  const lena = await world.as(browser, 'lena.fischer')
  await expect(bell(lena)).toHaveText(/[1-9]\d* not read/)
  await lena.keyboard.press('g')
  await lena.keyboard.press('n')
  await expect(lena.getByRole('heading', { level: 1, name: 'Notifications' })).toBeVisible()
  const name = world.named('rar-cs-observes-pgw')
  await expect(told(lena, name)).toHaveCount(1)
  await expect(told(lena, name)).toContainText('Your turn')
  await look(lena)
  await lena.getByRole('button', { name: 'Mark all as read' }).click()
  await expect(lena.getByText('All read')).toBeVisible()
  await expect(bell(lena)).not.toHaveText(/not read/)
})

/** Pictures for the one who changes the page. */
async function look(page: Page): Promise<void> {
  if (SHOTS === undefined) return
  for (const colorScheme of ['light', 'dark'] as const)
    for (const width of [1440, 400]) {
      await page.setViewportSize({ width, height: 900 })
      await page.emulateMedia({ colorScheme })
      await page.screenshot({ path: `${SHOTS}/notifications-${colorScheme}-${width}.png` })
    }
  await page.setViewportSize({ width: 1440, height: 900 })
}
