import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from '@playwright/test'
import { systemChromium } from './chromium.ts'

// Makes docs/screenshots: each page of a fresh demo world, light and dark, wide and narrow. `npm run screenshots [-- name …]`.

const FOLDER = 'docs/screenshots'
const SIZES = [
  { name: '1440', width: 1440, height: 900 },
  { name: '400', width: 400, height: 800 },
] as const
const THEMES = ['light', 'dark'] as const

type Shot = { readonly name: string; readonly path: (page: Page) => Promise<string>; readonly then?: (page: Page) => Promise<void> }

const at = (path: string) => async (): Promise<string> => path
const linkOf =
  (list: string, text: RegExp) =>
  async (page: Page): Promise<string> => {
    await page.goto(list)
    return (await page.getByRole('link', { name: text }).first().getAttribute('href')) ?? list
  }

const SHOTS: readonly Shot[] = [
  { name: 'inbox', path: at('/approvals') },
  { name: 'request', path: linkOf('/approvals?view=yours', /rar-cs-observes-pgw/) },
  { name: 'request-violation', path: linkOf('/approvals?view=yours', /rar-los-governs-cbs/) },
  { name: 'decided', path: at('/approvals?view=decided') },
  { name: 'deliveries', path: at('/deliveries') },
  { name: 'delivery', path: linkOf('/deliveries', /rar-/) },
  { name: 'topology', path: at('/topology') },
  { name: 'resources', path: at('/resources') },
  { name: 'resource-table', path: at('/resources/core.ontai.dev/DomainRelationship') },
  { name: 'profiles', path: at('/profiles') },
  { name: 'profile', path: at('/profiles/payments/pgw-production') },
  { name: 'new-profile', path: at('/profiles/new') },
  { name: 'history', path: at('/history') },
  { name: 'object', path: at('/objects/ccs-mgmt/banking.fintech-core.ontai.dev/CoreBankingService/banking/cbs-production-uk') },
  { name: 'ledger', path: at('/ledger') },
  { name: 'specimen', path: at('/specimen') },
]

const wanted = process.argv.slice(2)
const directory = mkdtempSync(join(tmpdir(), 'vortex-screenshots-'))
const demo = spawn(process.execPath, ['--conditions=react-server', 'sandbox/demo.ts', '--dir', directory], {
  env: { ...process.env, PORT: '0', VORTEX_SPECIMEN: '1' },
  stdio: ['ignore', 'inherit', 'inherit'],
})
try {
  const url = await readyAt(join(directory, 'demo.json'))
  mkdirSync(FOLDER, { recursive: true })
  const system = systemChromium()
  const browser = await chromium.launch({
    ...(system !== undefined && { executablePath: system }),
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  })
  for (const theme of THEMES) for (const size of SIZES) await shoot(browser, url, theme, size)
  await browser.close()
} finally {
  const gone = new Promise((resolve) => demo.once('exit', resolve))
  demo.kill('SIGTERM')
  await gone
  rmSync(directory, { recursive: true, force: true })
}

async function shoot(browser: Browser, url: string, theme: (typeof THEMES)[number], size: (typeof SIZES)[number]): Promise<void> {
  const context = await browser.newContext({
    baseURL: url,
    viewport: size,
    colorScheme: theme,
    locale: 'en-GB',
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  await page.goto('/')
  await page.getByRole('button', { name: 'maria.santos' }).click()
  await page.waitForURL(/approvals/)
  for (const shot of SHOTS) {
    if (wanted.length > 0 && !wanted.includes(shot.name)) continue
    await page.goto(await shot.path(page))
    await page.waitForLoadState('load')
    await shot.then?.(page)
    await page.waitForTimeout(700)
    await page.screenshot({
      path: `${FOLDER}/${shot.name}-${theme}-${size.name}.png`,
      fullPage: shot.name === 'request' || shot.name === 'specimen',
    })
  }
  await context.close()
}

async function readyAt(file: string): Promise<string> {
  const end = Date.now() + 240_000
  for (;;) {
    if (existsSync(file)) {
      const { portal, ready } = JSON.parse(readFileSync(file, 'utf8')) as { portal: { url: string }; ready?: boolean } // safe: the demo wrote it
      if (ready && (await fetch(`${portal.url}/api/health/ready`).catch(() => undefined))?.status === 200) return portal.url
    }
    if (Date.now() > end) throw new Error('the demo world did not become ready')
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}
