import 'server-only'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '#lib/error.ts'
import type { SourceAge } from '#lib/sourced.ts'
import { writeCommit } from '#server/adapter/git/commit.ts'
import type { Git } from '#server/adapter/git/git.ts'
import { createMirror } from '#server/adapter/git/mirror.ts'
import { advanceMain, createBranch } from '#server/adapter/git/push.ts'
import { blobs, carriedBy, changes, diff, isAncestor, list, log, read, resolve, roots, signature } from '#server/adapter/git/read.ts'
import { remoteOf } from '#server/adapter/git/remote.ts'
import { createRunGit } from '#server/adapter/git/run-git.ts'
import { createSigner, publicKeysOf, type Signer } from '#server/adapter/git/sshsig.ts'

export type GitSettings = {
  /** http(s), ssh or file address, or an absolute path. */
  readonly url: string
  /** Password of HTTP Basic authentication. */
  readonly token?: string | undefined
  /** Path of a file that holds that password; read before every call, so that a new one needs no restart. Wins over `token`. */
  readonly tokenFile?: string | undefined
  readonly branch: string
  /** Path of an Ed25519 private key without passphrase, OpenSSH or PKCS8 PEM. */
  readonly signingKey: string
  /** Path of a list of public keys that this portal signed with before: their signatures stay its own. */
  readonly knownKeys?: string | undefined
  /** Path of the private key for SSH; without one the agent is asked. */
  readonly sshKey?: string | undefined
  /** Path of the known_hosts file; without one it is `ssh/known_hosts` in `directory`. An unknown or changed host key is refused. */
  readonly knownHosts?: string | undefined
  /** The first commit that the repository must have grown from; without one it is the first that delivery saw. */
  readonly root?: string | undefined
  readonly name: string
  readonly email: string
  /** Folder for the mirror; several processes may share it. */
  readonly directory: string
  /** The environment of this process, from which PATH, proxies, certificates and the ssh agent are taken. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** Epoch milliseconds of the clock that ages are told by. */
  readonly now?: () => number
  /** Milliseconds for one call to the remote. */
  readonly deadline?: number
}

const INHERITED = [
  'PATH',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'HTTPS_PROXY',
  'NO_PROXY',
  'SSL_CERT_FILE',
  'GIT_SSL_CAINFO',
  'SSH_AUTH_SOCK',
]

/** Opens one GitOps repository. Nothing is asked of the remote until the first call. Throws AppError('invalid') on a bad key. */
export function createGit(settings: GitSettings): Git {
  const { tokenFile, now = Date.now } = settings
  const remote = remoteOf(settings.url, tokenFile === undefined ? () => settings.token : () => secretIn(tokenFile))
  const dir = join(settings.directory, 'git', `${createHash('sha256').update(remote.url).digest('hex').slice(0, 16)}.git`)
  const env = { ...environment(settings), GIT_DIR: dir }
  const run = createRunGit('/', env)
  const mirror = createMirror({ dir, remote, run, env, ...(settings.deadline !== undefined && { deadline: settings.deadline }) })
  const signer = signerFrom(settings.signingKey)
  const keys = [
    signer.publicKey,
    ...(settings.knownKeys === undefined ? [] : publicKeysOf(textOf(settings.knownKeys, 'The list of known keys'))),
  ]
  const committer = { name: settings.name, email: settings.email }
  let age: SourceAge = { source: 'Git', state: 'down', at: undefined, problem: 'not asked yet' }
  let fetching: Promise<void> | undefined

  const fetchAndNote = async (): Promise<void> => {
    try {
      await mirror.fetch()
      age = { source: 'Git', state: 'fresh', at: now(), problem: undefined }
    } catch (error) {
      const problem = error instanceof AppError ? error.message : 'The Git repository cannot be read.'
      age = { source: 'Git', state: age.at === undefined ? 'down' : 'stale', at: age.at, problem }
      throw error
    } finally {
      fetching = undefined
    }
  }
  const fetch = (): Promise<void> => (fetching ??= fetchAndNote())
  const headOfMain = async (): Promise<string> => {
    const failed = age.at === undefined ? await fetch().catch((error: unknown) => ({ error })) : undefined
    const commit = await resolve(mirror, settings.branch)
    if (commit !== undefined) return commit
    throw failed?.error ?? new AppError('not_found', `The Git repository has no branch ${settings.branch}.`)
  }

  return {
    url: remote.url,
    branch: settings.branch,
    expectedRoot: settings.root,
    identity: committer,
    fetch,
    head: headOfMain,
    resolve: (ref) => resolve(mirror, ref),
    read: (commit, path) => read(mirror, commit, path),
    list: (commit, prefix) => list(mirror, commit, prefix),
    blobs: (commit, paths) => blobs(mirror, commit, paths),
    log: ({ ref = settings.branch, ...rest }) => log(mirror, { ...rest, ref }),
    changes: (from, to) => changes(mirror, from, to),
    roots: async () => roots(mirror, await headOfMain()),
    isAncestor: (commit, of) => isAncestor(mirror, commit, of),
    carriedBy: (commit) => carriedBy(mirror, settings.branch, commit),
    diff: (from, to) => diff(mirror, from, to),
    signature: (commit) => signature(mirror, keys, commit),
    commit: (input) => writeCommit(mirror, signer, committer, input),
    createBranch: (branch, commit) => createBranch(mirror, remote, branch, commit, settings.deadline),
    advanceMain: (commit, expected) => advanceMain(mirror, remote, settings.branch, commit, expected, settings.deadline),
    age: () => age,
  }
}

function environment(settings: GitSettings): Readonly<Record<string, string>> {
  const inherited = INHERITED.flatMap((key) => {
    const value = settings.environment?.[key]
    return value === undefined ? [] : [[key, value] as const]
  })
  return {
    PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin',
    ...Object.fromEntries(inherited),
    HOME: settings.directory,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '/bin/false',
    GIT_SSH_COMMAND: sshCommand(settings),
    GIT_HTTP_LOW_SPEED_LIMIT: '1',
    GIT_HTTP_LOW_SPEED_TIME: '30',
    GIT_NO_REPLACE_OBJECTS: '1',
    LC_ALL: 'C',
  }
}

/** Nothing of the user's own SSH settings is read; a host that known_hosts does not name is never trusted. */
function sshCommand({ sshKey, knownHosts, directory }: GitSettings): string {
  const hosts = knownHosts ?? join(directory, 'ssh', 'known_hosts')
  const options = [
    'BatchMode=yes',
    'StrictHostKeyChecking=yes',
    `UserKnownHostsFile=${hosts}`,
    'GlobalKnownHostsFile=/dev/null',
    'UpdateHostKeys=no',
    'ConnectTimeout=10',
    'ServerAliveInterval=5',
    'ServerAliveCountMax=3',
    ...(sshKey === undefined ? [] : ['IdentitiesOnly=yes']),
  ]
  const parts = ['ssh', '-F', '/dev/null', ...(sshKey === undefined ? [] : ['-i', sshKey]), ...options.flatMap((option) => ['-o', option])]
  return parts.map((part) => `'${part.replaceAll("'", `'\\''`)}'`).join(' ')
}

const signerFrom = (path: string): Signer => createSigner(textOf(path, 'The signing key'))

function textOf(path: string, what: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new AppError('invalid', `${what} ${path} cannot be read.`, { cause })
  }
}

function secretIn(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (cause) {
    throw new AppError('unavailable', 'The file with the Git token cannot be read. The platform owner puts it there.', { cause })
  }
}
