import 'server-only'
import { notFound, redirect } from 'next/navigation'
import type { Problem } from '#lib/error.ts'
import type { Result } from '#lib/result.ts'
import { attempt } from '#server/edge/attempt.ts'
import type { Verb } from '#server/verb.ts'

/** Calls a verb for a page. A page must say why it is empty, so a problem comes back as a value. */
export async function show<T>(verb: Verb<T>, raw: unknown): Promise<Result<T, Problem>> {
  const result = await attempt(verb, raw)
  if (result.ok) return result
  if (result.error.code === 'not_found') notFound()
  if (result.error.code === 'unauthenticated') redirect('/signin')
  return result
}
