import type { CastVote, Facts, Finding } from '#lib/approval/facts.ts'
import { type SeatParty, seat } from '#lib/approval/seats.ts'
import { approversOf, knowsDomain, overallQuorum, requiredQuorum } from '#lib/policy/rights.ts'
import type { Policy } from '#lib/policy/policy.ts'

/** One party with its seats as they are filled now. */
export type PartyStanding = {
  readonly domain: string
  readonly roles: readonly ('Initiator' | 'Counterpart')[]
  /** Named by the policy file, contributors included. */
  readonly approvers: readonly string[]
  /** May take a seat: named and not a contributor. */
  readonly eligible: readonly string[]
  readonly given: number
  readonly needed: number
  /** False when even everybody eligible together could not fill the seats. */
  readonly reachable: boolean
}

export type Standing = {
  readonly parties: readonly PartyStanding[]
  readonly overall: { readonly given: number; readonly needed: number }
  /** Participants without a party, in words. */
  readonly missing: readonly string[]
  readonly seated: readonly string[]
  /** Entitled denials that count now. */
  readonly denials: readonly string[]
  readonly filled: boolean
}

const NOTHING: Standing = { parties: [], overall: { given: 0, needed: 0 }, missing: [], seated: [], denials: [], filled: false }

export const findingsOf = (facts: Facts): readonly Finding[] => (facts.evaluation.state === 'present' ? facts.evaluation.findings : [])

export const isContributor = (facts: Facts, login: string): boolean => facts.contributors.some((one) => one.login === login)

/** Votes that count: not withdrawn and, while the request is open, on today's meaning by somebody whom Guardian does not refuse. */
export const countedVotes = (facts: Facts): readonly CastVote[] =>
  facts.votes.filter(
    (vote) =>
      vote.state === 'counted' &&
      (facts.state !== 'open' ||
        (facts.digest.ok &&
          vote.digest === facts.digest.digest &&
          facts.guardian[vote.login]?.word === 'allowed' &&
          !isContributor(facts, vote.login))),
  )

/** Parties, quorums and who holds which seat. A voter whom the policy no longer names holds none. */
export function standing(facts: Facts): Standing {
  if (!facts.policy.ok) return NOTHING
  const { policy } = facts.policy
  const { parties, missing } = partiesOf(facts, policy)
  const votes = countedVotes(facts)
  const seats: readonly SeatParty[] = parties
  const now = seat(
    seats,
    votes.filter((vote) => vote.verdict === 'approve').map((vote) => vote.login),
  )
  const best = seat(seats, [...new Set(parties.flatMap((party) => party.eligible))])
  const needed = overallQuorum(
    policy,
    parties.map((party) => party.needed),
  )
  return {
    parties: parties.map((party, index) => ({
      ...party,
      given: now.given[index] ?? 0,
      reachable: (best.given[index] ?? 0) >= party.needed,
    })),
    overall: { given: now.filled, needed },
    missing,
    seated: now.seated,
    denials: votes
      .filter((vote) => vote.verdict === 'deny' && parties.some((party) => party.eligible.includes(vote.login)))
      .map((vote) => vote.login),
    filled:
      missing.length === 0 &&
      parties.length > 0 &&
      parties.every((party, index) => (now.given[index] ?? 0) >= party.needed) &&
      now.filled >= needed,
  }
}

/** Both participants in one domain are one party, its quorum counted once (decisions.md 2). A policy request concerns every domain of the old file. */
function partiesOf(
  facts: Facts,
  policy: Policy,
): { readonly parties: readonly Omit<PartyStanding, 'given' | 'reachable'>[]; readonly missing: readonly string[] } {
  const high = facts.evaluation.state === 'present' && facts.evaluation.tier === 'High'
  const ambiguous = findingsOf(facts).some((finding) => finding.severity === 'ambiguous')
  const roles = new Map<string, ('Initiator' | 'Counterpart')[]>()
  const missing: string[] = []
  if (facts.kind === 'policy') for (const domain of Object.keys(policy.domains)) roles.set(domain, [])
  for (const participant of facts.participants) {
    const { domain, identity } = participant
    if (domain === undefined) missing.push(`${identity} has no party: ${participant.problem ?? 'its domain is not known'}`)
    else if (!knowsDomain(policy, domain)) missing.push(`${identity} has no party: vortex/policy.yaml does not know the domain ${domain}`)
    else roles.set(domain, [...(roles.get(domain) ?? []), participant.role])
  }
  const parties = [...roles].map(([domain, held]) => {
    const approvers = approversOf(policy, domain)
    return {
      domain,
      roles: held,
      approvers,
      eligible: approvers.filter((login) => !isContributor(facts, login)),
      needed: requiredQuorum(policy, domain, { roles: held, ambiguous, high }),
    }
  })
  return { parties, missing }
}

/** Whether one more approval by this person would fill one more seat. */
export function fillsSeat(facts: Facts, parties: readonly PartyStanding[], login: string): boolean {
  const approvals = countedVotes(facts)
    .filter((vote) => vote.verdict === 'approve')
    .map((vote) => vote.login)
  return seat(parties, [...approvals, login]).filled > seat(parties, approvals).filled
}
