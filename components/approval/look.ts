import type { Look } from '#lib/approval/look.ts'
import type { RequestState, Verdict, VoteState } from '#lib/approval/request.ts'
import type { ConditionView, FindingView, QueueRow, VoteView } from '#lib/approval/view.ts'

export const STATE_LOOK = {
  open: { tone: 'waiting', word: 'Open' },
  approved: { tone: 'ok', word: 'Approved' },
  denied: { tone: 'danger', word: 'Denied' },
  withdrawn: { tone: 'off', word: 'Withdrawn' },
  expired: { tone: 'off', word: 'Expired' },
} satisfies Record<RequestState, Look>

export const CONDITION_LOOK = {
  satisfied: { tone: 'ok', word: 'Satisfied' },
  pending: { tone: 'waiting', word: 'Pending' },
  impossible: { tone: 'danger', word: 'Impossible' },
  overridden: { tone: 'caution', word: 'Overridden' },
  unknown: { tone: 'unknown', word: 'Unknown' },
} satisfies Record<ConditionView['state'], Look>

export const FINDING_LOOK = {
  info: { tone: 'off', word: 'Note' },
  ambiguous: { tone: 'caution', word: 'Ambiguous' },
  violation: { tone: 'danger', word: 'Violation' },
} satisfies Record<FindingView['severity'], Look>

export const VERDICT_WORD = { approve: 'Approve', deny: 'Deny' } satisfies Record<Verdict, string>

const VOTE_LOOK = {
  withdrawn: { tone: 'off', word: 'withdrawn' },
  lapsed: { tone: 'caution', word: 'lapsed' },
  replaced: { tone: 'off', word: 'replaced' },
} satisfies Record<Exclude<VoteState, 'counted'>, Look>

/** A counted vote looks like its verdict, any other like what became of it. */
export function voteLook({ state, verdict }: Pick<VoteView, 'state' | 'verdict'>): Look {
  const said = verdict === 'approve' ? 'approved' : 'denied'
  if (state === 'counted') return { tone: verdict === 'approve' ? 'ok' : 'danger', word: said }
  return { tone: VOTE_LOOK[state].tone, word: `${said}, ${VOTE_LOOK[state].word}` }
}

/** A row of the queue: whose turn while it is open, the outcome after. */
export function rowLook({ state, turn }: Pick<QueueRow, 'state' | 'turn'>): Look {
  if (state !== 'open') return STATE_LOOK[state]
  return turn === 'yours' ? { tone: 'waiting', word: 'Your turn' } : { tone: 'waiting', word: 'With others' }
}
