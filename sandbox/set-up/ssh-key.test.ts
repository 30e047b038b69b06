import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { allowedSigner, createSshKey } from './ssh-key.ts'

const hasKeygen = spawnSync('ssh-keygen', ['-?']).error === undefined

test.skipIf(!hasKeygen)('ssh-keygen reads the key, and signs what the allowed signers verify', () => {
  const dir = mkdtempSync(join(tmpdir(), 'key-'))
  const path = join(dir, 'key')
  const key = createSshKey('portal')
  writeFileSync(path, key.privateText, { mode: 0o600 })
  expect(execFileSync('ssh-keygen', ['-y', '-f', path], { encoding: 'utf8' }).trim()).toBe(key.publicLine)
  writeFileSync(join(dir, 'signers'), allowedSigner('portal@example.test', key))
  const signature = execFileSync('ssh-keygen', ['-Y', 'sign', '-f', path, '-n', 'git', '-'], {
    input: 'text',
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  writeFileSync(join(dir, 'sig'), signature)
  const verify = ['-Y', 'verify', '-f', join(dir, 'signers'), '-I', 'portal@example.test', '-n', 'git', '-s', join(dir, 'sig')]
  expect(execFileSync('ssh-keygen', verify, { input: 'text', encoding: 'utf8' })).toContain('Good "git" signature')
  rmSync(dir, { recursive: true })
})
