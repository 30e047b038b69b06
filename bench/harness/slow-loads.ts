import type { Browser } from '@playwright/test'
import { emptyTab } from './browser.ts'

/** Milliseconds from asking; the sum of layout shifts. */
export type Loaded = { readonly ttfb: number; readonly lcp: number; readonly cls: number }

/** Fast 3G as the tools of Chromium have it. */
const LINE = { offline: false, latency: 562.5, downloadThroughput: (1.6e6 / 8) * 0.9, uploadThroughput: (750e3 / 8) * 0.9 }
const CPU_SLOWER = 4
/** Nothing larger is painted after so long without a request. */
const STILL_MS = 1_000

const MEASURE = `(() => {
  window.seen = { lcp: 0, cls: 0 }
  new PerformanceObserver((list) => { for (const { startTime } of list.getEntries()) window.seen.lcp = startTime })
    .observe({ type: 'largest-contentful-paint', buffered: true })
  new PerformanceObserver((list) => { for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) window.seen.cls += value })
    .observe({ type: 'layout-shift', buffered: true })
})()`

/** One cold load in a session of its own. */
export async function loadsOf(
  browser: Browser,
  { url, cookie, text }: { readonly url: string; readonly cookie: string; readonly text: string },
): Promise<Loaded> {
  const page = await emptyTab(browser, url, cookie === '' ? undefined : cookie)
  const session = await page.context().newCDPSession(page)
  await session.send('Network.enable')
  await session.send('Network.emulateNetworkConditions', LINE)
  await session.send('Emulation.setCPUThrottlingRate', { rate: CPU_SLOWER })
  await page.addInitScript(MEASURE)
  await page.goto(url, { waitUntil: 'load' })
  await page.waitForTimeout(STILL_MS)
  const found = (await page.evaluate(
    `({ ...window.seen, ttfb: performance.getEntriesByType('navigation')[0].responseStart, html: document.documentElement.outerHTML })`,
  )) as Loaded & { readonly html: string } // safe: made in the page as above
  await page.context().close()
  if (!found.html.includes(text) || found.lcp === 0) throw new Error(`${url} was not painted with ${text}`)
  return found
}
