import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { isBuilt, sourceDigest } from '#sandbox/demo/portal-build.ts'
import { compare } from '../harness/compare.ts'
import { startDemoWorld } from '../harness/demo-world.ts'
import { counted, type Figure, type Measurement } from '../harness/figure.ts'
import { cpuSeconds, serve } from '../harness/served.ts'
import { sessionOf } from '../harness/session.ts'
import { median } from '../harness/statistics.ts'
import { buildHelloPage, HELLO_TEXT } from '../ref/hello-page.ts'

/** Serving the request page beside the Next hello page: CPU of the server's process, time to the first byte, bytes. */
export const measurement: Measurement = { name: 'request-page', run: benchRequestPage }

const ROOT = join(import.meta.dirname, '../..')
const REQUEST = 'rar-cs-observes-pgw'
const READER = 'maria.santos'
/** Of a page that is whole: the reader's own choice, and the last section. An error page has neither. */
const REQUEST_TEXTS = [REQUEST, 'Approve', 'Discussion', '</html>']
/** Requests in one slice, so that each takes some half a second of CPU: /proc counts in hundredths. */
const IN_SLICE = { request: 25, hello: 250 }
const WARM_SLICES = 8

type Page = {
  readonly url: string
  readonly pid: number
  readonly headers: Readonly<Record<string, string>>
  /** What the answer has to hold. */
  readonly texts: readonly string[]
  /** Requests in one slice. */
  readonly times: number
}

async function benchRequestPage(): Promise<readonly Figure[]> {
  if (!isBuilt(ROOT, sourceDigest(ROOT))) throw new Error('The portal is not built from these sources: npm run build.')
  const opened: (() => Promise<void>)[] = []
  try {
    const world = await startDemoWorld()
    opened.push(world.stop)
    // A web replica as docs/operations.md runs several: the worker is another process.
    const portal = await serve(ROOT, '/api/health/ready', { ...world.env, VORTEX_WORKER: 'off' })
    opened.push(portal.stop)
    const hello = await serve(buildHelloPage(), '/')
    opened.push(hello.stop)
    const headers = { cookie: await sessionOf(READER, world.env) }
    const path = `/approvals/${await idOf(portal.url, headers)}`
    return await beside(
      { url: portal.url + path, pid: portal.pid, headers, texts: REQUEST_TEXTS, times: IN_SLICE.request },
      { url: hello.url, pid: hello.pid, headers: {}, texts: [HELLO_TEXT], times: IN_SLICE.hello },
    )
  } finally {
    for (const close of opened.reverse()) await close()
  }
}

async function beside(request: Page, hello: Page): Promise<readonly Figure[]> {
  for (const page of [request, hello]) for (let warm = 0; warm < WARM_SLICES; warm += 1) await slice(page)
  const both = async (cost: keyof Slice, id: string, goal: string, atMost: number): Promise<Figure> => {
    const costs: { readonly ours: number[]; readonly theirs: number[] } = { ours: [], theirs: [] }
    const taken = async (page: Page, into: number[]): Promise<number> => {
      const value = (await slice(page))[cost]
      into.push(value)
      return value
    }
    const figure = await compare({
      id,
      goal,
      as: 'cost',
      bound: { atMost },
      subject: () => taken(request, costs.ours),
      reference: () => taken(hello, costs.theirs),
    })
    const [ours, theirs] = [median(costs.ours), median(costs.theirs)].map((ms) => ms.toFixed(1))
    return { ...figure, note: `per request ${ours} ms beside ${theirs} ms; ${figure.note}` }
  }
  const [ours, theirs] = [gzipSync(await answerOf(request)).length, gzipSync(await answerOf(hello)).length]
  return [
    await both('cpuMs', 'request-page-cpu', '≤ 20 × the Next hello page (our own bound)', 20),
    await both('firstByteMs', 'request-page-ttfb', '≤ 1.5 × the Next hello page (W4, here without its slow network)', 1.5),
    counted(
      'request-page-bytes',
      '≤ 40 kB of HTML gzipped (our own bound)',
      ours,
      { atMost: 40_000 },
      `beside ${theirs} bytes of the hello page`,
    ),
  ]
}

/** Both per request: user and system time of the server's process, and the median time to the first byte. */
type Slice = { readonly cpuMs: number; readonly firstByteMs: number }

async function slice(page: Page): Promise<Slice> {
  const firstBytes: number[] = []
  const before = cpuSeconds(page.pid)
  for (let at = 0; at < page.times; at += 1) await answerOf(page, firstBytes)
  return { cpuMs: ((cpuSeconds(page.pid) - before) * 1_000) / page.times, firstByteMs: median(firstBytes) }
}

/** The whole answer, checked; the time to its first byte is added to `firstBytes`. */
async function answerOf({ url, headers, texts }: Page, firstBytes: number[] = []): Promise<string> {
  const start = performance.now()
  const answer = await fetch(url, { headers, redirect: 'manual' })
  firstBytes.push(performance.now() - start)
  const html = await answer.text()
  const missing = texts.find((text) => !html.includes(text))
  if (answer.status !== 200 || missing !== undefined) throw new Error(`${url} answered ${answer.status} without “${missing ?? ''}”`)
  return html
}

async function idOf(url: string, headers: Readonly<Record<string, string>>): Promise<string> {
  const answer = await fetch(`${url}/api/approvals?view=yours&q=${REQUEST}`, { headers })
  const { rows } = (await answer.json()) as { readonly rows: readonly { readonly id: string; readonly name: string }[] } // safe: the route's own answer
  const found = rows.find(({ name }) => name === REQUEST)
  if (found === undefined) throw new Error(`${REQUEST} does not wait for ${READER}`)
  return found.id
}
