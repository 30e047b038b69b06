/** Three-valued and a half (conflicts.md G3): what is not evaluated is unknown, never bad and never good. */
export const HEALTHS = ['danger', 'caution', 'unknown', 'ok'] as const
export type Health = (typeof HEALTHS)[number]

export type HealthReading = {
  readonly health: Health
  /** Why, made of condition types, states and phases only, which every level may read (retrieval.md 3). */
  readonly words: string
  /** Reason and message as reported: needs Operational. */
  readonly detail: string | undefined
}
