import type { Problem } from '#lib/error.ts'
import type { Draft } from '#lib/profile/draft.ts'
import type { CheckAnswer } from '#lib/profile/view.ts'
import type { Result } from '#lib/result.ts'

type Action<T> = (input: unknown) => Promise<Result<T, Problem>>

/** What the studio asks of the server; the page hands it in. */
export type StudioActions = {
  readonly curate: Action<Draft>
  readonly check: Action<CheckAnswer>
  readonly keep: Action<{ readonly id: string; readonly updatedAt: string }>
  readonly send: Action<{ readonly id: string }>
}
