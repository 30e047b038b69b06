import 'server-only'
import { AppError } from '#lib/error.ts'
import type { GitRun } from '#server/adapter/git/run-git.ts'

/**
 * Where the repository is and how to get in. Credentials live in the environment of the child only, never in argv or a log;
 * they are asked for before every call, so that a rotated token heals by itself.
 */
export type Remote = {
  readonly url: string
  readonly env: () => Readonly<Record<string, string>>
  readonly secret: () => string | undefined
}

/** Splits credentials off an address and turns them into a header that git sends to this address only. */
export function remoteOf(address: string, token: () => string | undefined): Remote {
  if (!/^https?:\/\//.test(address)) return { url: address, env: () => ({}), secret: () => undefined }
  const url = new URL(address)
  const own = url.password === '' ? undefined : decodeURIComponent(url.password)
  const user = url.username === '' ? 'vortex' : decodeURIComponent(url.username)
  url.username = ''
  url.password = ''
  const clean = url.toString()
  const secret = (): string | undefined => token() ?? own
  return {
    url: clean,
    secret,
    env() {
      const password = secret()
      if (password === undefined) return {}
      const basic = Buffer.from(`${user}:${password}`).toString('base64')
      return { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: `http.${clean}.extraHeader`, GIT_CONFIG_VALUE_0: `Authorization: Basic ${basic}` }
    },
  }
}

const CREDENTIALS = /Authentication failed|could not read (Username|Password)|error: (401|403)|Permission denied \(/i
const HOST_KEY = /Host key verification failed|REMOTE HOST IDENTIFICATION HAS CHANGED|No .* host key is known/i
const MISSING = /not found|does not appear to be a git repository|error: 404|does not exist|no such repository/i
const FULL = /No space left on device|Disk quota exceeded|File too large|unable to write file|file write error/i
const REFUSED = /^!\t\S+\t(?:\[[^\]]*\] )?\(?(.*?)\)?$/m
/** What a hook of the repository said; somebody else's text, so little of it and no control characters. */
const HOOK = /^remote: (.*)$/gm
const HOOK_MAX = 300

/** Whether git stopped because the folder of the mirror takes no more bytes: that is trouble of ours, and heals with room. */
export const isFull = (run: GitRun): boolean => FULL.test(run.words) && !/^remote: /m.test(run.words)

/** What the remote's refusal or silence means, in words. The machine's words stay in `cause`, without the token. */
export function remoteProblem(run: GitRun, remote: Remote, doing: string): AppError {
  const words = `${run.words}\n${run.out.toString('utf8')}`.slice(0, 2000)
  const secret = remote.secret()
  const cause = secret === undefined || secret === '' ? words : words.replaceAll(secret, '***')
  const silent = (text: string): AppError => new AppError('unavailable', text, { cause })
  if (run.code === undefined) return silent(`The Git repository did not answer in time while ${doing}.`)
  const refused = REFUSED.exec(cause)?.[1]
  if (refused !== undefined)
    return new AppError('conflict', `The Git repository refused ${doing}: ${refused}.${hookWords(cause)}`, { cause })
  if (isFull(run))
    return silent(`There is no room left for the local Git mirror while ${doing}. Give its folder more room; it goes on by itself.`)
  if (HOST_KEY.test(cause))
    return silent(`The Git host's key is not the one in known_hosts, so nothing was sent while ${doing}. The platform owner checks it.`)
  if (CREDENTIALS.test(cause))
    return silent(`The Git repository refused Vortex's credentials while ${doing}. The platform owner sets them.`)
  if (MISSING.test(cause)) return new AppError('not_found', `There is no Git repository at ${remote.url}.`, { cause })
  return silent(`The Git repository cannot be reached while ${doing}.`)
}

function hookWords(cause: string): string {
  const said = [...cause.matchAll(HOOK)].map(([, line = '']) => line.replaceAll(/\p{Cc}(?:\[[0-9;]*[A-Za-z])?/gu, '').trim())
  const text = said.filter((line) => line !== '').join(' ')
  return text === '' ? '' : ` It says: ${text.slice(0, HOOK_MAX)}`
}
