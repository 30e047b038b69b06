import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

// What the runners of tests share: starting a command, counting, and ending with "N passed, N failed, N skipped".

export type Counts = { passed: number; failed: number; skipped: number }
const total: Counts = { passed: 0, failed: 0, skipped: 0 }
const failures: string[] = []
/** What failed, in its own words, said again at the very end: a log is read from there, and often cut before. */
const words: string[] = []
/** Where the commands write what they counted. */
export const reports = mkdtempSync(join(tmpdir(), 'vortex-test-'))

export const run = (command: string, args: readonly string[], env: Record<string, string> = {}): Promise<number> =>
  new Promise((resolve) => {
    const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, ...env } })
    child.on('error', () => resolve(127))
    child.on('exit', (code) => resolve(code ?? 1))
  })

export const add = (name: string, counts: Counts): void => {
  total.passed += counts.passed
  total.failed += counts.failed
  total.skipped += counts.skipped
  if (counts.failed > 0) failures.push(name)
}

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

/** Runs Vitest over the given folders (all tests without any) and counts under `name`. */
export async function vitest(name: string, folders: readonly string[] = [], env: Record<string, string> = {}): Promise<void> {
  process.stdout.write(`\n── ${name}\n`)
  const file = join(reports, `${name}.json`)
  const code = await run('vitest', ['run', ...folders, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`], env)
  if (!existsSync(file)) return add(name, { passed: 0, failed: 1, skipped: 0 })
  const report = JSON.parse(readFileSync(file, 'utf8')) as VitestReport // safe: Vitest wrote it one line above
  sayAgain(report)
  const failed = report.numFailedTests || (code === 0 ? 0 : 1)
  add(name, { passed: report.numPassedTests, failed, skipped: report.numPendingTests + report.numTodoTests })
}

/** Says what failed, then the line with the counts, and ends the process. */
export function finish(): never {
  rmSync(reports, { recursive: true, force: true })
  for (const each of words) process.stdout.write(`\n${each}\n`)
  if (failures.length > 0) process.stdout.write(`\nfailed: ${failures.join(', ')}\n`)
  process.stdout.write(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`)
  process.exit(total.failed > 0 ? 1 : 0)
}
