import 'server-only'
import type { Problem } from '#lib/error.ts'
import type { Result } from '#lib/result.ts'
import { attempt } from '#server/edge/attempt.ts'
import type { Verb } from '#server/verb.ts'

/** Turns a verb into a server action. Next hides the text of thrown errors, so what the reader must see is returned. */
export const action =
  <T>(verb: Verb<T>) =>
  (input: unknown): Promise<Result<T, Problem>> =>
    attempt(verb, input)
