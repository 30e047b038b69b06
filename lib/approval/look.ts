import type { RequestKind } from '#lib/approval/request.ts'
import type { StepView } from '#lib/approval/view.ts'
import type { Tone } from '#lib/status.ts'

/** How a state is said: a tone and its word, never colour alone (ui.md 5.1). */
export type Look = { readonly tone: Tone; readonly word: string }

/** A step of a delivery, the same on the request's page and on its own. */
export const STEP_LOOK = {
  done: { tone: 'ok', word: 'done' },
  waiting: { tone: 'waiting', word: 'waiting' },
  failed: { tone: 'danger', word: 'failed' },
  'not-reached': { tone: 'off', word: 'not reached' },
} satisfies Record<StepView['state'], Look>

/** What a request is about, in a word. */
export const KIND_WORD = { admission: 'Relationship', profile: 'Profile', policy: 'Policy', undo: 'Undo' } satisfies Record<
  RequestKind,
  string
>
