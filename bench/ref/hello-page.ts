import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')

/** What a browser reads on it. */
export const HELLO_TEXT = '<h1>Hello</h1>'

/** Frozen: the plainest page of the project's own Next version, one heading rendered per request. Builds it and gives its folder. */
export function buildHelloPage(): string {
  const folder = join(ROOT, '.cache/hello-page')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  // In a copy, because `next build` writes its own tsconfig.json and types beside the sources.
  cpSync(join(import.meta.dirname, 'hello-page'), folder, { recursive: true })
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, 'node_modules/next/dist/bin/next'), 'build'], {
    cwd: folder,
    env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`the hello page was not built:\n${stdout}${stderr}`)
  return folder
}
