import { conditionsOf } from '#lib/approval/conditions.ts'
import type { Facts } from '#lib/approval/facts.ts'
import { closedBecause, contributed, couldDecide, mergePermit, unmappedNames, votePermit, withdrawPermit } from '#lib/approval/permits.ts'
import type { Verdict } from '#lib/approval/request.ts'
import { findingsOf, seatsOf, type Standing, standing } from '#lib/approval/standing.ts'
import type { ConditionView, Permit, Turn } from '#lib/approval/view.ts'

export type Outcome = { readonly outcome: 'Approved' | 'Rejected'; readonly approvers: readonly string[] }

export type Assessment = Standing & {
  readonly conditions: readonly ConditionView[]
  readonly may: { readonly approve: Permit; readonly deny: Permit; readonly withdraw: Permit; readonly merge: Permit }
  readonly turn: Turn
  /** Why it is (not) the viewer's turn, in words. */
  readonly reason: string
  /** What the votes that count now decide, if they suffice. */
  readonly outcome: Outcome | undefined
}

/** The one evaluator: inbox, page, action and sealing all ask it (product.md). Pure; the same facts give the same answer. */
export function assess(facts: Facts): Assessment {
  const now = standing(facts)
  const may = {
    approve: votePermit(facts, now, 'approve'),
    deny: votePermit(facts, now, 'deny'),
    withdraw: withdrawPermit(facts),
    merge: mergePermit(facts),
  }
  const outcome = outcomeOf(facts, now)
  return { ...now, conditions: conditionsOf(facts, now), may, ...turnOf(facts, now, may, outcome), outcome }
}

/** The facts as they would be with the viewer's vote among them; sealing assesses these. */
export const withVote = (facts: Facts, verdict: Verdict, digest: string): Facts => ({
  ...facts,
  votes: [...facts.votes, { login: facts.viewer.login, verdict, state: 'counted', digest }],
})

/** One denial by anyone entitled decides; an approval needs every seat and no open obstacle (decisions.md 5, 6). */
function outcomeOf(facts: Facts, now: Standing): Outcome | undefined {
  if (closedBecause(facts) !== undefined) return undefined
  if (now.denials.length > 0) return { outcome: 'Rejected', approvers: now.denials }
  const obstacle =
    findingsOf(facts).some((finding) => finding.severity === 'violation') || unmappedNames(facts).length > 0 || facts.threads.length > 0
  return now.filled && !obstacle ? { outcome: 'Approved', approvers: now.seated } : undefined
}

type Turned = { readonly turn: Turn; readonly reason: string }

function turnOf(facts: Facts, now: Standing, may: Assessment['may'], outcome: Outcome | undefined): Turned {
  if (facts.state !== 'open') return { turn: 'decided', reason: `This request is ${facts.state}.` }
  if (may.approve.allowed) return { turn: 'yours', reason: may.approve.reason }
  const mine = facts.votes.find((vote) => vote.login === facts.viewer.login && vote.state === 'counted')
  const waiting = couldDecide(facts, now).filter((login) => login !== facts.viewer.login)
  const others = waiting.length === 0 ? '' : ` Waiting for ${waiting.join(', ')}.`
  if (mine !== undefined && outcome !== undefined) return { turn: 'yours', reason: may.approve.reason }
  if (mine !== undefined) return { turn: 'others', reason: `You voted to ${mine.verdict}.${others}` }
  if (contributed(facts)) return { turn: 'others', reason: `You contributed to it.${others}` }
  // Approving is closed by a rule, yet a denial by this person would be accepted: it waits for them.
  if (may.deny.allowed && seatsOf(now).some((party) => party.given < party.needed && party.eligible.includes(facts.viewer.login)))
    return { turn: 'yours', reason: may.approve.reason }
  return { turn: 'others', reason: may.approve.reason }
}
