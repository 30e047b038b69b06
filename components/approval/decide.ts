import { type Rationale, rationaleProblems } from '#lib/approval/rationale.ts'
import type { Verdict } from '#lib/approval/request.ts'
import type { FieldProblem, Problem } from '#lib/error.ts'
import type { Result } from '#lib/result.ts'

/** What a vote carries: the digest is of what was shown. */
export type CastInput = Rationale & { readonly id: string; readonly digest: string; readonly verdict: Verdict }
export type Cast = (input: CastInput) => Promise<Result<unknown, Problem>>
export type Withdraw = (input: { readonly id: string }) => Promise<Result<unknown, Problem>>

export type Part = keyof Rationale
export type PartErrors = Readonly<Partial<Record<Part, string>>>

/** The labels of the three boxes are the headings of the stored text (decisions.md 7). */
export const PARTS: readonly { readonly part: Part; readonly label: string }[] = [
  { part: 'checked', label: 'What I checked' },
  { part: 'acceptable', label: 'Why it is acceptable' },
  { part: 'undo', label: 'How to undo' },
]
export const PART_MIN = 10
export const TOTAL_MAX = 2000

export const shortDigest = (digest: string): string => digest.replace(/^sha256:/, '').slice(0, 8)

/** Sorts problems onto the boxes; the first of each box is shown. */
export function partErrors(fields: readonly FieldProblem[]): PartErrors {
  const errors: Partial<Record<Part, string>> = {}
  for (const { field, message } of fields) {
    const part = PARTS.find((candidate) => candidate.part === field.split('.').at(-1))?.part
    if (part !== undefined) errors[part] ??= message
  }
  return errors
}

/** The same rule as on the server, asked early so that nobody waits for it; `advice` is what the page shows as assessment and findings. */
export function checkParts(draft: Rationale, advice: readonly string[]): PartErrors | undefined {
  const problems = rationaleProblems(draft, advice)
  return problems.length === 0 ? undefined : partErrors(problems)
}

/** A lost answer is not a no: the vote may have arrived. */
export const LOST: Problem = {
  code: 'unavailable',
  message: 'The portal did not answer. The vote may have arrived: reload the page before you vote again. Your text is kept.',
  ref: 'browser',
  fields: [],
}
