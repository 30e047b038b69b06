import { expect, test } from '@playwright/test'
import { copyOf } from './requests.ts'
import { useWorld } from './world.ts'

const world = useWorld()

const OPEN = Number(process.env['VORTEX_INBOX_OPEN'] ?? 60)
const SHOTS = process.env['VORTEX_SHOTS']

type Queue = { readonly counts: { readonly yours: number; readonly others: number }; readonly matching: number }

test('many open requests: counted exactly, on pages, filtered by the server, and the first is the most urgent', async ({ browser }) => {
  test.setTimeout(600_000)
  const maria = await world.as(browser, 'maria.santos')
  const made = await copyOf(world, 'rar-many', 'rar-cs-observes-pgw')
  const create = async (at: number): Promise<void> => {
    const object = { ...made, metadata: { name: `rar-many-${String(at).padStart(4, '0')}`, namespace: 'seam-system' } }
    expect((await world.kube('admin', 'POST', world.rarPath(), object)).status).toBe(201)
  }
  for (let at = 0; at < OPEN; at += 10) await Promise.all(Array.from({ length: 10 }, (_, each) => create(at + each)))
  const queue = async (query: string): Promise<Queue> =>
    (await (await maria.request.get(new URL(`/api/approvals?${query}`, maria.url()).href)).json()) as Queue // safe: lib/approval/view.ts Queue
  await expect.poll(async () => (await queue('view=yours&q=rar-many')).matching, { timeout: 300_000 }).toBe(OPEN)

  await maria.goto(new URL('/approvals', maria.url()).href)
  const { yours } = (await queue('view=yours')).counts
  await expect(maria.getByRole('link', { name: `Your turn ${yours}` })).toBeVisible()
  await expect(maria.getByText(`50 of ${yours} requests on this page.`).filter({ visible: true })).toBeVisible()
  const rows = maria.locator('table.data-table tbody tr')
  await expect(rows).toHaveCount(50)
  const first = await rows.first().innerText()
  await maria.getByRole('link', { name: 'Next page' }).click()
  await expect(maria).toHaveURL(/after=/)
  await expect(maria.getByRole('link', { name: 'First page' })).toBeVisible()
  await expect.poll(async () => rows.first().innerText()).not.toBe(first)
  await maria.reload()
  await expect(maria.getByRole('link', { name: 'First page' })).toBeVisible()

  await maria.goto(new URL('/approvals', maria.url()).href)
  await maria.getByLabel('Filter the requests').fill('rar-many-0007')
  await expect(maria).toHaveURL(/q=rar-many-0007/)
  await expect(rows).toHaveCount(1)
  await expect(maria.getByLabel('Filter the requests')).toBeFocused()
  await maria.getByLabel('Filter the requests').fill('')
  await expect(maria).not.toHaveURL(/q=/)
  await maria.getByLabel('Risk').selectOption('Low')
  await expect(maria).toHaveURL(/risk=Low/)
  await maria.getByLabel('Risk').selectOption('')
  await expect(rows).toHaveCount(50)

  if (SHOTS === undefined) return
  for (const [scheme, width] of [
    ['light', 1440],
    ['dark', 1440],
    ['light', 400],
    ['dark', 400],
  ] as const) {
    await maria.setViewportSize({ width, height: 900 })
    await maria.emulateMedia({ colorScheme: scheme })
    await maria.goto(new URL('/approvals', maria.url()).href)
    await maria.screenshot({ path: `${SHOTS}/inbox-${scheme}-${width}.png` })
    await maria.mouse.wheel(0, 100_000)
    await maria.screenshot({ path: `${SHOTS}/inbox-${scheme}-${width}-end.png` })
  }
  const started = Date.now()
  for (let at = 0; at < 5; at += 1) await queue('view=yours')
  // oxlint-disable-next-line no-console -- figures for the one who looks at the pictures
  console.log(`list of ${OPEN}: ${(Date.now() - started) / 5} ms`)
})
