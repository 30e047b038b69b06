import type { CastVote, Facts, Finding } from '#lib/approval/facts.ts'
import { type RoleSeats, seat } from '#lib/approval/seats.ts'
import { entitledAt, escalatesAt, knowsDomain, membersOf, overallQuorum, requiredQuorum } from '#lib/policy/rights.ts'
import type { Policy, PolicyRole } from '#lib/policy/policy.ts'

/** One party with its seats as they are filled now. */
export type PartyStanding = {
  /** Domain of a party; the group of a role that is required overall. */
  readonly domain: string
  readonly roles: readonly ('Initiator' | 'Counterpart')[]
  /** Named by the policy file, contributors included. */
  readonly approvers: readonly string[]
  /** May take a seat: named and not a contributor. */
  readonly eligible: readonly string[]
  readonly given: number
  readonly needed: number
  /** Seats that only people of one group may take, as they are filled now. */
  readonly special: readonly (RoleSeats & { readonly given: number })[]
  /** False when even everybody eligible together could not fill the seats. */
  readonly reachable: boolean
}

export type Standing = {
  readonly parties: readonly PartyStanding[]
  /** Seats that the policy file requires overall, one entry per group. */
  readonly required: readonly PartyStanding[]
  readonly overall: { readonly given: number; readonly needed: number }
  /** May deny and take no seat: the veto of the policy file, contributors excluded. */
  readonly veto: readonly string[]
  /** Who is asked as well once the time to escalate has come (epoch milliseconds), and whether it has. */
  readonly escalation: { readonly at: number; readonly to: readonly string[]; readonly fired: boolean } | undefined
  /** Participants without a party, in words. */
  readonly missing: readonly string[]
  readonly seated: readonly string[]
  /** Entitled denials that count now. */
  readonly denials: readonly string[]
  readonly filled: boolean
}

const NOTHING: Standing = {
  parties: [],
  required: [],
  overall: { given: 0, needed: 0 },
  veto: [],
  escalation: undefined,
  missing: [],
  seated: [],
  denials: [],
  filled: false,
}

/** Every seat that an approval can fill. */
export const seatsOf = (now: Pick<Standing, 'parties' | 'required'>): readonly PartyStanding[] => [...now.parties, ...now.required]

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
  const escalation = escalationOf(facts, policy)
  const { parties, missing } = partiesOf(facts, policy, escalation?.fired === true ? escalation.to : [])
  const required = parties.length === 0 ? [] : policy.overall.roles.map((role) => requiredOf(facts, policy, role))
  const all = [...parties, ...required]
  const votes = countedVotes(facts)
  const seats = all.map(seatParty)
  const now = seat(
    seats,
    votes.filter((vote) => vote.verdict === 'approve').map((vote) => vote.login),
  )
  const best = seat(seats, [...new Set(all.flatMap((party) => party.eligible))])
  const needed = overallQuorum(
    policy,
    all.map((party) => party.needed),
  )
  const stand = all.map((party, index): PartyStanding => ({
    ...party,
    special: party.special.map((role, at) => ({ ...role, given: now.roles[index]?.[at] ?? 0 })),
    given: now.given[index] ?? 0,
    reachable: (best.given[index] ?? 0) >= party.needed,
  }))
  const veto = membersOf(policy, policy.veto).filter((login) => !isContributor(facts, login))
  const deniers = new Set([...all.flatMap((party) => party.eligible), ...veto])
  return {
    parties: stand.slice(0, parties.length),
    required: stand.slice(parties.length),
    overall: { given: now.filled, needed },
    veto,
    escalation,
    missing,
    seated: now.seated,
    denials: votes.filter((vote) => vote.verdict === 'deny' && deniers.has(vote.login)).map((vote) => vote.login),
    filled: missing.length === 0 && parties.length > 0 && stand.every((party) => party.given >= party.needed) && now.filled >= needed,
  }
}

type Party = Omit<PartyStanding, 'given' | 'reachable' | 'special'> & { readonly special: readonly RoleSeats[] }

const seatParty = ({ domain, needed, eligible, special }: Party) => ({ domain, needed, eligible, roles: special })

/** When the clock of the policy file asks more people, counted from the first sight of the request. */
function escalationOf(facts: Facts, policy: Policy): Standing['escalation'] {
  const at = escalatesAt(policy, facts.createdAt)
  if (at === undefined) return undefined
  return {
    at,
    to: membersOf(policy, policy.clocks.escalate?.to ?? []).filter((login) => !isContributor(facts, login)),
    fired: facts.now >= at,
  }
}

/** Seats that the policy file requires whatever the parties are, for example somebody of compliance. */
function requiredOf(facts: Facts, policy: Policy, { group, count }: PolicyRole): Party {
  const approvers = membersOf(policy, [{ group }])
  const eligible = approvers.filter((login) => !isContributor(facts, login))
  return { domain: group, roles: [], approvers, eligible, needed: count, special: [] }
}

/**
 * Both participants in one domain are one party, its quorum counted once (decisions.md 2). A policy request concerns every
 * domain of the old file. `more` are those whom an escalation asks as well: they may take any seat that is open to all.
 */
function partiesOf(
  facts: Facts,
  policy: Policy,
  more: readonly string[],
): { readonly parties: readonly Party[]; readonly missing: readonly string[] } {
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
  const parties = [...roles].map(([domain, held]): Party => {
    const entitled = entitledAt(policy, domain, facts.now)
    // Whoever acts by the right of a contributor acts for a contributor.
    const own = entitled.filter(({ login, by }) => !isContributor(facts, login) && (by === undefined || !isContributor(facts, by)))
    const eligible = [...new Set([...own.map(({ login }) => login), ...more])].toSorted()
    return {
      domain,
      roles: held,
      approvers: entitled.map(({ login }) => login),
      eligible,
      needed: requiredQuorum(policy, domain, { roles: held, ambiguous, high }),
      special: (policy.domains[domain]?.roles ?? []).map(({ group, count }) => {
        const members = new Set(membersOf(policy, [{ group }]))
        return { group, count, eligible: eligible.filter((login) => members.has(login)) }
      }),
    }
  })
  return { parties, missing }
}

/** Whether one more approval by this person would fill one more seat. */
export function fillsSeat(facts: Facts, now: Pick<Standing, 'parties' | 'required'>, login: string): boolean {
  const approvals = countedVotes(facts)
    .filter((vote) => vote.verdict === 'approve')
    .map((vote) => vote.login)
  const seats = seatsOf(now).map(seatParty)
  return seat(seats, [...approvals, login]).filled > seat(seats, approvals).filled
}
