import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemChromium } from './chromium.ts'
import { add, reports, run } from './suite.ts'

type PlaywrightReport = { stats: { expected: number; unexpected: number; flaky: number; skipped: number } }

/** The system's Chromium, else Playwright's own where its download works. */
async function chromium(): Promise<boolean> {
  if (systemChromium() !== undefined) return true
  return (await run('playwright', ['install', 'chromium'])) === 0
}

/** Runs browser walks (all of them without arguments of Playwright) and counts under `name`. */
export async function browser(name: string, args: readonly string[] = [], env: Record<string, string> = {}): Promise<void> {
  process.stdout.write(`\n── ${name}\n`)
  if (!(await chromium())) {
    process.stdout.write(`${name}: skipped, no Chromium on this machine and its download does not work here\n`)
    return add(name, { passed: 0, failed: 0, skipped: 1 })
  }
  const file = join(reports, `${name}.json`)
  const code = await run('playwright', ['test', '--reporter=list,json', ...args], { ...env, PLAYWRIGHT_JSON_OUTPUT_NAME: file })
  if (!existsSync(file)) return add(name, { passed: 0, failed: 1, skipped: 0 })
  const { stats } = JSON.parse(readFileSync(file, 'utf8')) as PlaywrightReport // safe: Playwright wrote it one line above
  if (stats.flaky > 0) process.stdout.write(`${name}: ${stats.flaky} passed only at the second try\n`)
  const failed = stats.unexpected || (code === 0 ? 0 : 1)
  add(name, { passed: stats.expected + stats.flaky, failed, skipped: stats.skipped })
}
