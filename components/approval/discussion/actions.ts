import type { Problem } from '#lib/error.ts'
import type { Result } from '#lib/result.ts'

/** The verbs of a discussion as the page hands them in. */
export type DiscussActions = {
  readonly open: (input: {
    readonly id: string
    readonly thread: string
    readonly anchor: string
    readonly blocking: boolean
    readonly text: string
  }) => Promise<Result<unknown, Problem>>
  readonly reply: (input: { readonly id: string; readonly comment: string; readonly text: string }) => Promise<Result<unknown, Problem>>
  readonly resolve: (input: { readonly id: string }) => Promise<Result<unknown, Problem>>
}

/** A lost answer is not a no: what was sent carries its own name, so sending it again adds nothing twice. */
export const LOST: Problem = {
  code: 'unavailable',
  message: 'The portal did not answer. Your text is kept; send it again, it is counted once.',
  ref: 'browser',
  fields: [],
}
