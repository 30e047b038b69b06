import 'server-only'

/** SQLSTATE classes by which a server says that it cannot work now: connection, resources, operator, system, read-only. */
const AWAY = /^(08|53|57|58)|^25006$/
const NETWORK = /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)/
const WORDS = /Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client was closed|not queryable/

/** Why the database could not do its work, for people; undefined when the error is another one. */
export function databaseTrouble(error: unknown): string | undefined {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth += 1) {
    const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : ''
    if (code === '53100') return 'The database has no room left, so nothing can be recorded. Reading goes on.'
    if (AWAY.test(code) || NETWORK.test(code) || WORDS.test(cause.message))
      return 'The database does not answer. Whether this was recorded is not known: reload the page before you try again.'
  }
  return undefined
}
