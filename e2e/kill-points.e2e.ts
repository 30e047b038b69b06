import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'
import { expect, test } from '@playwright/test'

// A short run of `npm run prove -- kill`: without pages, but here, where the machine does nothing else.

const POINTS = 20

test.skip(!existsSync('/usr/lib/postgresql'), 'kill points: there is no PostgreSQL on this machine')

test(`portal, workers and database killed at ${POINTS} observed points under load: everything stands once, and the ledger is whole`, async () => {
  test.setTimeout(400_000)
  const args = ['--conditions=react-server', 'tools/prove.ts', 'kill', '--points', String(POINTS)]
  const { code, stdout } = await promisify(execFile)(process.execPath, args, { env: { ...process.env, NODE_NO_WARNINGS: '1' } }).then(
    (said) => ({ code: 0, stdout: said.stdout }),
    (error: { code?: number; stdout?: string }) => ({ code: error.code, stdout: error.stdout ?? '' }),
  )
  test.info().annotations.push({ type: 'killed', description: /^kill -9: .*$/m.exec(stdout)?.[0] ?? '' })
  expect(code, stdout).toBe(0)
})
