export type Rationale = { readonly checked: string; readonly acceptable: string; readonly undo: string }

/**
 * The portal's verbs as the story uses them: called as a person, under the same rules as in the browser (`decisions.md` 15). Each throws
 * with the portal's own words when it refuses.
 */
export type StoryVerbs = {
  readonly vote: (as: string, request: string, verdict: 'approve' | 'deny', rationale: Rationale) => Promise<void>
  readonly merge: (as: string, request: string) => Promise<void>
  /** One round of the portal's worker: see what changed, deliver what is sealed, follow what is delivered. */
  readonly tick: () => Promise<void>
  readonly isWithdrawn: (request: string) => Promise<boolean>
  readonly hasLapsed: (request: string, login: string) => Promise<boolean>
  readonly close: () => Promise<void>
}
