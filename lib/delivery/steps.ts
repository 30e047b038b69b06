import type { StepView } from '#lib/approval/view.ts'
import type { RequestKind } from '#lib/approval/request.ts'

/** Where a sealed decision stands; times as ISO text. */
export type DeliveryFacts = {
  readonly kind: RequestKind
  readonly outcome: 'Approved' | 'Rejected'
  readonly branch: string
  readonly sealedAt: string
  readonly sealedBy: string
  readonly commit: string | undefined
  readonly proposedAt: string | undefined
  readonly mergeCommit: string | undefined
  readonly mergedAt: string | undefined
  readonly mergedBy: string | undefined
  readonly appliedAt: string | undefined
  readonly admittedAt: string | undefined
  /** What needs a person. */
  readonly problem: string | undefined
  /** What keeps failing and is tried again by itself. */
  readonly retrying: string | undefined
  /** A merge was asked for and is on its way. */
  readonly merging: boolean
  readonly mayMerge: readonly string[]
}

const short = (commit: string | undefined): string => commit?.slice(0, 8) ?? ''

/** The road of a decision, each step with whom it waits for (product.md, main road 5). */
export function deliverySteps(facts: DeliveryFacts): readonly StepView[] {
  const { outcome, kind } = facts
  const done = [
    { step: 'Decided', at: facts.sealedAt, text: `${outcome} by ${facts.sealedBy}.`, waits: '' },
    {
      step: 'Proposed',
      at: facts.proposedAt,
      text: `Commit ${short(facts.commit)} on ${facts.branch}.`,
      waits: 'Waits for Vortex to push the branch.',
    },
    {
      step: 'Merged',
      at: facts.mergedAt,
      text: `${short(facts.mergeCommit)} by ${facts.mergedBy ?? 'unknown'}.`,
      waits: waitsForMerge(facts),
    },
    { step: 'Applied', at: facts.appliedAt, text: appliedText(facts), waits: 'Waits for GitOps to apply the commit.' },
    ...(kind === 'policy' || kind === 'undo'
      ? []
      : [{ step: 'Admitted', at: facts.admittedAt, text: admittedText(facts), waits: waitsForAdmission(facts) } as const]),
  ] as const
  const open = done.findIndex(({ at }) => at === undefined)
  return done.map(({ step, at, text, waits }, index): StepView => {
    if (at !== undefined) return { step, state: 'done', at, text }
    if (index > open) return { step, state: 'not-reached', at: undefined, text: '' }
    if (facts.problem !== undefined) return { step, state: 'failed', at: undefined, text: facts.problem }
    return {
      step,
      state: 'waiting',
      at: undefined,
      text: facts.retrying === undefined ? waits : `${facts.retrying} It is tried again by itself.`,
    }
  })
}

const waitsForMerge = ({ merging, mayMerge }: DeliveryFacts): string => {
  if (merging) return 'The merge is on its way.'
  return mayMerge.length === 0
    ? 'Waits for a person to merge it; the policy file names nobody who may.'
    : `Waits for one of ${mayMerge.join(', ')} to merge it.`
}

const appliedText = ({ kind, outcome }: DeliveryFacts): string => {
  if (kind !== 'admission' && outcome === 'Rejected') return 'Nothing is applied: the denial is recorded on main.'
  return kind === 'policy' ? 'The new policy is in force on main.' : 'The cluster has what was sealed.'
}

const admittedText = ({ kind, outcome }: DeliveryFacts): string => {
  if (kind === 'profile') return outcome === 'Approved' ? 'The profile is ready.' : 'Recorded.'
  return outcome === 'Approved' ? 'Guardian admitted the request and the relationship exists.' : 'Guardian set the request to Rejected.'
}

const waitsForAdmission = ({ kind, outcome }: DeliveryFacts): string => {
  if (kind === 'profile') return 'Waits for the platform to set the profile ready.'
  return outcome === 'Approved' ? 'Waits for guardian to admit the request.' : 'Waits for guardian to set the request to Rejected.'
}

/** One word for a list: the step that is open, or that all is done. */
export const standing = (steps: readonly StepView[]): StepView => {
  const open = steps.find(({ state }) => state === 'failed' || state === 'waiting')
  const last = steps.at(-1)
  if (open !== undefined) return open
  return last ?? { step: 'Decided', state: 'not-reached', at: undefined, text: '' }
}
