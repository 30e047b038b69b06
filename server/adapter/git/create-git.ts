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
import { blobs, carriedBy, diff, isAncestor, list, log, read, resolve, signature } from '#server/adapter/git/read.ts'
import { remoteOf } from '#server/adapter/git/remote.ts'
import { createRunGit } from '#server/adapter/git/run-git.ts'
import { createSigner, type Signer } from '#server/adapter/git/sshsig.ts'

export type GitSettings = {
  /** http(s), ssh or file address, or an absolute path. */
  readonly url: string
  /** Password of HTTP Basic authentication. */
  readonly token?: string | undefined
  readonly branch: string
  /** Path of an Ed25519 private key without passphrase, OpenSSH or PKCS8 PEM. */
  readonly signingKey: string
  readonly name: string
  readonly email: string
  /** Folder for the mirror; several processes may share it. */
  readonly directory: string
  /** The environment of this process, from which PATH, proxies, certificates and the ssh agent are taken. */
  readonly environment?: Readonly<Record<string, string | undefined>>
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
  const remote = remoteOf(settings.url, settings.token)
  const dir = join(settings.directory, 'git', `${createHash('sha256').update(remote.url).digest('hex').slice(0, 16)}.git`)
  const run = createRunGit('/', { ...environment(settings), GIT_DIR: dir })
  const mirror = createMirror({ dir, remote, run, ...(settings.deadline !== undefined && { deadline: settings.deadline }) })
  const signer = signerFrom(settings.signingKey)
  const committer = { name: settings.name, email: settings.email }
  let age: SourceAge = { source: 'Git', state: 'down', at: undefined, problem: 'not asked yet' }
  let fetching: Promise<void> | undefined

  const fetchAndNote = async (): Promise<void> => {
    try {
      await mirror.fetch()
      age = { source: 'Git', state: 'fresh', at: Date.now(), problem: undefined }
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
    identity: committer,
    fetch,
    head: headOfMain,
    resolve: (ref) => resolve(mirror, ref),
    read: (commit, path) => read(mirror, commit, path),
    list: (commit, prefix) => list(mirror, commit, prefix),
    blobs: (commit, paths) => blobs(mirror, commit, paths),
    log: ({ ref = settings.branch, ...rest }) => log(mirror, { ...rest, ref }),
    isAncestor: (commit, of) => isAncestor(mirror, commit, of),
    carriedBy: (commit) => carriedBy(mirror, settings.branch, commit),
    diff: (from, to) => diff(mirror, from, to),
    signature: (commit) => signature(mirror, signer, commit),
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
    GIT_SSH_COMMAND: 'ssh -o BatchMode=yes -o ConnectTimeout=10 -o ServerAliveInterval=5 -o ServerAliveCountMax=3',
    GIT_HTTP_LOW_SPEED_LIMIT: '1',
    GIT_HTTP_LOW_SPEED_TIME: '30',
    GIT_NO_REPLACE_OBJECTS: '1',
    LC_ALL: 'C',
  }
}

function signerFrom(path: string): Signer {
  let pem: string
  try {
    pem = readFileSync(path, 'utf8')
  } catch (cause) {
    throw new AppError('invalid', `The signing key ${path} cannot be read.`, { cause })
  }
  return createSigner(pem)
}
