import type { SourceAge } from '#lib/sourced.ts'

/** How often a stream says that it is alive (milliseconds). */
export const BEAT_MS = 4_000
/** A page that heard nothing for longer shows what may be old, and takes no decision (milliseconds). */
export const SILENCE_MAX_MS = 10_000

/** What a decision rests on, as one source gave it last. */
export type Binding = {
  readonly source: 'Kubernetes' | 'Git'
  /** Epoch milliseconds of the portal's clock; undefined while it was never read. */
  readonly at: number | undefined
  /** Older than this (milliseconds) closes deciding. */
  readonly limit: number
  /** Why it closes deciding whatever its age; undefined while it answers. */
  readonly problem: string | undefined
}

/** What every stream says at each beat. `now` is the portal's clock (epoch milliseconds), which the ages are told by. */
export type Beat = { readonly now: number; readonly sources: readonly SourceAge[]; readonly binding: readonly Binding[] }
