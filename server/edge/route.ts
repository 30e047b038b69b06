import 'server-only'
import { z } from 'zod'
import { AppError, type ErrorCode } from '#lib/error.ts'
import { attempt } from '#server/edge/attempt.ts'
import { query, type Verb } from '#server/verb.ts'

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

/** Two answers to one question: whoever asks is told so, after it is known that they may ask at all. */
const givenTwice = (key: string) =>
  query({
    name: 'edge.givenTwice',
    input: z.unknown(),
    needs: () => ({ signedIn: true }),
    machine: true,
    run: (): Promise<never> => {
      const message = 'Given more than once. Say it once.'
      return Promise.reject(new AppError('invalid', message, { fields: [{ field: key, message }] }))
    },
  })

/** A file of one JSON text per line (RFC 8259 each), to be kept by the browser under this name. */
export const asLines =
  (name: string) =>
  (values: readonly unknown[]): Response =>
    new Response(values.map((value) => `${JSON.stringify(value)}\n`).join(''), {
      headers: { 'content-type': 'application/x-ndjson', 'content-disposition': `attachment; filename="${name}"` },
    })

/** Turns a reading verb into a GET handler: query and path parameters are its input. Failures are RFC 9457 problem documents. */
export const route =
  <T>(verb: Verb<T>, present: (value: T) => Response = (value) => Response.json(value)) =>
  async (request: Request, context?: { readonly params: Promise<Readonly<Record<string, string>>> }): Promise<Response> => {
    const asked = new URL(request.url).searchParams
    const twice = [...asked.keys()].find((key) => asked.getAll(key).length > 1)
    const input = { ...Object.fromEntries(asked), ...(await context?.params) }
    const result = await attempt(twice === undefined ? verb : givenTwice(twice), input)
    if (result.ok) return present(result.value)
    const { message, ...rest } = result.error
    const status = STATUS[rest.code]
    return Response.json({ title: message, status, ...rest }, { status, headers: { 'content-type': 'application/problem+json' } })
  }
