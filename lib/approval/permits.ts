import type { CastVote, Facts } from '#lib/approval/facts.ts'
import type { Verdict } from '#lib/approval/request.ts'
import { fillsSeat, findingsOf, isContributor, seatsOf, type Standing } from '#lib/approval/standing.ts'
import type { Permit } from '#lib/approval/view.ts'
import { executeUntil, mayMerge } from '#lib/policy/rights.ts'

const yes = (reason: string): Permit => ({ allowed: true, reason, who: [] })
const no = (reason: string, who: readonly string[] = []): Permit => ({ allowed: false, reason, who })

/** Why nobody can decide now, whoever asks; undefined when deciding is open. Each names the rule and the way out. */
export function closedBecause(facts: Facts): string | undefined {
  if (facts.state !== 'open') return `This request is already ${facts.state}, and a final state stays. Undoing it is a new request.`
  if (facts.decideBy !== undefined && facts.now >= facts.decideBy)
    return `The time to decide ended at ${instant(facts.decideBy)}, and silence never approves. A new request starts a new clock.`
  if (!facts.policy.ok) return `Deciding is closed: ${facts.policy.problem}`
  if (facts.sources.length > 0) return `Deciding is closed while a source is silent or old: ${facts.sources.join(' ')}`
  if (facts.evaluation.state === 'missing') return `Deciding is closed: ${facts.evaluation.why}`
  if (!facts.digest.ok) return `Deciding is closed: ${facts.digest.problem}`
  const silent = Object.entries(facts.guardian).find(([, answer]) => answer.word === 'unknown')
  if (silent !== undefined) return `Guardian did not answer for ${silent[0]}. Votes are closed until it does.`
  return undefined
}

/** Everybody who could still fill a seat. */
export const couldDecide = (facts: Facts, now: Standing): readonly string[] => {
  const voted = new Set(facts.votes.filter((vote) => vote.state === 'counted').map((vote) => vote.login))
  return [...new Set(seatsOf(now).flatMap((party) => party.eligible))].filter((login) => !voted.has(login)).toSorted()
}

/** May the viewer cast this vote now? The same answer enables the button and admits the vote. */
export function votePermit(facts: Facts, now: Standing, verdict: Verdict): Permit {
  const { login, kind } = facts.viewer
  const who = couldDecide(facts, now).filter((other) => other !== login)
  if (kind !== 'person') return no('Only a signed-in person decides. Machine credentials cannot, through any route.', who)
  const closed = closedBecause(facts)
  if (closed !== undefined) return no(closed)
  const part = facts.contributors.find((one) => one.login === login)
  if (part !== undefined) return no(`You ${part.why}, and nobody who contributed may decide.`, who)
  const seats = seatsOf(now).some((party) => party.eligible.includes(login))
  if (!seats && !now.veto.includes(login)) return no(notNamed(facts, now), who)
  const word = facts.guardian[login]
  if (word?.word !== 'allowed')
    return no(
      `Guardian does not let you update ${facts.resource}: ${word?.reason ?? 'it was not asked'}. Guardian's RBACProfile has to grant it.`,
      who,
    )
  const mine = facts.votes.find((vote) => vote.login === login && vote.state === 'counted')
  // A vote that Guardian refused when the last one came, and allows again: nothing seals by itself, and nobody is left who has not voted.
  if (mine?.verdict === 'approve' && now.filled)
    return no('Every needed vote counts again. Withdraw yours and give it once more: that seals the decision.', who)
  if (mine !== undefined) return no(`You have already voted to ${mine.verdict}. Withdraw that vote first if you want to change it.`, who)
  if (verdict === 'deny') return yes('A denial by anyone entitled decides at once.')
  if (!seats) return no('vortex/policy.yaml gives you a veto here and no seat: you may deny, not approve.', who)
  return approvePermit(facts, now, who)
}

/** Why the file gives no seat: a right that is lent out, one that an author lent, or none at all. */
function notNamed(facts: Facts, now: Standing): string {
  const { login } = facts.viewer
  const lent = facts.policy.ok
    ? facts.policy.policy.delegations.find((one) => (one.from === login || one.to === login) && Date.parse(one.until) > facts.now)
    : undefined
  if (lent?.from === login) return `You delegated your right to ${lent.to} until ${lent.until}, so you do not decide.`
  const parties = now.parties.map((party) => party.domain).join(' or ') || 'any party of this request'
  if (lent !== undefined && isContributor(facts, lent.from))
    return `You act for ${lent.from}, who contributed, and nobody who contributed may decide.`
  const ended = facts.policy.ok
    ? facts.policy.policy.delegations.find((one) => one.to === login && Date.parse(one.until) <= facts.now)
    : undefined
  if (ended !== undefined) return `The delegation of ${ended.from} to you ended at ${ended.until}.`
  return `vortex/policy.yaml does not name you for ${parties}.`
}

