import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import type { Browser, Page } from '@playwright/test'
import { launchBrowser, openTab, rowsInPage } from '../harness/browser.ts'
import { counted, type Figure, type Measurement } from '../harness/figure.ts'
import { type PackPortal, startPackPortal, startPortalOn } from '../harness/portal-world.ts'
import { type PackApi, startApi } from '../harness/replay.ts'
import { startRealPacks } from '../harness/real-packs.ts'
import { interval, quantile } from '../harness/statistics.ts'
import { nameOf } from '../ref/packs.ts'

/** From a change at the API server to the DOM of a real browser, idle and at 50 changes a second, beside a bare relay page (L1). */
export const measurement: Measurement = { name: 'latency', run: benchLatency }

const OBJECTS = 1_000
const PAGE = '/resources/bench.example.org/Pack'
const READER = 'james.okafor'
const CHANGES = 15
/** A fixed schedule: a change counts from when it was due. */
const APART_MS = 500
const SEEN_MS_MAX = 15_000

async function benchLatency(): Promise<readonly Figure[]> {
  const quick = await latenciesOn(await startPackPortal(OBJECTS))
  const real = await startRealPacks(OBJECTS)
  if (real === undefined) return quick
  const slow = await latenciesOn(await startPortalOn(real))
  return [...quick, ...slow.map((figure) => ({ ...figure, id: `${figure.id}-real`, note: `${figure.note}; a kube-apiserver` }))]
}

/** What tells of changes, and makes them. */
type Changing = Pick<PackApi, 'url' | 'kubeconfig' | 'flow'> & { readonly change: (at: number) => Promise<unknown> }

async function latenciesOn({
  portal,
  api,
  cookieOf,
  stop,
}: Omit<PackPortal, 'api'> & { readonly api: Changing }): Promise<readonly Figure[]> {
  const relay = await startApi('relay-page.ts', [api.url])
  const browser = await launchBrowser()
  try {
    const cookie = await cookieOf(READER)
    const ours = () => latencies(browser, api, { url: portal.url + PAGE, cookie })
    const theirs = () => latencies(browser, api, { url: relay.url })
    const figures: Figure[] = []
    for (const [load, perSecond] of [
      ['idle', 0],
      ['at 50/s', 50],
    ] as const) {
      await api.flow(perSecond)
      const [a, b, c, d] = [await ours(), await theirs(), await theirs(), await ours()]
      figures.push(...ratiosOf(load, [...a, ...d], [...b, ...c]))
    }
    await api.flow(0)
    return [...figures, await kubectlBeside(api)]
  } finally {
    await browser.close()
    await relay.stop()
    await stop()
  }
}

function ratiosOf(load: string, ours: readonly number[], theirs: readonly number[]): readonly Figure[] {
  const at = (values: readonly number[], q: number): string => quantile(values, q).toFixed(0)
  const said = (q: number): string => `${at(ours, q)} ms beside ${at(theirs, q)} ms, ${ours.length} changes`
  const id = load === 'idle' ? 'idle' : 'loaded'
  const ratio = (q: number) => quantile(ours, q) / quantile(theirs, q)
  const { low, high } = interval(ours.map((each) => each / quantile(theirs, 0.5)))
  return [
    {
      id: `L1-${id}-p50`,
      goal: `≤ 1.5 × a bare relay page, ${load}`,
      value: ratio(0.5),
      low,
      high,
      met: ratio(0.5) <= 1.5,
      note: said(0.5),
    },
    counted(`L1-${id}-p99`, `≤ 1.5 × a bare relay page, ${load}`, ratio(0.99), { atMost: 1.5 }, said(0.99)),
    counted(
      `L1-${id}-ms`,
      `p50 ≤ 30 ms from the API server, ${load}`,
      quantile(ours, 0.5),
      { atMost: 30 },
      'milliseconds from when the change was due',
    ),
  ]
}

/** Milliseconds from each change until its row says so. */
async function latencies(
  browser: Browser,
  api: Changing,
  at: { readonly url: string; readonly cookie?: string },
): Promise<readonly number[]> {
  const page = await openTab(browser, at.url, at.cookie)
  await page.getByText(nameOf(0)).first().waitFor()
  await pause(1_500) // the stream is open by then, and the first refresh after it is over
  await page.evaluate(RECORD)
  const due: { readonly row: number; readonly at: number }[] = []
  const begun = Date.now()
  for (let change = 0; change < CHANGES; change += 1) {
    const row = change % 40
    await pause(begun + change * APART_MS - Date.now())
    due.push({ row, at: begun + change * APART_MS })
    await api.change(row)
  }
  const taken = await seen(page, due)
  await page.context().close()
  return taken
}

type Told = { readonly name: string; readonly at: number }

async function seen(page: Page, due: readonly { readonly row: number; readonly at: number }[]): Promise<readonly number[]> {
  for (const end = Date.now() + SEEN_MS_MAX; ; await pause(200)) {
    const told = (await page.evaluate('window.told')) as readonly Told[] // safe: RECORD makes it
    const first = due.map(({ row, at }) => told.find((each) => each.name === nameOf(row) && each.at >= at)?.at)
    if (first.every((each) => each !== undefined)) return due.map(({ at }, index) => (first[index] ?? at) - at)
    if (Date.now() > end) throw new Error(`${first.filter((each) => each === undefined).length} of ${due.length} changes were never seen`)
  }
}

/** In the page: when the words of each row changed. */
const RECORD = `(() => {
${rowsInPage.toString()}
window.told = []
let before = rowsInPage()
new MutationObserver(() => {
  const now = rowsInPage()
  for (const name in now) if (now[name] !== before[name]) window.told.push({ name, at: Date.now() })
  before = now
}).observe(document.body, { subtree: true, childList: true, characterData: true })
})()`

/** For orientation: \`kubectl get --watch\` on the same changes. */
async function kubectlBeside(api: Changing): Promise<Figure> {
  const args = ['--kubeconfig', api.kubeconfig, 'get', 'packs.bench.example.org', '-A', '--watch-only', '-o', 'name']
  const child = spawn('kubectl', args, { stdio: ['ignore', 'pipe', 'ignore'] })
  const heard: number[] = []
  const failed = new Promise<undefined>((resolve) => child.once('error', () => resolve(undefined)))
  createInterface({ input: child.stdout }).on('line', () => heard.push(Date.now()))
  await Promise.race([failed, pause(2_500)])
  const taken: number[] = []
  for (let change = 0; change < CHANGES && child.pid !== undefined; change += 1) {
    const known = heard.length
    const from = Date.now()
    await api.change(change)
    await pause(200)
    const first = heard[known]
    if (first !== undefined) taken.push(first - from)
  }
  child.kill()
  const note =
    taken.length === 0 ? 'kubectl is not here or says nothing' : `p50 of ${taken.length} changes in milliseconds, for orientation only`
  return counted(
    'L1-kubectl',
    'no bound: kubectl get --watch on the same changes',
    taken.length === 0 ? 0 : quantile(taken, 0.5),
    { atLeast: 0 },
    note,
  )
}
