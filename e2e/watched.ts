import { expect, type Page } from '@playwright/test'

/** What somebody who looks at the page all the time would have seen go wrong. */
export type Watched = {
  readonly page: Page
  /** How often the event stream was opened. */
  readonly streams: () => number
  readonly stayedWhole: () => Promise<void>
}

/** Words of the portal for an answer that did not come, and of the browser's own error page. */
const TROUBLE = 'did not answer|may have arrived|broke|is away|not recorded|unavailable|ERR_'

/** Watches everything that is drawn from now on, also what is gone a moment later. Call it before the page of interest is opened. */
export async function watched(page: Page): Promise<Watched> {
  const faults: string[] = []
  let streams = 0
  page.on('pageerror', (error) => faults.push(`page error: ${error.message}`))
  page.on('request', (request) => void (request.url().includes('/api/stream') && (streams += 1)))
  page.on('response', (response) => {
    if (response.status() >= 500 && !response.url().includes('/api/stream')) faults.push(`${response.status()} of ${response.url()}`)
  })
  page.on('requestfailed', (request) => {
    // A read that the page itself gave up, because it asks again, is no fault.
    const why = request.failure()?.errorText ?? ''
    if (!request.url().includes('/api/stream') && why !== 'net::ERR_ABORTED') faults.push(`${why} of ${request.method()} ${request.url()}`)
  })
  await page.addInitScript((words) => {
    const seen: string[] = []
    Object.assign(window, { seenTrouble: seen })
    const trouble = new RegExp(words)
    const look = (): void => {
      for (const element of document.querySelectorAll('[role=alert], [role=status], [aria-live], [data-tone=danger]')) {
        const text = element.textContent.trim()
        const isTrouble = (element.getAttribute('role') === 'alert' && text !== '') || trouble.test(text)
        if (isTrouble && !seen.includes(text)) seen.push(text)
      }
    }
    new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true })
  }, TROUBLE)
  return {
    page,
    streams: () => streams,
    stayedWhole: async () => {
      expect(faults, `${page.url()} heard of no error`).toEqual([])
      const seen = await page.evaluate(() => ('seenTrouble' in window ? window.seenTrouble : 'nobody watched'))
      expect(seen, `${page.url()} showed no error`).toEqual([])
    },
  }
}
