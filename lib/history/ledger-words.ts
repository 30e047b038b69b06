import type { Tone } from '#lib/status.ts'

/** What a ledger action says, in words, and how it looks. */
export type ActionWords = { readonly words: string; readonly tone: Tone }

const WORDS: Readonly<Record<string, ActionWords>> = {
  'relationship.requested': { words: 'the request was filed', tone: 'waiting' },
  'relationship.withdrawn': { words: 'the request was withdrawn', tone: 'off' },
  'relationship.decided-elsewhere': { words: 'the request was decided outside this portal', tone: 'caution' },
  'relationship.approved': { words: 'sealed the approval', tone: 'ok' },
  'relationship.rejected': { words: 'sealed the denial', tone: 'danger' },
  'relationship.auto_admitted': { words: 'the request was admitted automatically', tone: 'ok' },
  'relationship.outcome.observed': { words: 'guardian carried out the decision', tone: 'ok' },
  'profile.approved': { words: 'sealed the approval', tone: 'ok' },
  'profile.rejected': { words: 'sealed the denial', tone: 'danger' },
  'profile.ready.observed': { words: 'the profile became ready', tone: 'ok' },
  'policy.approved': { words: 'sealed the policy change', tone: 'ok' },
  'policy.rejected': { words: 'sealed the denial', tone: 'danger' },
  'policy.in-force.observed': { words: 'the policy came into force', tone: 'ok' },
  'undo.requested': { words: 'undoing a decision was asked for', tone: 'waiting' },
  'undo.approved': { words: 'sealed the undoing', tone: 'ok' },
  'undo.rejected': { words: 'sealed the denial', tone: 'danger' },
  'undo.expired': { words: 'the time to decide ended', tone: 'off' },
  'undo.outcome.observed': { words: 'the decision is undone in the cluster', tone: 'ok' },
  'review.opened': { words: 'opened the request for review', tone: 'waiting' },
  'review.approved': { words: 'voted to approve', tone: 'ok' },
  'review.rejected': { words: 'voted to deny', tone: 'danger' },
  'review.withdrawn': { words: 'withdrew the vote', tone: 'off' },
  'review.lapsed': { words: 'the vote lapsed', tone: 'caution' },
  'review.refused': { words: 'a decision was refused', tone: 'caution' },
  'review.thread-opened': { words: 'asked a question', tone: 'waiting' },
  'review.commented': { words: 'answered', tone: 'waiting' },
  'review.thread-resolved': { words: 'resolved a discussion', tone: 'ok' },
  'relationship.expired': { words: 'the time to decide ended', tone: 'off' },
  'profile.expired': { words: 'the time to decide ended', tone: 'off' },
  'policy.expired': { words: 'the time to decide ended', tone: 'off' },
  'policy.requested': { words: 'a policy change was sent for approval', tone: 'waiting' },
  'profile.requested': { words: 'the profile was sent for approval', tone: 'waiting' },
  'sample.found-right': { words: 'found the automatic admission right', tone: 'ok' },
  'sample.found-wrong': { words: 'found the automatic admission wrong', tone: 'danger' },
  'delivery.voided': { words: 'the proposal is void', tone: 'danger' },
  'manifest.committed': { words: 'the proposal was committed', tone: 'working' },
  'manifest.merge-requested': { words: 'asked for the merge', tone: 'working' },
  'manifest.merge.pushed': { words: 'the merge was pushed', tone: 'working' },
  'manifest.merged': { words: 'main has the decision', tone: 'ok' },
  'manifest.applied.observed': { words: 'the cluster has the decision', tone: 'ok' },
  'delivery.problem': { words: 'delivery met a problem', tone: 'danger' },
  'delivery.problem.gone': { words: 'the problem of the delivery is gone', tone: 'ok' },
  'delivery.propose.failed': { words: 'the proposal could not be made', tone: 'danger' },
  'delivery.merge.refused': { words: 'the merge was refused', tone: 'danger' },
}

/** Unknown actions are shown raw, never dropped. */
export const actionWords = (action: string): ActionWords => WORDS[action] ?? { words: action, tone: 'unknown' }
