/** What a caller must branch on: a refusal is a value, not an exception. */
export type Result<T, E> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E }

export const ok = <const T>(value: T): Result<T, never> => ({ ok: true, value })
export const err = <const E>(error: E): Result<never, E> => ({ ok: false, error })
