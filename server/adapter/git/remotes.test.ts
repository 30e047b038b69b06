import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type GitServer, startGitServer } from '#sandbox/git/server.ts'
import { createGit, type GitSettings } from './create-git.ts'
import type { Git } from './git.ts'

// One contract, every way in: smart HTTP, SSH against a real sshd on loopback, file:// and a plain path.

const dir = mkdtempSync(join(tmpdir(), 'vortex-remotes-'))
const bare = join(dir, 'repository.git')
const env = {
  NODE_ENV: 'test' as const,
  PATH: '/usr/bin:/bin',
  HOME: dir,
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  LC_ALL: 'C',
}
const git = (...args: string[]): string => execFileSync('git', args, { cwd: bare, env, stdio: 'pipe' }).toString().trim()
const SSHD = '/usr/sbin/sshd'
const isRoot = process.getuid?.() === 0
const hasSshd = existsSync(SSHD) && existsSync('/usr/bin/ssh-keygen') && isRoot
const [sshKey, knownHosts, tokenFile] = [join(dir, 'id'), join(dir, 'known_hosts'), join(dir, 'token')]
const file = (path: string, text: string) => ({ path, bytes: new TextEncoder().encode(text) })
const author = { name: 'Maria', email: 'maria@x.example' }
let http: GitServer
let sshd: ChildProcess | undefined
let sshPort = 0
let states = 0

const tokens = ['first-token', 'second-token'].map((token) => ({ token, login: 'vortex', mayPush: true }))

beforeAll(async () => {
  mkdirSync(bare)
  git('init', '-q', '--bare', '--initial-branch=main')
  git('config', 'http.receivepack', 'true')
  writeFileSync(join(dir, 'key'), generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }))
  writeFileSync(tokenFile, 'first-token\n')
  const blob = execFileSync('git', ['hash-object', '-w', '--stdin'], { cwd: bare, env, input: 'a: 1\n' }).toString().trim()
  const tree = execFileSync('git', ['mktree'], { cwd: bare, env, input: `100644 blob ${blob}\ta.yaml\n` })
    .toString()
    .trim()
  git('update-ref', 'refs/heads/main', git('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit-tree', '-m', 'Begin', tree))
  http = await startGitServer({ repository: bare, tokens })
  if (hasSshd) await startSshd()
})
afterAll(async () => {
  sshd?.kill()
  await http.close()
  rmSync(dir, { recursive: true, force: true })
})

async function startSshd(): Promise<void> {
  mkdirSync('/run/sshd', { recursive: true })
  for (const key of ['host', 'other-host', 'id', 'other-id'])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(dir, key)])
  sshPort = await freePort()
  writeFileSync(join(dir, 'authorized'), readFileSync(`${sshKey}.pub`))
  writeFileSync(knownHosts, hostLine('host'))
  const settings = [
    `ListenAddress 127.0.0.1:${sshPort}`,
    `HostKey ${join(dir, 'host')}`,
    `AuthorizedKeysFile ${join(dir, 'authorized')}`,
    `PidFile ${join(dir, 'pid')}`,
    'PasswordAuthentication no',
    'PermitRootLogin prohibit-password',
    'StrictModes no',
    'UsePAM no',
  ]
  writeFileSync(join(dir, 'sshd_config'), `${settings.join('\n')}\n`)
  sshd = spawn(SSHD, ['-D', '-e', '-f', join(dir, 'sshd_config')], { stdio: ['ignore', 'ignore', 'pipe'] })
  const ready = new Promise<void>((resolve) => sshd?.stderr?.on('data', (words: Buffer) => words.includes('listening') && resolve()))
  await Promise.race([ready, pause(5_000)])
}

const hostLine = (key: string): string => `[127.0.0.1]:${sshPort} ${readFileSync(join(dir, `${key}.pub`), 'utf8')}`

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const where = server.address()
      server.close(() => resolve(typeof where === 'object' && where !== null ? where.port : 0))
    })
  })

const open = (settings: Partial<GitSettings>): Git =>
  createGit({
    url: `file://${bare}`,
    branch: 'main',
    signingKey: join(dir, 'key'),
    name: 'Vortex',
    email: 'vortex@vortex.invalid',
    directory: join(dir, `state-${states++}`),
    deadline: 15_000,
    ...settings,
  })

const REMOTES = [
  { way: 'smart HTTP', there: true, settings: () => ({ url: http.url, token: 'first-token' }) },
  { way: 'SSH', there: hasSshd, settings: () => ({ url: `ssh://root@127.0.0.1:${sshPort}${bare}`, sshKey, knownHosts }) },
  { way: 'a file:// address', there: true, settings: () => ({ url: `file://${bare}` }) },
  { way: 'a plain path', there: true, settings: () => ({ url: bare }) },
] as const

