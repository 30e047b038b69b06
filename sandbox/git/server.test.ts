import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createRepository, filesOf, headOf, readBlobs } from './repository.ts'
import { runGit } from './run-git.ts'
import { type GitServer, startGitServer } from './server.ts'

const dir = mkdtempSync(join(tmpdir(), 'git-'))
const repository = join(dir, 'repository.git')
const first = new Date('2026-01-05T09:30:00Z')
const second = new Date('2026-02-01T10:00:00Z')
let server: GitServer

beforeAll(async () => {
  const author = { name: 'Ada Ünal', email: 'ada@example.test', at: first }
  await createRepository(repository, [
    { author, message: 'Begin', write: { 'clusters/one/a.yaml': 'a: 1\n', 'clusters/one/b "b".yaml': 'ü: 2\n', 'notes.md': 'n\n' } },
    {
      author: { ...author, at: second },
      message: 'Go on\n\nWith a body.',
      write: { 'clusters/one/a.yaml': 'a: 2\n' },
      remove: ['notes.md'],
    },
  ])
  const tokens = [
    { token: 'may-push', login: 'vortex', mayPush: true },
    { token: 'may-read', login: 'reader', mayPush: false },
  ]
  server = await startGitServer({ repository, tokens })
})
afterAll(async () => {
  await server.close()
  rmSync(dir, { recursive: true })
})

const address = (token: string): string => server.url.replace('http://', `http://any:${token}@`)

async function clone(name: string, token: string): Promise<string> {
  const to = join(dir, name)
  mkdirSync(to)
  await runGit(to, ['clone', '--quiet', address(token), '.'])
  await runGit(to, ['config', 'user.name', 'T'])
  await runGit(to, ['config', 'user.email', 't@example.test'])
  return to
}

test('the history carries its past dates, authors and removals', async () => {
  const text = (await runGit(repository, ['log', '--format=%an|%aI|%cI|%s', 'main'])).toString('utf8').trim().split('\n')
  expect(text).toEqual([
    'Ada Ünal|2026-02-01T10:00:00+00:00|2026-02-01T10:00:00+00:00|Go on',
    'Ada Ünal|2026-01-05T09:30:00+00:00|2026-01-05T09:30:00+00:00|Begin',
  ])
  const files = await filesOf(repository, (await headOf(repository)) ?? '', 'clusters/one')
  expect(files.map((file) => file.path)).toEqual(['clusters/one/a.yaml', 'clusters/one/b "b".yaml'])
  const texts = await readBlobs(
    repository,
    files.map((file) => file.blob),
  )
  expect([...texts.values()]).toEqual(['a: 2\n', 'ü: 2\n'])
})

test('a token clones and pushes, and the server keeps main fast-forward only', async () => {
  const work = await clone('writer', 'may-push')
  expect(readFileSync(join(work, 'clusters/one/a.yaml'), 'utf8')).toBe('a: 2\n')
  writeFileSync(join(work, 'new.txt'), 'x'.repeat(200_000))
  await runGit(work, ['add', '.'])
  await runGit(work, ['commit', '--quiet', '-m', 'Add'])
  await runGit(work, ['push', '--quiet', 'origin', 'HEAD:main'])
  expect(await headOf(repository)).toBe((await runGit(work, ['rev-parse', 'HEAD'])).toString('utf8').trim())
  await runGit(work, ['reset', '--quiet', '--hard', 'HEAD~1'])
  await runGit(work, ['commit', '--quiet', '--allow-empty', '-m', 'Other'])
  await expect(runGit(work, ['push', '--force', 'origin', 'HEAD:main'])).rejects.toThrow(/non-fast-forward/)
  await runGit(work, ['push', '--quiet', 'origin', 'HEAD:refs/heads/topic'])
  await runGit(work, ['push', '--quiet', 'origin', ':refs/heads/topic'])
})

test('a wrong token sees nothing, a reading token pushes nothing', async () => {
  await expect(clone('stranger', 'wrong')).rejects.toThrow(/Authentication failed|could not read/)
  const work = await clone('reader', 'may-read')
  await runGit(work, ['commit', '--quiet', '--allow-empty', '-m', 'Try'])
  await expect(runGit(work, ['push', 'origin', 'HEAD:main'])).rejects.toThrow(/403/)
})

test('while pushes are closed reading goes on', async () => {
  server.setFault('reject-push')
  const work = await clone('closed', 'may-push')
  await expect(runGit(work, ['push', 'origin', 'HEAD:refs/heads/late'])).rejects.toThrow(/403/)
  server.setFault('none')
  await runGit(work, ['push', '--quiet', 'origin', 'HEAD:refs/heads/late'])
})
