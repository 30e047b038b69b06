import { assess } from '#lib/approval/assess.ts'
import type { Facts } from '#lib/approval/facts.ts'
import type { Policy } from '#lib/policy/policy.ts'

/** A past decision with what the evaluator looked at when it was sealed. */
export type PastDecision = {
  readonly id: string
  readonly name: string
  readonly sealedAt: string
  readonly outcome: 'Approved' | 'Rejected'
  readonly facts: Omit<Facts, 'policy'>
}

/** What a proposed policy would have made of it. `same` where it would have come to the same. */
export type Replayed = Pick<PastDecision, 'id' | 'name' | 'sealedAt' | 'outcome'> & {
  readonly would: 'same' | 'still open' | 'Approved' | 'Rejected'
  /** What would have been unmet, in words; empty where it is the same. */
  readonly because: readonly string[]
}

/**
 * Which past decisions a proposed policy would have changed: the same votes, people, findings and moment, the other file.
 * Guardian's answers are those that were given then; nobody who was not asked then can be assumed to have agreed.
 */
export function replay(past: readonly PastDecision[], proposed: Policy): readonly Replayed[] {
  return past.map(({ id, name, sealedAt, outcome, facts }): Replayed => {
    const now = assess({ ...facts, state: 'open', policy: { ok: true, policy: proposed } })
    const would = now.outcome?.outcome ?? 'still open'
    if (would === outcome) return { id, name, sealedAt, outcome, would: 'same', because: [] }
    const unmet = now.conditions.filter((condition) => condition.state !== 'satisfied').map((condition) => condition.text)
    return { id, name, sealedAt, outcome, would, because: unmet }
  })
}
