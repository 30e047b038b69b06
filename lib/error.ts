export type ErrorCode = 'unauthenticated' | 'forbidden' | 'not_found' | 'invalid' | 'conflict' | 'unavailable' | 'malformed' | 'internal'

/** One thing that is wrong with the input: which field, which rule, and the way out. */
export type FieldProblem = { readonly field: string; readonly message: string }

/** `message` is written for the person on screen; what the machine said goes into `cause`. */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  readonly fields: readonly FieldProblem[]

  /** The bundler gives pages, routes and the instrumentation a copy of this class each; an error of one is an error of all. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    if (this !== AppError) return Object[Symbol.hasInstance].call(this, value)
    return value instanceof Error && value.name === 'AppError' && 'code' in value
  }

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown; fields?: readonly FieldProblem[] }) {
    super(message, options)
    this.code = code
    this.fields = options?.fields ?? []
  }
}

/** What leaves the server when something went wrong: safe to show, with a number to quote. */
export type Problem = {
  readonly code: ErrorCode
  readonly message: string
  readonly ref: string
  readonly fields: readonly FieldProblem[]
}
