import { execFileSync, spawn } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { AppError } from '#lib/error.ts'
import { createGit, type GitSettings } from './create-git.ts'
import { createSigner, signerOf } from './sshsig.ts'

const dir = mkdtempSync(join(tmpdir(), 'vortex-git-'))
const bare = join(dir, 'repository.git')
const opensshKey = join(dir, 'openssh')
const pkcs8Key = join(dir, 'pkcs8')
const env = {
  NODE_ENV: 'test' as const,
  PATH: '/usr/bin:/bin',
  HOME: dir,
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  LC_ALL: 'C',
}
const git = (args: readonly string[], input = ''): string =>
  execFileSync('git', [...args], { cwd: bare, env, input, stdio: 'pipe' }).toString()
const hasSshKeygen = ['/usr/bin/ssh-keygen', '/usr/local/bin/ssh-keygen'].some((path) => existsSync(path))
const at = new Date('2026-05-01T10:00:00.500Z')
const author = { name: 'Maria <Santos>', email: 'maria@fintech.example' }
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
let http: Server
let address: string
let closed = false
let states = 0

const settings = (more: Partial<GitSettings> = {}): GitSettings => ({
  url: `file://${bare}`,
  branch: 'main',
  signingKey: pkcs8Key,
  name: 'Vortex',
  email: 'vortex@vortex.invalid',
  directory: join(dir, `state-${states++}`),
  deadline: 8_000,
  ...more,
})

const file = (path: string, text: string) => ({ path, bytes: bytes(text) })

beforeAll(async () => {
  mkdirSync(bare)
  git(['init', '--quiet', '--bare', '--initial-branch=main'])
  git(['config', 'http.receivepack', 'true'])
  const story = [
    'commit refs/heads/main',
    'author Ada Ünal <ada@x> 1767605400 +0100',
    'committer Ada Ünal <ada@x> 1767605400 +0100',
    'data 35',
    'Begin\n\nWhy.\n\nVortex-Request: r-1\nK',
    'M 100644 inline a/b "c".yaml'.replace('a/b "c".yaml', '"a/b \\"c\\".yaml"'),
    'data 5',
    'x: 1\n',
    'M 100644 inline keep/two.yaml',
    'data 5',
    'y: 2\n',
    'done\n',
  ]
  git(['fast-import', '--quiet', '--done'], story.join('\n'))
  writeFileSync(pkcs8Key, generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }))
  if (hasSshKeygen) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', opensshKey])
  const backend = join(git(['--exec-path']).trim(), 'git-http-backend')
  http = createServer((request, response) => {
    const password = Buffer.from(request.headers.authorization?.split(' ')[1] ?? '', 'base64').toString()
    if (password !== 'vortex:s3cret-token') return void response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end()
    if (closed) return
    const url = new URL(request.url ?? '/', 'http://x')
    const child = spawn(backend, [], {
      env: {
        ...env,
        GIT_PROJECT_ROOT: dir,
        GIT_HTTP_EXPORT_ALL: '1',
        PATH_INFO: url.pathname,
        QUERY_STRING: url.search.slice(1),
        REQUEST_METHOD: request.method ?? 'GET',
        CONTENT_TYPE: request.headers['content-type'] ?? '',
        ...(request.headers['git-protocol'] && { GIT_PROTOCOL: String(request.headers['git-protocol']) }),
        ...(request.headers['content-length'] && { CONTENT_LENGTH: request.headers['content-length'] }),
        REMOTE_USER: 'vortex',
      },
    })
    request.pipe(child.stdin)
    const parts: Buffer[] = []
    child.stdout.on('data', (part: Buffer) => parts.push(part))
    child.on('close', () => {
      const all = Buffer.concat(parts)
      const cut = all.indexOf('\r\n\r\n')
      const heads = all.subarray(0, cut).toString().split('\r\n')
      for (const head of heads) {
        const [name = '', value = ''] = head.split(': ')
        if (name === 'Status') response.statusCode = Number.parseInt(value, 10)
        else response.setHeader(name, value)
      }
      response.end(all.subarray(cut + 4))
    })
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const where = http.address()
  address = typeof where === 'object' && where !== null ? `http://127.0.0.1:${where.port}/repository.git` : ''
})

afterAll(() => {
  http.closeAllConnections()
  http.close()
  rmSync(dir, { recursive: true, force: true })
})

