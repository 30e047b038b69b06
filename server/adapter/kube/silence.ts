import 'server-only'
import { causeText } from '#server/log.ts'

const WORDS: readonly (readonly [RegExp, string])[] = [
  [/ECONNREFUSED/, 'nothing listens at its address'],
  [/ENOTFOUND|EAI_AGAIN/, 'its name does not resolve'],
  [/ETIMEDOUT|EHOSTUNREACH|ENETUNREACH/, 'it cannot be reached'],
  [/TimeoutError|due to timeout/, 'it did not answer in time'],
  [/ECONNRESET|socket hang up|aborted|premature close/i, 'the connection was cut'],
  [/certificate|self.signed|ERR_TLS/i, 'its certificate is not trusted'],
  [/Unexpected token|not valid JSON|ZodError|invalid_type/, 'it sent something that is not an answer of a Kubernetes API server'],
]

/** Why the API server is silent, in words for a page; what the machine said stays in the log. An error nobody thought of is told as it is. */
export function silenceWords(error: unknown): string {
  const said: string[] = []
  for (let cause = error; cause instanceof Error; cause = cause.cause) said.push(causeText(cause))
  // A deadline that passes cuts the connection: the more telling words come first in the table.
  const known = WORDS.find(([pattern]) => said.some((text) => pattern.test(text)))
  if (known !== undefined) return known[1]
  return error instanceof Error ? error.message : causeText(error)
}
