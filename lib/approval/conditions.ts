import { assertNever } from '#lib/assert.ts'
import type { Facts } from '#lib/approval/facts.ts'
import { couldDecide, rulesText, unmappedNames } from '#lib/approval/permits.ts'
import { findingsOf, type PartyStanding, type Standing } from '#lib/approval/standing.ts'
import type { ConditionView } from '#lib/approval/view.ts'
import { membersOf } from '#lib/policy/rights.ts'

type State = ConditionView['state']

const condition = (id: string, state: State, text: string, who: readonly string[] = []): ConditionView => ({ id, state, text, who })

/** What stands between the request and its approval, each with who could meet it (product.md: condition tree). */
export function conditionsOf(facts: Facts, now: Standing): readonly ConditionView[] {
  const list = [
    policyCondition(facts),
    clockCondition(facts, now),
    sourceCondition(facts),
    evaluationCondition(facts),
    violationCondition(facts),
    contributorCondition(facts),
    threadCondition(facts),
    ...now.missing.map((text, index) => condition(`party.missing.${index}`, 'impossible', `${text}.`, ownersOf(facts))),
    ...now.parties.map((party) => partyCondition(facts, party)),
    ...now.required.map((role) => requiredCondition(facts, role)),
    overallCondition(facts, now),
    guardianCondition(facts),
  ].filter((one): one is ConditionView => one !== undefined)
  switch (facts.state) {
    case 'open':
      return list
    case 'approved':
      // Everything was met at sealing; what is not met today no longer stands between anything.
      return list.filter((one) => one.state === 'satisfied')
    case 'denied':
    case 'withdrawn':
    case 'expired':
      // That ended the matter: what was still open is overridden, not satisfied.
      return list.map(overridden)
    default:
      return assertNever(facts.state)
  }
}

const overridden = (one: ConditionView): ConditionView =>
  one.state === 'satisfied'
    ? one
    : { ...one, state: 'overridden', who: [], ...(one.children && { children: one.children.map(overridden) }) }

const ownersOf = (facts: Facts): readonly string[] => (facts.policy.ok ? membersOf(facts.policy.policy, facts.policy.policy.merge.who) : [])

const policyCondition = (facts: Facts): ConditionView =>
  facts.policy.ok
    ? condition('policy', 'satisfied', 'The policy file can be read.')
    : condition('policy', 'impossible', facts.policy.problem)

const sourceCondition = (facts: Facts): ConditionView | undefined =>
  facts.sources.length === 0 ? undefined : condition('sources', 'unknown', facts.sources.join(' '))

function evaluationCondition(facts: Facts): ConditionView {
  if (facts.evaluation.state === 'missing') return condition('evaluated', 'pending', facts.evaluation.why)
  if (facts.state === 'open' && !facts.digest.ok) return condition('evaluated', 'unknown', facts.digest.problem)
  return condition('evaluated', 'satisfied', facts.kind === 'admission' ? 'Both policies are evaluated.' : 'The proposal is complete.')
}

function violationCondition(facts: Facts): ConditionView | undefined {
  if (facts.evaluation.state === 'missing') return undefined
  const violations = findingsOf(facts).filter((finding) => finding.severity === 'violation')
  return violations.length === 0
    ? condition('violations', 'satisfied', 'No rule is violated.')
    : condition('violations', 'impossible', `${rulesText(violations)} violated: ${violations.map((finding) => finding.message).join(' ')}`)
}

function contributorCondition(facts: Facts): ConditionView {
  const unmapped = unmappedNames(facts)
  return unmapped.length === 0
    ? condition('contributors', 'satisfied', 'Everybody who contributed is known and may not decide.')
    : condition('contributors', 'impossible', `vortex/policy.yaml does not say who ${unmapped.join(' and ')} is.`, ownersOf(facts))
}

function threadCondition(facts: Facts): ConditionView | undefined {
  const openers = [...new Set(facts.threads.map((thread) => thread.openedBy))]
  return openers.length === 0
    ? undefined
    : condition(
        'threads',
        'pending',
        `${facts.threads.length} blocking ${facts.threads.length === 1 ? 'discussion is' : 'discussions are'} open.`,
        openers,
      )
}