test('it reads branches, files and history as people wrote them', async () => {
  const repository = createGit(settings())
  expect(repository.age().state).toBe('down')
  const head = await repository.head()
  expect(repository.age().state).toBe('fresh')
  expect((await repository.list(head, 'a')).map(({ path }) => path)).toEqual(['a/b "c".yaml'])
  expect(new TextDecoder().decode(await repository.read(head, 'a/b "c".yaml'))).toBe('x: 1\n')
  expect(await repository.read(head, 'a/none')).toBeUndefined()
  expect(await repository.resolve('nothing')).toBeUndefined()
  const [first] = await repository.log({ limit: 5, path: 'keep' })
  expect(first).toMatchObject({
    commit: head,
    parents: [],
    author: { name: 'Ada Ünal', email: 'ada@x', at: '2026-01-05T09:30:00.000Z' },
    subject: 'Begin',
    paths: [
      { path: 'a/b "c".yaml', status: 'A' },
      { path: 'keep/two.yaml', status: 'A' },
    ],
  })
})

test('the same input gives the same signed commit, and only the given files differ', async () => {
  const repository = createGit(settings())
  const base = await repository.head()
  const input = {
    base,
    files: [file('new/ü.yaml', 'z: 3\n'), { path: 'keep/two.yaml', bytes: undefined }],
    message: 'Admit it\n\nVortex-Digest: sha256:00\nApproved-by: Maria <m@x>\n',
    author,
    at,
  }
  const commit = await repository.commit(input)
  expect(await createGit(settings()).commit(input)).toBe(commit)
  expect(await repository.signature(commit)).toBe('vortex')
  expect(await repository.signature(base)).toBe('none')
  const [made] = await repository.log({ ref: commit, limit: 1 })
  expect(made).toMatchObject({
    author: { name: 'Maria Santos', at: '2026-05-01T10:00:00.000Z' },
    trailers: [
      { key: 'Vortex-Digest', value: 'sha256:00' },
      { key: 'Approved-by', value: 'Maria <m@x>' },
    ],
    paths: [
      { path: 'keep/two.yaml', status: 'D' },
      { path: 'new/ü.yaml', status: 'A' },
    ],
  })
  expect(await repository.diff(base, commit)).toContain('+z: 3')
  await expect(repository.commit({ ...input, files: [file('../x', '')] })).rejects.toThrow(/not a path/)
})

test.runIf(hasSshKeygen)('git itself verifies the signature, with keys of both forms', async () => {
  for (const key of [opensshKey, pkcs8Key]) {
    const own = settings({ signingKey: key })
    const repository = createGit(own)
    const commit = await repository.commit({ base: await repository.head(), files: [file('s', 's')], message: 'Sign ü', author, at })
    const allowed = join(dir, 'allowed')
    writeFileSync(allowed, `vortex@vortex.invalid namespaces="git" ${createSigner(readFileSync(key, 'utf8')).publicLine}\n`)
    const mirror = join(own.directory, 'git', readdirSync(join(own.directory, 'git')).find((name) => name.endsWith('.git')) ?? '')
    const verify = ['-c', 'gpg.format=ssh', '-c', `gpg.ssh.allowedSignersFile=${allowed}`, 'verify-commit', '--raw', commit]
    expect(() => execFileSync('git', verify, { cwd: mirror, env, stdio: 'pipe' })).not.toThrow()
  }
})

test('a signature over other bytes does not hold', () => {
  const signer = createSigner(readFileSync(pkcs8Key, 'utf8'))
  const armored = signer.sign(bytes('one'))
  expect(Buffer.from(signerOf(bytes('one'), armored) ?? '')).toEqual(Buffer.from(signer.publicKey))
  expect(signerOf(bytes('two'), armored)).toBeUndefined()
  expect(signerOf(bytes('one'), 'nonsense')).toBeUndefined()
  expect(() => createSigner('nonsense')).toThrow(AppError)
})

test('a branch is created once; the same commit again is fine, another one is a conflict', async () => {
  const repository = createGit(settings({ url: address, token: 's3cret-token' }))
  const base = await repository.head()
  const one = await repository.commit({ base, files: [file('n', '1')], message: 'One', author, at })
  const two = await repository.commit({ base, files: [file('n', '2')], message: 'Two', author, at })
  await repository.createBranch('vortex/x-12345678', one)
  await repository.createBranch('vortex/x-12345678', one)
  expect(git(['rev-parse', 'vortex/x-12345678']).trim()).toBe(one)
  await expect(repository.createBranch('vortex/x-12345678', two)).rejects.toMatchObject({ code: 'conflict' })
  await expect(repository.createBranch('bad..name', two)).rejects.toMatchObject({ code: 'invalid' })
})

