import type { Look } from '#lib/approval/look.ts'
import type { DeliveryView, StepView } from '#lib/approval/view.ts'
import type { CommitView } from '#lib/delivery/view.ts'

export const OUTCOME_LOOK = {
  Approved: { tone: 'ok', word: 'Approved' },
  Rejected: { tone: 'danger', word: 'Denied' },
} satisfies Record<DeliveryView['outcome'], Look>

export const SIGNATURE_LOOK = {
  vortex: { tone: 'ok', word: 'Signed by this portal, verified' },
  other: { tone: 'unknown', word: 'Signed by a key this portal does not know' },
  none: { tone: 'caution', word: 'Not signed' },
  broken: { tone: 'danger', word: 'The signature does not hold' },
} satisfies Record<CommitView['signature'], Look>

const FAILED_WORD = {
  Decided: 'Not decided',
  Proposed: 'Not proposed',
  Merged: 'Not merged',
  Applied: 'Not applied',
  Admitted: 'Not admitted',
} satisfies Record<StepView['step'], string>

/** Where a delivery stands, as a mark and a word: the step that is open, or that all is done. */
export function standingLook(steps: readonly StepView[]): Look & { readonly text: string; readonly open: boolean } {
  const open = steps.find(({ state }) => state === 'failed' || state === 'waiting')
  if (open === undefined) return { tone: 'ok', word: steps.at(-1)?.step ?? 'Decided', text: 'Arrived.', open: false }
  const last = steps.findLast(({ state }) => state === 'done')
  const word = open.state === 'failed' ? FAILED_WORD[open.step] : (last?.step ?? 'Decided')
  return { tone: open.state === 'failed' ? 'danger' : 'waiting', word, text: open.text, open: true }
}
