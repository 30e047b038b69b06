import { z } from 'zod'

const PART_MIN = 10
const TOTAL_MAX = 2000

const codePoints = (text: string): number => Array.from(text).length

const part = (label: string) =>
  z
    .string()
    .transform((text) => text.trim())
    .refine((text) => codePoints(text) >= PART_MIN, `"${label}" needs at least ${PART_MIN} characters. Say it in a sentence.`)

/** The reason of a decision in three parts (decisions.md 7). Lengths count Unicode code points. */
export const Rationale = z
  .object({ checked: part('What I checked'), acceptable: part('Why it is acceptable'), undo: part('How to undo') })
  .refine((rationale) => codePoints(rationaleText(rationale)) <= TOTAL_MAX, {
    message: `The three parts together may have at most ${TOTAL_MAX} characters with their headings. Shorten one of them.`,
    path: ['checked'],
  })

export type Rationale = { readonly checked: string; readonly acceptable: string; readonly undo: string }

/** The join under the fixed headings: it is `rationale.text` of the GovernanceEvent (decisions.md 7). */
export const rationaleText = (rationale: Rationale): string =>
  `What I checked\n${rationale.checked}\n\nWhy it is acceptable\n${rationale.acceptable}\n\nHow to undo\n${rationale.undo}`