test('main moves only from where it was seen, and never backwards', async () => {
  const repository = createGit(settings({ url: address.replace('://', '://vortex:s3cret-token@') }))
  expect(repository.url).toBe(address)
  const base = await repository.head()
  const step = async (from: string, text: string) => repository.commit({ base: from, files: [file('m', text)], message: text, author, at })
  const [one, other] = [await step(base, '1'), await step(base, '2')]
  await repository.advanceMain(one, base)
  await repository.advanceMain(one, base)
  expect(await repository.head()).toBe(one)
  await expect(repository.advanceMain(other, base)).rejects.toMatchObject({ code: 'conflict', message: /has moved/ })
  await expect(repository.advanceMain(other, one)).rejects.toMatchObject({ code: 'conflict', message: /never rewritten/ })
  const merge = await repository.commit({ base: one, files: [], message: 'Merge', author, at, parents: [one, other] })
  await repository.advanceMain(merge, one)
  expect(await repository.isAncestor(other, merge)).toBe(true)
  expect(await repository.isAncestor(merge, other)).toBe(false)
  const later = await step(merge, '3')
  await repository.advanceMain(later, merge)
  expect((await repository.carriedBy(other))?.commit).toBe(merge)
  expect((await repository.carriedBy(one))?.commit).toBe(one)
  expect(await repository.carriedBy(await step(base, '4'))).toBeUndefined()
})

test('a refused push says what the repository said', async () => {
  const hook = join(bare, 'hooks', 'pre-receive')
  writeFileSync(hook, '#!/bin/sh\necho "no pushes today" >&2\nexit 1\n', { mode: 0o755 })
  try {
    const repository = createGit(settings({ url: address, token: 's3cret-token' }))
    const commit = await repository.commit({ base: await repository.head(), files: [file('h', '1')], message: 'H', author, at })
    await expect(repository.createBranch('vortex/hook', commit)).rejects.toMatchObject({
      code: 'conflict',
      message: /pre-receive hook declined/,
    })
  } finally {
    rmSync(hook)
  }
})

test('a wrong token, a missing repository, a missing branch and silence are told apart, without the token', async () => {
  const wrong = await createGit(settings({ url: address, token: 'wr0ng' }))
    .head()
    .catch((error: unknown) => error)
  expect(wrong).toMatchObject({ code: 'unavailable', message: /refused Vortex's credentials/ })
  expect(JSON.stringify([wrong, wrong instanceof Error ? wrong.cause : ''])).not.toContain('wr0ng')
  await expect(createGit(settings({ url: `file://${dir}/none.git` })).head()).rejects.toMatchObject({ code: 'not_found' })
  await expect(createGit(settings({ branch: 'trunk' })).head()).rejects.toMatchObject({ code: 'not_found', message: /no branch trunk/ })
  await expect(createGit(settings({ url: 'http://127.0.0.1:1/x.git' })).head()).rejects.toMatchObject({ code: 'unavailable' })
  const silent = createGit(settings({ url: address, token: 's3cret-token', deadline: 1_500 }))
  const head = await silent.head()
  closed = true
  await expect(silent.fetch()).rejects.toMatchObject({ code: 'unavailable', message: /did not answer in time/ })
  closed = false
  expect(silent.age()).toMatchObject({ state: 'stale' })
  expect(await silent.head()).toBe(head)
})

test('a mirror that is broken or of a replaced repository is fetched again', async () => {
  const own = settings()
  const repository = createGit(own)
  const head = await repository.head()
  const mirror = join(own.directory, 'git', readdirSync(join(own.directory, 'git'))[0] ?? '')
  rmSync(join(mirror, 'objects'), { recursive: true })
  mkdirSync(join(mirror, 'objects'))
  await repository.fetch()
  expect(new TextDecoder().decode(await repository.read(head, 'keep/two.yaml'))).toBe('y: 2\n')
  rmSync(join(mirror, 'HEAD'))
  expect(await createGit(own).head()).toBe(head)
})

test('many at once over one mirror stand in no one’s way', async () => {
  const own = settings({ url: address, token: 's3cret-token' })
  const many = Array.from({ length: 6 }, () => createGit(own))
  await Promise.all(many.flatMap((one) => [one.fetch(), one.head()]))
  const nth = (n: number) => many[n] ?? createGit(own)
  const base = await createGit(own).head()
  const commits = await Promise.all(many.map((one, n) => one.commit({ base, files: [file(`p/${n}`, 'x')], message: `P${n}`, author, at })))
  await Promise.all(commits.map((commit, n) => nth(n).createBranch(`vortex/p${n}`, commit)))
  const raced = await Promise.allSettled(commits.map((commit, n) => nth(n).advanceMain(commit, base)))
  expect(raced.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect(existsSync(join(own.directory, 'git', `${readdirSync(join(own.directory, 'git'))[0] ?? ''}.lock`))).toBe(false)
})

test('a process whose clock is ahead leaves the mirror to whoever holds it', async () => {
  const own = settings()
  const repository = createGit(own)
  await repository.fetch()
  const lock = join(own.directory, 'git', `${readdirSync(join(own.directory, 'git')).find((name) => name.endsWith('.git')) ?? ''}.lock`)
  const holder = 'another-host 1 2'
  writeFileSync(lock, holder)
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 300_000 })
  try {
    const fetched = repository.fetch()
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(readFileSync(lock, 'utf8')).toBe(holder)
    rmSync(lock)
    await fetched
  } finally {
    vi.useRealTimers()
  }
})
