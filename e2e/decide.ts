import { expect, type Locator, type Page } from '@playwright/test'

export const REASON = {
  checked: 'Both policies, the produced relationship file and the history of both parties.',
  acceptable: 'It only reads settlement notices and both parties run in production under the same controls.',
  undo: 'Revert the merge commit and file a request to remove the relationship.',
}
export type Reason = Readonly<typeof REASON>

const BOXES = { checked: 'What I checked', acceptable: 'Why it is acceptable', undo: 'How to undo' } as const
const PARTS = ['checked', 'acceptable', 'undo'] as const

type Tab = 'Your turn' | 'Waiting on others' | 'Decided'
const VIEW = { 'Your turn': 'yours', 'Waiting on others': 'others', Decided: 'decided' } as const satisfies Record<Tab, string>

/** The id of a request as a tab of the inbox lists it, asked at the address that the inbox asks; undefined when it is not there. */
export async function listedAs(page: Page, name: string, tab: Tab): Promise<string | undefined> {
  const answer = await page.request.get(new URL(`/api/approvals?view=${VIEW[tab]}&q=${encodeURIComponent(name)}`, page.url()).href)
  const { rows } = (await answer.json()) as { rows: { id: string; name: string }[] } // safe: lib/approval/view.ts Queue
  return rows.find((row) => row.name === name)?.id
}

/** Opens a request from its tab of the inbox. */
export async function openRequest(page: Page, name: string, tab: Tab = 'Your turn'): Promise<void> {
  await page.goto(new URL('/approvals', page.url()).href)
  const choice = page.getByRole('link', { name: new RegExp(`^${tab}`) })
  await choice.click()
  // Loading the page again before the tab is the address would load the other one.
  await expect(choice).toHaveAttribute('aria-current')
  await expect.poll(() => listedAs(page, name, tab), { message: `${name} stands under ${tab}` }).toBeDefined()
  const row = page.locator(`a[href="/approvals/${await listedAs(page, name, tab)}"]`).first()
  if (!(await row.isVisible())) await page.reload()
  await row.click()
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible()
}

/** The box of one part of the reason. */
export const box = (page: Page, part: keyof Reason): Locator => page.getByLabel(BOXES[part])

/** Fills the three parts of the reason. */
export async function giveReason(page: Page, reason: Reason = REASON): Promise<void> {
  for (const part of PARTS) await box(page, part).fill(reason[part])
}

export const approveButton = (page: Page): Locator => page.getByRole('button', { name: /^Approve/ })
export const denyButton = (page: Page): Locator => page.getByRole('button', { name: /^Deny/ })

/** Votes and waits until the page says that it is recorded. */
export async function decide(page: Page, verdict: 'approve' | 'deny', reason: Reason = REASON): Promise<void> {
  await giveReason(page, reason)
  await (verdict === 'approve' ? approveButton(page) : denyButton(page)).click()
  await expect(page.getByText(verdict === 'approve' ? 'Your approval is recorded.' : 'Your denial is recorded.').first()).toBeVisible()
}

/** Keeps live changes from this page and nothing else: what it shows is what it loaded, as if each was still on its way. */
export const deafen = async (page: Page): Promise<void> => {
  await page.route(/\/api\/stream/, (route, request) => route.continue({ url: request.url().replace(/\?.*/, '') }))
}

/** Changes the next vote on its way to the server, past every check of the page. */
export async function tamper(page: Page, change: (body: string) => string): Promise<void> {
  await page.route(
    /\/approvals\/[0-9a-f-]+$/,
    (route, request) => (request.method() === 'POST' ? route.continue({ postData: change(request.postData() ?? '') }) : route.fallback()),
    { times: 1 },
  )
}

/** Everything under Votes on the page of a request. */
export const votes = (page: Page): Locator => page.locator('#votes')
