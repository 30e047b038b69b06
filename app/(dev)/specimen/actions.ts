'use server'
import type { Problem } from '#lib/error.ts'
import type { Result } from '#lib/result.ts'

/** The specimen decides nothing. */
export async function refuseCast(): Promise<Result<never, Problem>> {
  const error: Problem = { code: 'conflict', message: 'The request changed after you opened it.', ref: '7f3b2c', fields: [] }
  return Promise.resolve({ ok: false, error })
}
