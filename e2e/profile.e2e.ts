import { expect, test } from '@playwright/test'
import { approveButton, giveReason } from './decide.ts'
import { useWorld } from './world.ts'

const world = useWorld()
const NAME = 'fx-gateway'

test.describe.configure({ mode: 'serial' })

let request = ''

test('an author drafts a profile by name, domain and template, breaks it, mends it and sends it', async ({ browser }) => {
  const priya = await world.as(browser, 'priya.nair')
  await priya.goto(new URL('/profiles/new', priya.url()).href)
  await priya.getByLabel('Name', { exact: true }).fill(NAME)
  await priya.getByLabel('Domain', { exact: true }).selectOption({ label: 'payments.fintech-core.ontai.dev' })
  await priya.getByRole('button', { name: 'Draft', exact: true }).click()
  const editor = priya.getByLabel('Manifests of the profile, YAML')
  await expect(editor).toContainText('kind: AppBoundary')
  // Each curated value is marked as such.
  await expect(priya.getByText(/[1-9]\d* .*curator|curator.* [1-9]/i).first()).toBeVisible()
  const send = priya.getByRole('button', { name: 'Send for approval' })
  await expect(send).not.toHaveAttribute('aria-disabled', 'true')

  await editor.click()
  await priya.keyboard.press('Control+End')
  await priya.keyboard.type('\nspec: [')
  await expect(priya.getByRole('list', { name: 'Problems' })).toContainText(/line \d+/)
  await expect(send).toHaveAttribute('aria-disabled', 'true')
  await expect(async () => {
    await priya.keyboard.press('Control+z')
    await expect(send).not.toHaveAttribute('aria-disabled', 'true', { timeout: 3_000 })
  }).toPass({ timeout: 30_000 })

  await send.click()
  await priya.waitForURL(/\/approvals\/[0-9a-f-]{36}$/)
  request = priya.url()
  // Who wrote it may not decide it, and the page says why before any click.
  await expect(priya.getByText(/nobody who contributed may decide/).first()).toBeVisible()
})

test('the domain approves it, a person merges it, and the profile becomes ready', async ({ browser }) => {
  const maria = await world.as(browser, 'maria.santos')
  await maria.goto(request)
  await giveReason(maria)
  await approveButton(maria).click()
  const james = await world.as(browser, 'james.okafor')
  await james.goto(request.replace('/approvals/', '/deliveries/'))
  await james.getByRole('button', { name: /^Merge/ }).click()
  await expect
    .poll(async () => (await world.object(`/apis/app.ontai.dev/v1alpha1/namespaces/payments/appprofiles/${NAME}`))?.['status'], {
      timeout: 60_000,
    })
    .toMatchObject({ ready: true, currentPhase: 'ProfileCompletion' })
  await james.goto(new URL(`/profiles/payments/${NAME}`, james.url()).href)
  await expect(james.getByText('Ready').first()).toBeVisible()
  const committed = await world.git('ls-tree', '-r', '--name-only', 'main', 'clusters/ccs-mgmt/payments')
  expect(committed.split('\n').filter((path) => path.includes(NAME)).length).toBeGreaterThanOrEqual(8)
})

test('what was typed survives a reload, and a text that is no YAML cannot be sent', async ({ browser }) => {
  const james = await world.as(browser, 'james.okafor')
  await james.goto(new URL('/profiles/new', james.url()).href)
  const editor = james.getByLabel('Manifests of the profile, YAML')
  await editor.click()
  await james.keyboard.type('apiVersion: app.ontai.dev/v1alpha1\nkind: [unclosed')
  await expect(james.getByText('Draft kept')).toBeVisible()
  await expect(james.getByRole('button', { name: 'Send for approval' })).toHaveAttribute('aria-disabled', 'true')
  await james.reload()
  await expect(james.getByLabel('Manifests of the profile, YAML')).toContainText('kind: [unclosed')
})
