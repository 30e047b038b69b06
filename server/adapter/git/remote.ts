import 'server-only'
import { AppError } from '#lib/error.ts'
import type { GitRun } from '#server/adapter/git/run-git.ts'

/** Where the repository is and how to get in. Credentials live in the environment of the child only, never in argv or a log. */
export type Remote = { readonly url: string; readonly env: Readonly<Record<string, string>>; readonly secret: string | undefined }

/** Splits credentials off an address and turns them into a header that git sends to this address only. */
export function remoteOf(address: string, token: string | undefined): Remote {
  if (!/^https?:\/\//.test(address)) return { url: address, env: {}, secret: undefined }
  const url = new URL(address)
  const password = token ?? (url.password === '' ? undefined : decodeURIComponent(url.password))
  const user = url.username === '' ? 'vortex' : decodeURIComponent(url.username)
  url.username = ''
  url.password = ''
  const clean = url.toString()
  if (password === undefined) return { url: clean, env: {}, secret: undefined }
  const basic = Buffer.from(`${user}:${password}`).toString('base64')
  return {
    url: clean,
    secret: password,
    env: { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: `http.${clean}.extraHeader`, GIT_CONFIG_VALUE_0: `Authorization: Basic ${basic}` },
  }
}

const CREDENTIALS =
  /Authentication failed|could not read (Username|Password)|error: (401|403)|Permission denied|Host key verification failed/i
const MISSING = /not found|does not appear to be a git repository|error: 404|does not exist|no such repository/i
const REFUSED = /^!\t\S+\t(.*)$/m

/** What the remote's refusal or silence means, in words. The machine's words stay in `cause`, without the token. */
export function remoteProblem(run: GitRun, remote: Remote, doing: string): AppError {
  const words = `${run.words}\n${run.out.toString('utf8')}`.slice(0, 2000)
  const cause = remote.secret === undefined ? words : words.replaceAll(remote.secret, '***')
  if (run.code === undefined) return new AppError('unavailable', `The Git repository did not answer in time while ${doing}.`, { cause })
  const refused = REFUSED.exec(cause)?.[1]
  if (refused !== undefined) return new AppError('conflict', `The Git repository refused ${doing}: ${refused}.`, { cause })
  if (CREDENTIALS.test(cause))
    return new AppError('unavailable', `The Git repository refused Vortex's credentials while ${doing}. The platform owner sets them.`, {
      cause,
    })
  if (MISSING.test(cause)) return new AppError('not_found', `There is no Git repository at ${remote.url}.`, { cause })
  return new AppError('unavailable', `The Git repository cannot be reached while ${doing}.`, { cause })
}
