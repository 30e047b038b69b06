import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

// Everything that can run on this machine, in the order in which failures are cheapest. Ends with "N passed, N failed, N skipped".

type Counts = { passed: number; failed: number; skipped: number }
const total: Counts = { passed: 0, failed: 0, skipped: 0 }
const failures: string[] = []
/** What failed, in its own words, said again at the very end: a log is read from there, and often cut before. */
const words: string[] = []
const reports = mkdtempSync(join(tmpdir(), 'vortex-test-'))
const only = process.argv.slice(2)

const run = (command: string, args: readonly string[], env: Record<string, string> = {}): Promise<number> =>
  new Promise((resolve) => {
    const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, ...env } })
    child.on('error', () => resolve(127))
    child.on('exit', (code) => resolve(code ?? 1))
  })

const add = (name: string, counts: Counts): void => {
  total.passed += counts.passed
  total.failed += counts.failed
  total.skipped += counts.skipped
  if (counts.failed > 0) failures.push(name)
}

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

type VitestReport = {
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  numTodoTests: number
  numFailedTestSuites: number
  testResults: {
    name: string
    message: string
    assertionResults: { status: string; fullName: string; failureMessages: string[] }[]
  }[]
}

const FIRST_LINES = 15
const ours = (line: string): boolean => !line.includes('/node_modules/') && !line.includes('new Promise (')
const heard = (where: string, messages: readonly string[]): string =>
  [where, ...messages.flatMap((message) => message.split('\n').filter(ours).slice(0, FIRST_LINES))].join('\n')

/** Names every test that failed, and every one that passed only at its second try, with the first lines of what it said. */
function sayAgain({ testResults }: VitestReport): void {
  for (const { name, message, assertionResults } of testResults) {
    const troubled = assertionResults.filter(({ failureMessages }) => failureMessages.length > 0)
    if (message !== '' && troubled.length === 0) words.push(heard(name, [message]))
    for (const { status, fullName, failureMessages } of troubled)
      words.push(heard(`${status === 'passed' ? 'passed only at the second try' : status}: ${name}: ${fullName}`, failureMessages))
  }
}

async function vitest(): Promise<void> {
  if (!wanted('vitest')) return
  process.stdout.write('\n── vitest\n')
  const file = join(reports, 'vitest.json')
  const code = await run('vitest', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`])
  if (!existsSync(file)) return add('vitest', { passed: 0, failed: 1, skipped: 0 })
  const report = JSON.parse(readFileSync(file, 'utf8')) as VitestReport // safe: Vitest wrote it one line above
  sayAgain(report)
  const failed = report.numFailedTests || (code === 0 ? 0 : 1)
  add('vitest', { passed: report.numPassedTests, failed, skipped: report.numPendingTests + report.numTodoTests })
}

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
await vitest()
if (await check('build', process.execPath, ['tools/build.ts'])) await browser()

rmSync(reports, { recursive: true, force: true })
for (const each of words) process.stdout.write(`\n${each}\n`)
if (failures.length > 0) process.stdout.write(`\nfailed: ${failures.join(', ')}\n`)
process.stdout.write(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`)
process.exit(total.failed > 0 ? 1 : 0)
