import { gzipSync } from 'node:zlib'
import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page, test } from '@playwright/test'
import { useWorld } from './world.ts'

const world = useWorld({ portalEnv: async () => ({ VORTEX_SPECIMEN: '1' }) })

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

/** The address of a page that PATHS names in words: the first of its list. */
async function pathOf(page: Page, each: string): Promise<string> {
  const { origin } = new URL(page.url())
  const first = async (list: string, prefix: string): Promise<string> => {
    await page.goto(origin + list)
    return (await page.locator(`main a[href^="${prefix}"]`).first().getAttribute('href')) ?? list
  }
  if (each === 'a request') return first('/approvals', '/approvals/')
  if (each === 'a delivery') return first('/deliveries', '/deliveries/')
  if (each === 'a profile') return first('/profiles', '/profiles/payments/')
  if (each === 'an object') return `/objects/ccs-mgmt/core.ontai.dev/DomainPolicy/ont-system/${world.named('pgw-production')}`
  return each
}

/** 1.6 times what a page of Next.js that says hello needs, gzipped (goals.md W3). Graph, editor and menus come when they are wanted. */
const SCRIPT_BUDGET = 216_000

test('no page needs more JavaScript than its budget before anybody does anything', async ({ browser }) => {
  const page = await world.as(browser, 'maria.santos')
  const { origin } = new URL(page.url())
  const sizes = new Map<string, number>()
  for (const each of PATHS.filter((path) => path !== '/specimen')) {
    const html = await (await page.request.get(origin + (await pathOf(page, each)))).text()
    const scripts = new Set([...html.matchAll(/<script[^>]* src="([^"?]+\.js)[^"]*"(?![^>]*nomodule)/gi)].map(([, src = '']) => src))
    expect(scripts.size, each).toBeGreaterThan(3)
    let sum = 0
    for (const src of scripts) {
      const size = sizes.get(src) ?? gzipSync(await (await page.request.get(origin + src)).body()).length
      sizes.set(src, size)
      sum += size
    }
    expect.soft(sum, each).toBeLessThanOrEqual(SCRIPT_BUDGET)
  }
})

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
    for (const each of PATHS) {
      await page.goto(origin + (await pathOf(page, each)))
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
