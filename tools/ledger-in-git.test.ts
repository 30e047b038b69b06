import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createSigner } from '#server/adapter/git/sshsig.ts'
import { drain } from '#server/outbox/drain.ts'
import { openDeliveryWorld } from '#server/testing/delivery-world.ts'

const hasSshKeygen = spawnSync('ssh-keygen', ['-?']).error === undefined
let directory: string
let lines: readonly string[]
const repository = (): string => join(directory, 'repository.git')

const run = (...args: readonly string[]): { readonly code: number | null; readonly said: string } => {
  const env = { ...process.env, VORTEX_DATABASE_URL: `file:${directory}` }
  const { status, stdout } = spawnSync(process.execPath, ['--conditions=react-server', 'tools/ledger-verify.ts', ...args], {
    encoding: 'utf8',
    env,
  })
  return { code: status, said: stdout }
}
const changed = (rows: readonly string[]) => {
  const file = join(directory, 'changed.jsonl')
  writeFileSync(file, rows.map((row) => `${row}\n`).join(''))
  return run('--file', file, '--git', repository())
}

// Two proposals that Vortex signed, an admission and the undoing of it, and a commit by a stranger with trailers that lie.
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'vortex-ledger-git-'))
  const here = await openDeliveryWorld(`file:${directory}`)
  const signer = createSigner(readFileSync(here.keyFile, 'utf8'))
  await here.commitToMain({ 'vortex/allowed_signers': `vortex@vortex.invalid namespaces="git" ${signer.publicLine}\n` })
  const id = await here.seal('rar-kept')
  await drain(here.world)
  await here.askMerge(id)
  await drain(here.world)
  await here.sealUndo('rar-kept')
  await drain(here.world)
  const lie = 'Liar\n\nVortex-Request: none\nVortex-Digest: none\nVortex-Ledger: 999'
  here.git('update-ref', 'refs/heads/liar', here.git('-c', 'user.name=x', '-c', 'user.email=x@y', 'commit-tree', '-m', lie, 'main^{tree}'))
  cpSync(here.bare, repository(), { recursive: true })
  await here.close()
  const file = join(directory, 'export.jsonl')
  run('--export', file)
  lines = readFileSync(file, 'utf8').split('\n').filter(Boolean)
}, 120_000)
afterAll(() => rmSync(directory, { recursive: true, force: true }))

test('every vote and decision is known to the ledger, an undoing too', () => {
  expect(run()).toEqual({ code: 0, said: expect.stringContaining('every vote and decision known') })
})

test.runIf(hasSshKeygen)('the ledger and the signed proposals of the repository agree; what nobody of ours signed says nothing', () => {
  const { code, said } = run('--git', repository())
  expect(said).toMatch(/, 3 signed proposals in Git agree[.]$/m)
  expect(code).toBe(0)
})

test.runIf(hasSshKeygen)('an end that was cut off is found, though every hash that is left is right', () => {
  const at = lines.findIndex((line) => line.includes('undo.approved'))
  expect(changed(lines.slice(0, at)).said).toMatch(
    /^Git does not agree: commit [0-9a-f]{12} says that entry \d+ sealed request .* ends before it[.]$/m,
  )
})
