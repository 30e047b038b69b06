import type { Page } from '@playwright/test'
import { parse } from 'yaml'

/** The files of a proposal as the page draws them, folds opened: path to the text after the decision, placeholders included. */
export async function shownFiles(page: Page): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>()
  for (const section of await page.locator('#proposal section[aria-label^="Changes in "]').all()) {
    const folds = section.getByRole('button', { name: /unchanged lines/ })
    while ((await folds.count()) > 0) await folds.first().click()
    const path = ((await section.getAttribute('aria-label')) ?? '').replace('Changes in ', '')
    const lines = await section.locator('.diff-line:not([data-kind="del"]) .diff-text').allTextContents()
    files.set(path, `${lines.join('\n')}\n`)
  }
  return files
}

const PLACEHOLDER = /<decision\.(\w+)>/

/** What each placeholder became, if `sealed` is `shown` with its placeholders filled and otherwise the same bytes; undefined when it is not. */
export function filledIn(shown: string, sealed: string): Readonly<Record<string, unknown>> | undefined {
  const pattern = shown
    .split(/(<decision\.\w+>)/)
    .map((part) => (PLACEHOLDER.test(part) ? '[\\s\\S]+?' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')))
    .join('')
  if (!new RegExp(`^${pattern}$`).test(sealed)) return undefined
  const filled: Record<string, unknown> = {}
  return walk(parse(shown), parse(sealed), filled) ? filled : undefined
}

/** Both documents in step: the same everywhere, except where the first has a placeholder. */
function walk(shown: unknown, sealed: unknown, filled: Record<string, unknown>): boolean {
  const name = typeof shown === 'string' ? PLACEHOLDER.exec(shown)?.[1] : undefined
  if (name !== undefined) {
    filled[name] = sealed
    return true
  }
  if (typeof shown !== 'object' || shown === null) return shown === sealed
  if (typeof sealed !== 'object' || sealed === null) return false
  const [left, right] = [Object.entries(shown), Object.entries(sealed)]
  return left.length === right.length && left.every(([key, value], at) => right[at]?.[0] === key && walk(value, right[at]?.[1], filled))
}