describe.each(REMOTES)('over $way', ({ way, there, settings }) => {
  test.skipIf(!there)('a branch is made once, main moves by lease, and everything is read back with its signature', async () => {
    const one = open(settings())
    await one.fetch()
    const main = await one.head()
    expect(main).toBe(git('rev-parse', 'main'))
    const branch = `vortex/${way.replaceAll(/\W+/g, '-')}`
    const input = { base: main, files: [file(`${branch}.yaml`, 'b: 1\n')], message: 'Add\n\nVortex-Request: r', author, at: new Date() }
    const commit = await one.commit(input)
    await one.createBranch(branch, commit)
    await one.createBranch(branch, commit)
    expect(git('rev-parse', branch)).toBe(commit)
    const other = await one.commit({ ...input, message: 'Other' })
    await expect(one.createBranch(branch, other)).rejects.toMatchObject({ code: 'conflict' })
    expect(git('rev-parse', branch)).toBe(commit)
    const late = open(settings())
    await late.fetch()
    await one.advanceMain(commit, main)
    await expect(late.advanceMain(await late.commit({ ...input, message: 'Late' }), main)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(/has moved/),
    })
    await late.fetch()
    expect(await late.head()).toBe(commit)
    expect(await late.signature(commit)).toBe('vortex')
    expect(await late.changes(main, commit)).toEqual([
      { path: `${branch}.yaml`, mode: '100644', blob: git('rev-parse', `${commit}:${branch}.yaml`) },
    ])
    expect(git('fsck', '--strict')).not.toMatch(/error|warning/)
  })
})

test.skipIf(!hasSshd)('over SSH an unknown host, a changed host key and a wrong key are refused in words', async () => {
  const url = `ssh://root@127.0.0.1:${sshPort}${bare}`
  const [empty, changed] = [join(dir, 'empty'), join(dir, 'changed')]
  writeFileSync(empty, '')
  writeFileSync(changed, hostLine('other-host'))
  const hostKey = { code: 'unavailable', message: expect.stringContaining('not the one in known_hosts') }
  await expect(open({ url, sshKey, knownHosts: empty }).fetch()).rejects.toMatchObject(hostKey)
  await expect(open({ url, sshKey, knownHosts: changed }).fetch()).rejects.toMatchObject(hostKey)
  const wrong = open({ url, sshKey: join(dir, 'other-id'), knownHosts })
  await expect(wrong.fetch()).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining("refused Vortex's credentials"),
  })
  expect(readFileSync(empty, 'utf8')).toBe('')
})

test('a token that was rotated in its file heals by itself; no word of it is told', async () => {
  writeFileSync(tokenFile, 'expired-token\n')
  const remote = open({ url: http.url, tokenFile })
  const refused: unknown = await remote.fetch().catch((error: unknown) => error)
  expect(refused).toMatchObject({ code: 'unavailable', message: expect.stringContaining('The platform owner sets them') })
  expect(JSON.stringify([String(refused), (refused as Error).cause])).not.toContain('expired-token')
  writeFileSync(tokenFile, 'second-token\n')
  await remote.fetch()
  expect(remote.age().state).toBe('fresh')
})

/** Objects of the remote that the mirror has to fetch: more than the room that is left. */
async function growRemote(): Promise<void> {
  const blob = execFileSync('git', ['hash-object', '-w', '--stdin'], { cwd: bare, env, input: randomBytes(300_000) })
    .toString()
    .trim()
  git('read-tree', 'main')
  git('update-index', '--add', '--cacheinfo', `100644,${blob},big-${states++}.txt`)
  const tree = git('write-tree')
  git('update-ref', 'refs/heads/main', git('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit-tree', '-m', 'Grow', '-p', 'main', tree))
}

test('a mirror that may grow no further says so and goes on when it may again', async () => {
  const bin = join(dir, 'bin')
  mkdirSync(bin)
  // The limit of the shell is the disk's end for git: writing beyond it fails, and the signal is ignored.
  writeFileSync(join(bin, 'git'), `#!/bin/sh\n[ -e ${bin}/full ] && { trap '' XFSZ; ulimit -f 64; }\nexec /usr/bin/git "$@"\n`, {
    mode: 0o755,
  })
  const remote = open({ environment: { PATH: `${bin}:/usr/bin:/bin` } })
  await remote.fetch()
  const before = await remote.head()
  await growRemote()
  writeFileSync(join(bin, 'full'), '')
  await expect(remote.fetch()).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('no room left') })
  expect(await remote.head()).toBe(before)
  expect(remote.age()).toMatchObject({ state: 'stale', problem: expect.stringContaining('no room left') })
  rmSync(join(bin, 'full'))
  await remote.fetch()
  expect(await remote.head()).toBe(git('rev-parse', 'main'))
})

const mounted = join(dir, 'tmpfs')
const canMount = isRoot && tryMount()
function tryMount(): boolean {
  try {
    mkdirSync(mounted)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=900k', 'tmpfs', mounted], { stdio: 'pipe' })
    return true
  } catch {
    return false
  }
}
afterAll(() => void (canMount && execFileSync('umount', ['-l', mounted])))

test.skipIf(!canMount)('a full disk under the mirror: reading goes on, writing says why, both heal with room', async () => {
  const remote = open({ directory: mounted })
  await remote.fetch()
  const base = await remote.head()
  const filler = join(mounted, 'filler')
  execFileSync('sh', ['-c', `dd if=/dev/zero of=${filler} bs=4k 2>/dev/null || true`])
  const input = { base, files: [file('full.yaml', 'x: 1\n')], message: 'Full', author, at: new Date() }
  await expect(remote.fetch()).rejects.toMatchObject({ code: 'unavailable', message: expect.stringMatching(/room|cannot be written/) })
  await expect(remote.commit(input)).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('Give it room') })
  expect(await remote.read(base, 'a.yaml')).toBeDefined()
  rmSync(filler)
  await remote.fetch()
  await remote.createBranch('vortex/after-full', await remote.commit(input))
})
