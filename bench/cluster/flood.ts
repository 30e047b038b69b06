import { setTimeout as pause } from 'node:timers/promises'
import type { Page } from '@playwright/test'
import { launchBrowser, openTab, rowsOn } from '../harness/browser.ts'
import { counted, type Figure, type Measurement, type Settings } from '../harness/figure.ts'
import { startPackPortal } from '../harness/portal-world.ts'
import { GROUP } from '../ref/packs.ts'

/** An open page under 5,000 changes a second (L4). `npm run bench -- cluster flood --minutes 10` takes the whole time. */
export const measurement: Measurement = { name: 'flood', run: benchFlood }

const OBJECTS = 5_000
const PER_SECOND = 5_000
const MINUTES = 1
/** Of ten minutes the first is for warming up (goals.md); of fewer no less than this. */
const WARM_MS_MIN = 20_000
const RIGHT_MS_MAX = 20_000

async function benchFlood({ minutes = MINUTES }: Settings): Promise<readonly Figure[]> {
  const { portal, api, cookieOf, stop } = await startPackPortal(OBJECTS)
  const browser = await launchBrowser()
  try {
    const page = await openTab(browser, `${portal.url}/resources/${GROUP}/Pack`, await cookieOf('james.okafor'))
    await page.getByText('pack-000000').first().waitFor()
    await api.flow(PER_SECOND)
    const all = minutes * 60_000
    const warm = Math.max(all / 10, Math.min(WARM_MS_MIN, all / 2))
    await pause(warm)
    const early = await heapOf(page)
    await pause(all - warm)
    const late = await heapOf(page)
    await api.flow(0)
    const { changes } = await api.counters()
    const right = await untilRight(page, api.url)
    const length = `${minutes} min, ${changes} changes; heap ${mb(early)} MB after ${Math.round(warm / 1_000)} s, ${mb(late)} MB at the end`
    return [
      counted('L4-heap', '≤ 1.1 × when warm', late / early, { atMost: 1.1 }, length),
      counted(
        'L4-state',
        'right within 1,000 ms of the end',
        right,
        { atMost: 1_000 },
        'milliseconds until all 50 rows say what the API server says',
      ),
    ]
  } finally {
    await browser.close()
    await stop()
  }
}

async function heapOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page)
  for (let time = 0; time < 2; time += 1) await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  await session.detach()
  return usedSize
}

type Page50 = {
  readonly items: readonly {
    readonly metadata: { readonly name: string }
    readonly status: { readonly conditions: readonly { readonly type: string; readonly status: string }[] }
  }[]
}

async function untilRight(page: Page, api: string): Promise<number> {
  const from = performance.now()
  for (;;) {
    const wrong = await differences(page, api)
    const took = performance.now() - from
    if (wrong === 0) return took
    if (took > RIGHT_MS_MAX) throw new Error(`${wrong} rows are wrong ${RIGHT_MS_MAX / 1_000} s after the last change`)
    await pause(20)
  }
}

/** How many rows on the page say something else than the API server. */
async function differences(page: Page, api: string): Promise<number> {
  const shown = await rowsOn(page)
  const answer = await fetch(`${api}/apis/${GROUP}/v1/packs?limit=50`)
  const { items } = (await answer.json()) as Page50 // safe: the reference's own answer
  return items.filter(({ metadata, status }) => {
    const ready = status.conditions.find(({ type }) => type === 'Ready')?.status
    return (shown[metadata.name] === 'Good') !== (ready === 'True')
  }).length
}

const mb = (bytes: number): string => (bytes / 1e6).toFixed(1)
