import { type BrowserContext, chromium } from '@playwright/test'
import { setTimeout as pause } from 'node:timers/promises'
import { systemChromium } from '../../chromium.ts'

export type Visitors = { readonly visits: () => number; readonly events: () => number; readonly end: () => Promise<void> }

const PATHS = [
  '/approvals',
  '/deliveries',
  '/topology',
  '/profiles',
  '/history',
  '/resources',
  '/resources/seam.ontai.dev/TalosCluster',
  '/ledger',
  '/policy',
  '/notifications',
]
const LOOK_MS = 8_000
/** A stream is left after this long, and another one opened. */
const STREAM_MS = 45_000
const PEOPLE = ['maria.santos', 'lena.fischer', 'james.okafor']

/** Tabs that go from page to page, and streams that are opened, read and left. */
export async function visitors(url: string, wanted: { readonly tabs: number; readonly streams: number }): Promise<Visitors> {
  const executablePath = systemChromium()
  const browser = await chromium.launch({ ...(executablePath !== undefined && { executablePath }), args: ['--no-sandbox'] })
  const over = new AbortController()
  let visits = 0
  let events = 0
  const contexts = await Promise.all(PEOPLE.map(async (login) => signIn(await browser.newContext(), url, login)))
  const cookies = await Promise.all(
    contexts.map(async (context) => (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')),
  )

  const look = async (at: number): Promise<void> => {
    const page = await contexts[at % contexts.length]?.newPage()
    for (let turn = at; page !== undefined && !over.signal.aborted; turn += 1) {
      const isThere = await page.goto(url + PATHS[turn % PATHS.length]).then(
        (answer) => answer?.status() === 200,
        () => false,
      )
      if (isThere) visits += 1
      await pause(LOOK_MS, undefined, { signal: over.signal }).catch(() => {})
    }
  }
  const listen = async (at: number): Promise<void> => {
    const cookie = cookies[at % cookies.length] ?? ''
    while (!over.signal.aborted) {
      const signal = AbortSignal.any([over.signal, AbortSignal.timeout(STREAM_MS + at * 500)])
      await fetch(`${url}/api/stream?topic=topology&topic=history&topic=approvals&topic=sources`, { headers: { cookie }, signal })
        .then(async ({ body }) => {
          for await (const chunk of body ?? []) events += Buffer.from(chunk).toString('utf8').split('\n\n').length - 1
        })
        .catch(() => {})
      await pause(200)
    }
  }
  const running = [
    ...Array.from({ length: wanted.tabs }, (_, at) => look(at)),
    ...Array.from({ length: wanted.streams }, (_, at) => listen(at)),
  ]
  return {
    visits: () => visits,
    events: () => events,
    end: async () => {
      over.abort()
      await Promise.all(running)
      await browser.close()
    },
  }
}

async function signIn(context: BrowserContext, url: string, login: string): Promise<BrowserContext> {
  const page = await context.newPage()
  await page.goto(url)
  await page.getByRole('button', { name: login }).click()
  await page.waitForURL((at) => at.origin === new URL(url).origin && !at.pathname.startsWith('/signin'))
  await page.close()
  return context
}