const instant = (ms: number): string => new Date(ms).toISOString()

function approvePermit(facts: Facts, now: Standing, who: readonly string[]): Permit {
  const violations = findingsOf(facts).filter((finding) => finding.severity === 'violation')
  if (violations.length > 0)
    return no(`Approving is closed while a rule is violated (${rulesText(violations)}): ${violations[0]?.message ?? ''} Denying is open.`)
  if (now.missing.length > 0) return no(`Nobody can approve: ${now.missing.join('; ')}. Denying is open.`)
  const [blocking] = facts.threads
  if (blocking !== undefined)
    return no(`Approving waits until the discussion that ${blocking.openedBy} opened on ${blocking.anchor} is resolved. Denying is open.`)
  const unmapped = unmappedNames(facts)
  if (unmapped.length > 0)
    return no(
      `Approving waits until vortex/policy.yaml says who ${unmapped.join(' and ')} is, because a contributor may not decide. Add the address under people.`,
    )
  if (!fillsSeat(facts, now, facts.viewer.login)) return no('Every seat that you could take is filled, and one person fills one seat.', who)
  return yes('Your approval fills a seat that is still open.')
}

/** May the viewer take the own vote back? Open until sealed. */
export function withdrawPermit(
  facts: Pick<Facts, 'viewer' | 'state'> & { readonly votes: readonly Pick<CastVote, 'login' | 'state'>[] },
): Permit {
  if (facts.viewer.kind !== 'person') return no('Only a signed-in person can withdraw a vote.')
  if (facts.state !== 'open')
    return no(`This request is already ${facts.state}; a vote can be withdrawn only before the decision is sealed.`)
  return facts.votes.some((vote) => vote.login === facts.viewer.login && vote.state === 'counted')
    ? yes('Your vote can be withdrawn until the decision is sealed.')
    : no('You have no vote here that counts.')
}

/** May the viewer ask for the merge of the sealed proposal? */
export function mergePermit(facts: Facts): Permit {
  const { delivered, viewer, policy } = facts
  if (viewer.kind !== 'person') return no('Only a signed-in person can ask for the merge.')
  if (delivered === undefined) return no('There is nothing to merge before the decision is sealed.')
  if (delivered.merged) return no('The proposal is merged.')
  if (!delivered.proposed) return no('The proposal is not in the repository yet. Delivery goes on by itself.')
  if (!policy.ok) return no(`Merging is closed: ${policy.problem}`)
  const sole = delivered.approvers.length === 1 ? delivered.approvers[0] : undefined
  const right = mayMerge(policy.policy, viewer.login, sole)
  if (!right.named) return no('vortex/policy.yaml does not name you under merge.', right.who)
  if (right.ownApproval)
    return no('You are the only approver, and the only approver does not merge (merge.soleApprover is false).', right.who)
  if (delivered.broken !== undefined) return no(delivered.broken)
  const late = executeByOf(facts)
  if (late !== undefined && facts.now >= late)
    return no(
      `The time to execute ended at ${instant(late)} (clocks.executeBy), so the approval no longer carries. A new request asks anew.`,
    )
  if (facts.sources.length > 0) return no(`Merging is closed while a source is silent or old: ${facts.sources.join(' ')}`)
  if (delivered.mergeAsked) return no('The merge is already asked for. Delivery goes on by itself.')
  return yes('The proposal is exactly what was sealed.')
}

/** When a sealed approval may no longer be merged (epoch milliseconds); a denial has no such end. */
export function executeByOf({ delivered, policy }: Pick<Facts, 'delivered' | 'policy'>): number | undefined {
  return delivered?.outcome === 'Approved' && policy.ok ? executeUntil(policy.policy, delivered.sealedAt) : undefined
}

export const unmappedNames = (facts: Facts): readonly string[] =>
  facts.contributors.filter((one) => one.login === undefined).map((one) => one.name)

export const rulesText = (findings: readonly { readonly rule: string }[]): string =>
  [...new Set(findings.map((finding) => finding.rule))].join(', ')

/** A contributor who would otherwise be asked; used by the inbox to say why it is not their turn. */
export const contributed = (facts: Facts): boolean => isContributor(facts, facts.viewer.login)
