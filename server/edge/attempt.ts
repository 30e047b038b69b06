import 'server-only'
import { unstable_rethrow } from 'next/navigation'
import type { Problem } from '#lib/error.ts'
import type { Result } from '#lib/result.ts'
import { problem } from '#server/edge/problem.ts'
import { requestCtx } from '#server/edge/request-ctx.ts'
import type { Verb } from '#server/verb.ts'

/** The single place where throwing ends. Pages, actions and routes are three ways to present what comes back. */
export async function attempt<T>(verb: Verb<T>, raw: unknown): Promise<Result<T, Problem>> {
  try {
    return { ok: true, value: await verb(await requestCtx(), raw) }
  } catch (error) {
    // Next speaks to itself by throwing: what it threw is not ours to translate.
    unstable_rethrow(error)
    return { ok: false, error: problem(error) }
  }
}
