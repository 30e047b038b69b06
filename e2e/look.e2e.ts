import { AxeBuilder } from '@axe-core/playwright'
import { expect, test } from '@playwright/test'
import { useWorld } from './world.ts'

const world = useWorld({ env: async () => ({ VORTEX_SPECIMEN: '1' }) })

const PATHS = [
  '/approvals',
  '/approvals?view=decided',
  'a request',
  '/deliveries',
  'a delivery',
  '/topology',
  '/profiles',
  '/profiles/new',
  'a profile',
  '/resources',
  '/resources/core.ontai.dev/DomainRelationship',
  '/resources/core/ConfigMap?label=none',
  '/history',
  'an object',
  '/ledger',
  '/policy',
  '/notifications',
  '/specimen',
  '/nowhere',
]

const SCREENS = [
  { theme: 'light', width: 1440 },
  { theme: 'dark', width: 1440 },
  { theme: 'light', width: 400 },
  { theme: 'dark', width: 400 },
] as const

for (const { theme, width } of SCREENS)
  test(`every page in ${theme} at ${width} px has no axe finding, does not scroll sideways and logs no error`, async ({ browser }) => {
    test.setTimeout(300_000)
    const page = await world.as(browser, 'maria.santos')
    await page.setViewportSize({ width, height: 900 })
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    const errors: string[] = []
    page.on('pageerror', (error) => errors.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error' && !/status of 404/.test(message.text())) errors.push(message.text())
    })
    const origin = new URL(page.url()).origin
    const first = async (list: string, prefix: string): Promise<string> => {
      await page.goto(origin + list)
      return (await page.locator(`main a[href^="${prefix}"]`).first().getAttribute('href')) ?? list
    }
    for (const each of PATHS) {
      const path =
        each === 'a request'
          ? await first('/approvals', '/approvals/')
          : each === 'a delivery'
            ? await first('/deliveries', '/deliveries/')
            : each === 'a profile'
              ? await first('/profiles', '/profiles/payments/')
              : each === 'an object'
                ? `/objects/ccs-mgmt/core.ontai.dev/DomainPolicy/ont-system/${world.named('pgw-production')}`
                : each
      await page.goto(origin + path)
      await page.waitForTimeout(500)
      const { violations } = await new AxeBuilder({ page }).analyze()
      expect.soft(violations.map(({ id, nodes }) => `${each}: ${id} ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)).toEqual([])
      const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      expect.soft(sideways, `${each} scrolls sideways`).toBeLessThanOrEqual(0)
    }
    expect(errors).toEqual([])
  })

test('the signed-out are sent to sign in and come back to where they wanted to go', async ({ browser }) => {
  const page = await (await browser.newContext()).newPage()
  await page.goto(`${world.info().portal.url}/ledger`)
  await page.getByRole('button', { name: 'noor.haddad' }).click()
  await expect(page).toHaveURL(/\/ledger$/)
})

test('signing out ends the session here and at the provider', async ({ browser }) => {
  const noor = await world.as(browser, 'noor.haddad')
  await noor.getByRole('button', { name: /noor\.haddad/ }).click()
  await noor.getByText('Sign out').click()
  await expect(
    noor
      .getByRole('button', { name: 'maria.santos' })
      .or(noor.getByText(/signed out/i))
      .first(),
  ).toBeVisible()
  expect((await noor.request.get(`${world.info().portal.url}/api/approvals`)).status()).toBe(401)
})
