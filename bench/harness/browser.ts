import { type Browser, chromium, type Page } from '@playwright/test'
import { systemChromium } from '../../tools/chromium.ts'

const system = systemChromium()
const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-sync']

/** The browser of the walks; its own Chromium where the machine has none. */
export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({ ...(system !== undefined && { executablePath: system }), args: ARGS })

/** A tab of its own session, signed in where a cookie is given (`name=value`); `url` says for which server. */
export async function emptyTab(browser: Browser, url: string, cookie?: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce', timezoneId: 'UTC' })
  const [name = '', ...value] = (cookie ?? '').split('=')
  if (cookie !== undefined) await context.addCookies([{ name, value: value.join('='), url: new URL(url).origin }])
  const page = await context.newPage()
  page.setDefaultTimeout(60_000)
  return page
}

export async function openTab(browser: Browser, url: string, cookie?: string): Promise<Page> {
  const page = await emptyTab(browser, url, cookie)
  await page.goto(url)
  return page
}

/** What the rows of packs on a page say now: name to `Good`, or to the word that it is not. */
export const rowsOn = (page: Page): Promise<Readonly<Record<string, string>>> => page.evaluate(rowsInPage)

/** Runs in the page. */
export function rowsInPage(): Record<string, string> {
  const rows = [...document.querySelectorAll('tr')].flatMap((row) => {
    const name = /pack-\d{6}/.exec(row.textContent)?.[0]
    const word = /Good|Bad|Warning|Unknown/.exec(row.textContent)?.[0]
    return name === undefined || word === undefined ? [] : [[name, word] as const]
  })
  return Object.fromEntries(rows)
}
