/** How much detail a person gets about one domain (retrieval.md 3). */
export type Level = 'Full' | 'Operational' | 'Dependency'

const RANK = { Dependency: 0, Operational: 1, Full: 2 } satisfies Record<Level, number>

export const atLeast = (have: Level, need: Level): boolean => RANK[have] >= RANK[need]

export const lowest = (a: Level, b: Level): Level => (RANK[a] <= RANK[b] ? a : b)

/** What may not be read stays in its place and says which level it needs (retrieval.md 3.1). */
export type Restricted = { readonly restricted: true; readonly requiredLevel: Level; readonly reason?: string }
export type Shown<T> = T | Restricted

/** What stands in the place of a text of the portal's own that needs Full, such as a reason. */
export const NEEDS_FULL = 'Restricted, needs Full'

export const restricted = (requiredLevel: Level, reason?: string): Restricted => ({
  restricted: true,
  requiredLevel,
  ...(reason && { reason }),
})

export const isRestricted = (value: unknown): value is Restricted =>
  typeof value === 'object' && value !== null && 'restricted' in value && value.restricted === true