/** The two clocks: until when it can be decided, and who is asked as well from when on. Escalation is told before it fires. */
function clockCondition(facts: Facts, now: Standing): ConditionView | undefined {
  const { escalation } = now
  const ended = facts.decideBy !== undefined && facts.now >= facts.decideBy
  const parts = [
    facts.decideBy !== undefined && `${ended ? 'The time to decide ended' : 'Can be decided until'} ${instant(facts.decideBy)}.`,
    escalation &&
      `${escalation.fired ? 'Since' : 'From'} ${instant(escalation.at)} ${escalation.to.join(' and ') || 'nobody'} ${escalation.to.length > 1 ? 'are' : 'is'} asked as well.`,
  ].filter((part) => typeof part === 'string')
  if (parts.length === 0) return undefined
  return condition('clock', ended ? 'impossible' : 'satisfied', parts.join(' '))
}

const instant = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z')

/** Somebody of a group whom the policy file wants among the approvers whatever the parties are. */
function requiredCondition(facts: Facts, role: PartyStanding): ConditionView {
  const id = `required.${role.domain}`
  const text = `Somebody of ${role.domain}: ${role.given} of ${role.needed}`
  if (role.given >= role.needed) return condition(id, 'satisfied', `${text}.`)
  const who = notYet(facts, role.eligible)
  return role.reachable
    ? condition(id, 'pending', `${text}.`, who)
    : condition(id, 'impossible', `${text}; too few people of that group did not contribute.`, who)
}

const notYet = (facts: Facts, logins: readonly string[]): readonly string[] => {
  const voted = new Set(facts.votes.filter((vote) => vote.state === 'counted').map((vote) => vote.login))
  return logins.filter((login) => !voted.has(login))
}

function partyCondition(facts: Facts, party: PartyStanding): ConditionView {
  const made = seatsCondition(facts, party)
  if (party.special.length === 0) return made
  const children = party.special.map(({ group, count, given, eligible }): ConditionView => {
    const text = `${given} of ${count} from ${group}`
    const id = `party.${party.domain}.${group}`
    if (given >= count) return condition(id, 'satisfied', `${text}.`)
    return condition(id, eligible.length < count ? 'impossible' : 'pending', `${text}.`, notYet(facts, eligible))
  })
  return { ...made, children }
}

function seatsCondition(facts: Facts, party: PartyStanding): ConditionView {
  const text = `${party.domain}: ${party.given} of ${party.needed} ${party.needed === 1 ? 'approval' : 'approvals'}`
  if (party.given >= party.needed) return condition(`party.${party.domain}`, 'satisfied', `${text}.`)
  const who = notYet(facts, party.eligible)
  return party.reachable
    ? condition(`party.${party.domain}`, 'pending', `${text}.`, who)
    : condition(`party.${party.domain}`, 'impossible', `${text}; too few people are entitled who did not contribute.`, who)
}

function overallCondition(facts: Facts, now: Standing): ConditionView | undefined {
  if (now.parties.length === 0) return undefined
  const { given, needed } = now.overall
  const text = `Overall: ${given} of ${needed} different people.`
  return given >= needed ? condition('overall', 'satisfied', text) : condition('overall', 'pending', text, couldDecide(facts, now))
}

function guardianCondition(facts: Facts): ConditionView {
  const silent = Object.entries(facts.guardian).filter(([, answer]) => answer.word === 'unknown')
  if (silent.length > 0)
    return condition('guardian', 'unknown', `Guardian did not answer for ${silent.map(([login]) => login).join(', ')}.`)
  const refused = facts.votes
    .filter((vote) => vote.state === 'counted' && facts.guardian[vote.login]?.word === 'denied')
    .map((vote) => vote.login)
  return refused.length > 0
    ? condition('guardian', 'pending', `Guardian no longer allows ${refused.join(', ')}; that vote does not count now.`)
    : condition('guardian', 'satisfied', 'Guardian allows everybody whose vote counts.')
}
