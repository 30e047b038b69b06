import { z } from 'zod'
import { rationaleProblems } from '#lib/approval/rationale.ts'

const part = z.string().transform((text) => text.trim())

/** The reason of a decision in three parts as it comes over the wire or out of the ledger, whatever the assessment said. Lengths count Unicode code points. */
export const RationaleInput = z.object({ checked: part, acceptable: part, undo: part }).superRefine((rationale, ctx) => {
  for (const { field, message } of rationaleProblems(rationale)) ctx.addIssue({ code: 'custom', path: [field], message })
})
