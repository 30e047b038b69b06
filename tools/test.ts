import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { add, finish, reports, run, vitest } from './suite.ts'

// Everything that can run on this machine, in the order in which failures are cheapest. Ends with "N passed, N failed, N skipped".

const only = process.argv.slice(2)

const wanted = (name: string): boolean => only.length === 0 || only.includes(name)

async function check(name: string, command: string, args: readonly string[]): Promise<boolean> {
  if (!wanted(name)) return true
  process.stdout.write(`\n── ${name}\n`)
  const good = (await run(command, args)) === 0
  add(name, { passed: good ? 1 : 0, failed: good ? 0 : 1, skipped: 0 })
  return good
}

const FOLDERS = ['app', 'components', 'lib', 'server', 'operator', 'sandbox', 'e2e', 'bench', 'tools'].filter((folder) =>
  existsSync(folder),
)

/** The system's Chromium, else Playwright's own where its download works. */
async function chromium(): Promise<boolean> {
  if (['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].some((path) => existsSync(path))) return true
  return (await run('playwright', ['install', 'chromium'])) === 0
}

type PlaywrightReport = { stats: { expected: number; unexpected: number; flaky: number; skipped: number } }

async function browser(): Promise<void> {
  if (!wanted('browser')) return
  process.stdout.write('\n── browser\n')
  if (!(await chromium())) {
    process.stdout.write('browser: skipped, no Chromium on this machine and its download does not work here\n')
    return add('browser', { passed: 0, failed: 0, skipped: 1 })
  }
  const file = join(reports, 'playwright.json')
  const code = await run('playwright', ['test', '--reporter=list,json'], { PLAYWRIGHT_JSON_OUTPUT_NAME: file })
  if (!existsSync(file)) return add('browser', { passed: 0, failed: 1, skipped: 0 })
  const { stats } = JSON.parse(readFileSync(file, 'utf8')) as PlaywrightReport // safe: Playwright wrote it one line above
  if (stats.flaky > 0) process.stdout.write(`browser: ${stats.flaky} passed only at the second try\n`)
  const failed = stats.unexpected || (code === 0 ? 0 : 1)
  add('browser', { passed: stats.expected + stats.flaky, failed, skipped: stats.skipped })
}

await check('lock', process.execPath, ['tools/lock-fix.mjs', '--check'])
await check('types', 'sh', ['-c', 'next typegen >/dev/null && tsc --noEmit && tsc --noEmit -p lib'])
await check('lint', 'oxlint', FOLDERS)
await check('format', 'oxfmt', ['--check', ...FOLDERS])
await check('floors', 'depcruise', [...FOLDERS.filter((folder) => folder !== 'tools'), '--config', '.dependency-cruiser.cjs'])
await check('floors-tested', process.execPath, ['tools/forbidden-imports.ts'])
if (wanted('vitest')) await vitest('vitest')
if (await check('build', process.execPath, ['tools/build.ts'])) await browser()

finish()
