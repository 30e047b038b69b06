import 'server-only'
import type { ErrorCode } from '#lib/error.ts'
import { attempt } from '#server/edge/attempt.ts'
import type { Verb } from '#server/verb.ts'

const STATUS = {
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  invalid: 422,
  conflict: 409,
  unavailable: 503,
  malformed: 502,
  internal: 500,
} satisfies Record<ErrorCode, number>

/** Turns a reading verb into a GET handler: query and path parameters are its input. Failures are RFC 9457 problem documents. */
export const route =
  <T>(verb: Verb<T>) =>
  async (request: Request, context?: { readonly params: Promise<Readonly<Record<string, string>>> }): Promise<Response> => {
    const input = { ...Object.fromEntries(new URL(request.url).searchParams), ...(await context?.params) }
    const result = await attempt(verb, input)
    if (result.ok) return Response.json(result.value)
    const { message, ...rest } = result.error
    const status = STATUS[rest.code]
    return Response.json({ title: message, status, ...rest }, { status, headers: { 'content-type': 'application/problem+json' } })
  }
