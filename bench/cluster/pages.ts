import { gzipSync } from 'node:zlib'
import { compare } from '../harness/compare.ts'
import { counted, type Figure, type Measurement } from '../harness/figure.ts'
import { startPackPortal } from '../harness/portal-world.ts'
import { startApi } from '../harness/replay.ts'
import { cpuSeconds, serve } from '../harness/served.ts'
import { buildHelloPage, HELLO_TEXT } from '../ref/hello-page.ts'
import { GROUP, nameOf, namespaceOf } from '../ref/packs.ts'
import { launchBrowser } from '../harness/browser.ts'
import { loadsOf, type Loaded } from '../harness/slow-loads.ts'
import { interval, median } from '../harness/statistics.ts'

/** The table of a kind with 1,000 objects: CPU (W1), bytes (W2), first sight through a slow line on a slow machine (W4). */
export const measurement: Measurement = { name: 'pages', run: benchPages }

const OBJECTS = 1_000
const SHOWN = 50
const LOADS = 5
const PATH = `/resources/${GROUP}/Pack`
const DATA = `/api/resources/objects?group=${GROUP}&kind=Pack`
const SEARCH = '/api/resources/search?q=pack-00001'

type Target = { readonly url: string; readonly pid: number; readonly cookie: string; readonly text: string; readonly times: number }

async function benchPages(): Promise<readonly Figure[]> {
  const { portal, cookieOf, stop } = await startPackPortal(OBJECTS)
  const hello = await serve(buildHelloPage(), '/')
  const cookie = await cookieOf('james.okafor')
  const table = await startApi('bare-json.ts', [await answerOf({ url: portal.url + DATA, cookie, text: nameOf(49) })])
  const bare = await startApi('bare-json.ts', [await answerOf({ url: portal.url + SEARCH, cookie, text: nameOf(10) })])
  try {
    const ours = { pid: portal.pid, cookie }
    return [
      await cpuRatio(
        { id: 'W1-page', goal: '≥ 10 × a plain RSC page of 1,000 rows', atLeast: 10 },
        { ...ours, url: portal.url + PATH, text: nameOf(49), times: 15 },
        { url: `${hello.url}/rows`, pid: hello.pid, cookie: '', text: nameOf(999), times: 15 },
      ),
      await cpuRatio(
        { id: 'W1-data', goal: '≥ 0.8 × a bare JSON route', atLeast: 0.8 },
        { ...ours, url: portal.url + DATA, text: nameOf(49), times: 40 },
        { url: table.url, pid: table.pid, cookie: '', text: nameOf(49), times: 400 },
      ),
      await cpuRatio(
        { id: 'W1-search', goal: '≥ 0.8 × a bare JSON route', atLeast: 0.8 },
        { ...ours, url: portal.url + SEARCH, text: nameOf(10), times: 40 },
        { url: bare.url, pid: bare.pid, cookie: '', text: nameOf(10), times: 400 },
      ),
      ...bytesOf(await answerOf({ url: portal.url + PATH, cookie, text: nameOf(49) })),
      ...(await firstSight({ url: portal.url + PATH, cookie, text: nameOf(0) }, { url: hello.url, cookie: '', text: HELLO_TEXT })),
    ]
  } finally {
    await bare.stop()
    await table.stop()
    await hello.stop()
    await stop()
  }
}

type Asked = Pick<Target, 'url' | 'cookie' | 'text'>

async function answerOf({ url, cookie, text }: Asked): Promise<string> {
  const answer = await fetch(url, { headers: { cookie }, redirect: 'manual' })
  const body = await answer.text()
  if (answer.status !== 200 || !body.includes(text)) throw new Error(`${url} answered ${answer.status} without ${text}`)
  return body
}

/** CPU of the servers' processes per request. */
function cpuRatio(
  { id, goal, atLeast }: { readonly id: string; readonly goal: string; readonly atLeast: number },
  ours: Target,
  theirs: Target,
): Promise<Figure> {
  const costs = { ours: [] as number[], theirs: [] as number[] }
  const slice = async (target: Target, into: number[]): Promise<number> => {
    const before = cpuSeconds(target.pid)
    for (let time = 0; time < target.times; time += 1) await answerOf(target)
    const cost = (cpuSeconds(target.pid) - before) / target.times
    into.push(cost * 1_000)
    return cost
  }
  return compare({
    id,
    goal,
    as: 'speed',
    bound: { atLeast },
    subject: () => slice(ours, costs.ours),
    reference: () => slice(theirs, costs.theirs),
  }).then((figure) => ({
    ...figure,
    note: `CPU per request ${median(costs.ours).toFixed(2)} ms beside ${median(costs.theirs).toFixed(2)} ms; ${figure.note}`,
  }))
}

/** What a reader without scripts sees, and what it weighs beside the same rows as JSON. */
function bytesOf(html: string): readonly Figure[] {
  const readable = html.replaceAll(/<script[^>]*>[\s\S]*?<\/script>/g, '')
  const rows = Array.from({ length: SHOWN }, (_, at) => ({
    name: nameOf(at),
    namespace: namespaceOf(at),
    health: 'ok',
    created: '2026-01-01T00:00:00Z',
  }))
  const there = rows.filter(({ name, namespace }) => readable.includes(`>${name}<`) && readable.includes(`>${namespace}<`)).length
  const [page, bare] = [gzipSync(html).length, gzipSync(JSON.stringify(rows)).length]
  const note = `${page} bytes of the page, with its frame and what its scripts need, beside ${bare} of ${SHOWN} rows as JSON`
  return [
    counted(
      'W1-readable',
      `first ${SHOWN} rows without JavaScript`,
      there,
      { atLeast: SHOWN },
      'rows whose name and namespace stand in the HTML',
    ),
    counted('W2-bytes', '≤ 1.15 × the JSON gzipped', page / bare, { atMost: 1.15 }, note),
  ]
}

async function firstSight(ours: Asked, theirs: Asked): Promise<readonly Figure[]> {
  const browser = await launchBrowser()
  try {
    const pairs: (readonly [ours: Loaded, theirs: Loaded])[] = []
    for (let pair = 0; pair < LOADS; pair += 1) pairs.push([await loadsOf(browser, ours), await loadsOf(browser, theirs)])
    const ratio = (id: string, of: 'lcp' | 'ttfb', atMost: number): Figure => {
      const ratios = pairs.map(([a, b]) => a[of] / b[of])
      const value = median(ratios)
      const ms = (side: 0 | 1): string => median(pairs.map((pair) => pair[side][of])).toFixed(0)
      const note = `${ms(0)} ms beside ${ms(1)} ms, ${LOADS} cold loads, Fast 3G and a fourth of the CPU`
      return { id, goal: `≤ ${atMost} × the hello page`, value, ...interval(ratios), met: value <= atMost, note }
    }
    const shift = Math.max(...pairs.map(([{ cls }]) => cls))
    return [
      ratio('W4-lcp', 'lcp', 1.3),
      ratio('W4-ttfb', 'ttfb', 1.5),
      counted('W4-cls', 'no layout shift', shift, { atMost: 0 }, 'the largest of the loads'),
    ]
  } finally {
    await browser.close()
  }
}
