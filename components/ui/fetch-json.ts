import type { FieldProblem, Problem } from '#lib/error.ts'

/** A failed read, as the page shows it. */
export class ProblemError extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.message)
    this.problem = problem
  }
}

const TIMEOUT_MS = 15_000

const silent: Problem = { code: 'unavailable', message: 'The portal did not answer. What you see may be old.', ref: 'browser', fields: [] }

/** Reads one of our own GET routes. Throws ProblemError, whatever went wrong. `gone` ends the reading when nobody waits for it any more. */
export async function fetchJson<T>(address: string, gone?: AbortSignal): Promise<T> {
  const late = AbortSignal.timeout(TIMEOUT_MS)
  const signal = gone === undefined ? late : AbortSignal.any([late, gone])
  const reply = await fetch(address, { signal, headers: { accept: 'application/json' } }).catch(() => undefined)
  if (reply === undefined) throw new ProblemError(silent)
  const body: unknown = await reply.json().catch(() => undefined)
  if (reply.ok && body !== undefined) return body as T // safe: route(verb) of our own server, typed by the same view types
  throw new ProblemError(problemOf(body))
}

const text = (value: unknown, otherwise: string): string => (typeof value === 'string' ? value : otherwise)

/** Reads an RFC 9457 document of `route`; anything else is silence. */
function problemOf(body: unknown): Problem {
  if (typeof body !== 'object' || body === null || !('title' in body)) return silent
  const code = 'code' in body ? text(body.code, 'unavailable') : 'unavailable'
  return {
    code: code as Problem['code'], // safe: written by server/edge/route.ts
    message: text(body.title, silent.message),
    ref: 'ref' in body ? text(body.ref, silent.ref) : silent.ref,
    fields: 'fields' in body && Array.isArray(body.fields) ? body.fields.filter(isFieldProblem) : [],
  }
}

const isFieldProblem = (value: unknown): value is FieldProblem =>
  typeof value === 'object' &&
  value !== null &&
  'field' in value &&
  'message' in value &&
  typeof value.field === 'string' &&
  typeof value.message === 'string'

/** What to show for anything a query threw. */
export const problemFrom = (error: unknown): Problem => (error instanceof ProblemError ? error.problem : silent)
