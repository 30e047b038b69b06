import { existsSync } from 'node:fs'
import { browser } from './browser.ts'
import { add, finish, run, vitest } from './suite.ts'

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

await check('lock', process.execPath, ['tools/lock-fix.mjs', '--check'])
await check('types', 'sh', ['-c', 'next typegen >/dev/null && tsc --noEmit && tsc --noEmit -p lib'])
await check('lint', 'oxlint', FOLDERS)
await check('format', 'oxfmt', ['--check', ...FOLDERS])
await check('floors', 'depcruise', [...FOLDERS.filter((folder) => folder !== 'tools'), '--config', '.dependency-cruiser.cjs'])
await check('floors-tested', process.execPath, ['tools/forbidden-imports.ts'])
if (wanted('vitest')) await vitest('vitest')
if ((await check('build', process.execPath, ['tools/build.ts'])) && wanted('browser')) await browser('browser')

finish()
