import { expect, type Page } from '@playwright/test'

export const REASON = {
  checked: 'Both policies, the produced relationship file and the history of both parties.',
  acceptable: 'It only reads settlement notices and both parties run in production under the same controls.',
  undo: 'Revert the merge commit and file a request to remove the relationship.',
}

/** Opens a request from the inbox by its name. */
export async function openRequest(
  page: Page,
  name: string,
  tab: 'Your turn' | 'Waiting on others' | 'Decided' = 'Your turn',
): Promise<void> {
  await page.goto(new URL('/approvals', page.url()).href)
  await page.getByRole('link', { name: new RegExp(`^${tab}`) }).click()
  await page
    .getByRole('link', { name: new RegExp(name) })
    .first()
    .click()
  await expect(page.getByLabel('What I checked')).toBeVisible()
}

/** Fills the three parts of the reason. */
export async function giveReason(page: Page, reason: Readonly<typeof REASON> = REASON): Promise<void> {
  await page.getByLabel('What I checked').fill(reason.checked)
  await page.getByLabel('Why it is acceptable').fill(reason.acceptable)
  await page.getByLabel('How to undo').fill(reason.undo)
}

export const approveButton = (page: Page) => page.getByRole('button', { name: /^Approve/ })
export const denyButton = (page: Page) => page.getByRole('button', { name: /^Deny/ })
