import { describe, expect, it } from 'vitest'
import { assess, withVote } from '#lib/approval/assess.ts'
import type { Facts } from '#lib/approval/facts.ts'
import { step } from '#lib/approval/machine.ts'
import type { Policy } from '#lib/policy/policy.ts'

/** Policies and requests, each looked at by one random caller: goal 2 of the decision asks for 100,000. */
const ROUNDS = 100_000
const PER_POLICY = 20
const PEOPLE = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'] as const
const DOMAINS = ['x', 'y', 'z'] as const
const GROUPS = ['g1', 'g2'] as const
const NOW = Date.UTC(2026, 10, 21)

/** A seeded generator (xorshift): the same cases every time. */
const randomFrom = (seed: number) => {
  let state = seed
  const next = (): number => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T // safe: the lists here are not empty
  const some = <T>(list: readonly T[], chance: number): T[] => list.filter(() => next() < chance)
  return { pick, some, chance: (share: number) => next() < share }
}
type Random = ReturnType<typeof randomFrom>

const role = (group: string) => ({ group, count: 1 })

const lend = (pick: Random['pick'], from: string) => ({
  from,
  to: pick(PEOPLE.filter((login) => login !== from)),
  until: new Date(NOW + pick([-1, 0, 1])).toISOString(),
})

function randomPolicy({ pick, some, chance }: Random): Policy {
  const domains = some(DOMAINS, 0.9).map((domain) => {
    const approvers = some(PEOPLE, 0.5).map((login) => ({ login }))
    return [domain, { approvers, quorum: pick([1, 1, 2]), roles: chance(0.2) ? [role(pick(GROUPS))] : [] }] as const
  })
  return {
    schema: 'vortex-policy/1',
    people: Object.fromEntries(PEOPLE.map((login) => [login, { groups: some(GROUPS, 0.3), emails: [] }])),
    domains: Object.fromEntries(domains),
    overall: { quorum: pick([1, 2, 3]), roles: chance(0.1) ? [role(pick(GROUPS))] : [] },
    veto: chance(0.2) ? [{ group: pick(GROUPS) }] : [],
    delegations: chance(0.2) ? [lend(pick, pick(PEOPLE))] : [],
    raise: chance(0.3) ? [{ when: pick(['ambiguous', 'high']), party: pick(['initiator', 'counterpart', 'both']), quorum: 2 }] : [],
    merge: { who: [], soleApprover: false },
    levels: {},
    clocks: chance(0.2) ? { escalate: { after: 'PT1H', to: [{ login: pick(PEOPLE) }] } } : {},
    autoAdmission: { enabled: false, sample: 0 },
  }
}

function randomFacts({ pick, some, chance }: Random, policy: Policy): Facts {
  const voters = some(PEOPLE, 0.3)
  const severity = pick(['info', 'info', 'info', 'ambiguous', 'violation'] as const)
  return {
    now: NOW,
    createdAt: NOW - pick([0, 3_600_000]),
    decideBy: chance(0.1) ? NOW + pick([0, 1]) : undefined,
    threads: chance(0.1) ? [{ id: '1', anchor: 'request', openedBy: 'a' }] : [],
    viewer: { login: pick(PEOPLE), kind: chance(0.95) ? 'person' : 'machine' },
    kind: chance(0.05) ? 'policy' : 'admission',
    state: chance(0.95) ? 'open' : pick(['approved', 'denied', 'withdrawn', 'expired']),
    requestedBy: 'a',
    resource: 'rars rar',
    policy: chance(0.98) ? { ok: true, policy } : { ok: false, problem: 'It cannot be read.' },
    participants: (['Initiator', 'Counterpart'] as const).map((side) => ({
      role: side,
      identity: side,
      domain: chance(0.97) ? pick(DOMAINS) : undefined,
      problem: undefined,
    })),
    evaluation: {
      state: 'present',
      tier: pick(['Low', 'High']),
      hash: 'h',
      findings: [{ rule: 'E6', severity, message: 'm', role: 'Initiator' }],
    },
    digest: chance(0.98) ? { ok: true, digest: 'd' } : { ok: false, problem: 'There is none.' },
    sources: chance(0.02) ? ['Git is silent.'] : [],
    contributors: some(PEOPLE, 0.1).map((login) => ({ login, name: login, why: 'wrote' })),
    votes: voters.map((login) => ({ login, verdict: 'approve', state: 'counted', digest: chance(0.9) ? 'd' : 'old' })),
    guardian: Object.fromEntries(
      PEOPLE.map((login) => [login, { word: chance(0.93) ? 'allowed' : chance(0.8) ? 'denied' : 'unknown', reason: '' } as const]),
    ),
    delivered: undefined,
  }
}

describe(`${ROUNDS.toLocaleString('en')} random policies and requests`, () => {
  it(
    'a button is enabled exactly when the server accepts the vote, and what is accepted brings the decision nearer',
    { timeout: 300_000 },
    () => {
      const random = randomFrom(20_261_121)
      let policy = randomPolicy(random)
      let accepted = 0
      for (let round = 0; round < ROUNDS; round += 1) {
        if (round % PER_POLICY === 0) policy = randomPolicy(random)
        const facts = randomFacts(random, policy)
        const shown = assess(facts)
        for (const verdict of ['approve', 'deny'] as const) {
          const permit = shown.may[verdict]
          const digest = facts.digest.ok ? facts.digest.digest : undefined
          const did = step({ state: facts.state, digest, merged: false, votes: facts.votes }, { type: 'cast', facts, verdict, seen: 'd' })
          if (permit.allowed !== did.ok)
            throw new Error(`Round ${round}, ${verdict}: the page says ${permit.reason}, the server ${JSON.stringify(did)}`)
          if (!did.ok) continue
          accepted += 1
          const after = assess(withVote(facts, verdict, 'd'))
          const nearer = verdict === 'deny' ? after.outcome?.outcome === 'Rejected' : after.overall.given === shown.overall.given + 1
          if (!nearer) throw new Error(`Round ${round}, ${verdict}: accepted, and nothing came nearer.`)
        }
      }
      expect(accepted).toBeGreaterThan(ROUNDS / 20)
    },
  )

  it('what is shown as unmet is what a search through every set of people finds, for eight people', { timeout: 300_000 }, () => {
    const random = randomFrom(7)
    const found = { open: 0, impossible: 0 }
    for (let round = 0; round < 20_000; round += 1) {
      const policy = randomPolicy(random)
      const drawn = randomFacts(random, policy)
      const facts: Facts = { ...drawn, state: 'open', threads: [], sources: [], decideBy: undefined, guardian: everybodyAllowed }
      const now = assess(facts)
      if (!facts.policy.ok || !facts.digest.ok || now.parties.length === 0 || now.missing.length > 0) continue
      const seats = [...now.parties, ...now.required]
      const least = leastMore(facts, policy)
      const shown = seats.reduce((sum, party) => sum + party.needed - party.given, 0)
      const impossible = now.conditions.some((one) => /^(party|required)\./.test(one.id) && one.state === 'impossible')
      if (least === undefined ? !impossible : impossible || shown !== least)
        throw new Error(
          `Round ${round}: shown ${shown}${impossible ? ', impossible' : ''}; the search found ${least ?? 'no set that suffices'}.`,
        )
      found[least === undefined ? 'impossible' : 'open'] += 1
    }
    expect(Math.min(found.open, found.impossible)).toBeGreaterThan(1_000)
  })
})

const everybodyAllowed = Object.fromEntries(PEOPLE.map((login) => [login, { word: 'allowed', reason: '' } as const]))

/**
 * The fewest more approvals that fill every seat, by trying every set of people and every seating: written apart from the
 * evaluator, from docs/policy.md. Undefined when no set does.
 */
function leastMore(facts: Facts, policy: Policy): number | undefined {
  const barred = new Set(facts.contributors.map((one) => one.login))
  const groupOf = (group: string) => PEOPLE.filter((login) => policy.people[login]?.groups.includes(group))
  const free = (logins: readonly string[]) => logins.filter((login) => !barred.has(login))
  const lent = policy.delegations.find((one) => Date.parse(one.until) > NOW)
  const escalate = policy.clocks.escalate
  const extra = escalate !== undefined && facts.createdAt + 3_600_000 <= NOW ? (escalate.to[0]?.login ?? '') : ''
  const names = facts.kind === 'policy' ? Object.keys(policy.domains) : facts.participants.map((one) => one.domain ?? '')
  const severity = facts.evaluation.state === 'present' ? facts.evaluation.findings[0]?.severity : undefined
  const tier = facts.evaluation.state === 'present' ? facts.evaluation.tier : undefined
  const seats = [...new Set([...names, ...(facts.kind === 'policy' ? facts.participants.map((one) => one.domain ?? '') : [])])].flatMap(
    (domain) => {
      const file = policy.domains[domain]
      if (file === undefined) return []
      const sides = facts.participants.filter((one) => one.domain === domain).map((one) => one.role.toLowerCase())
      const lifted = policy.raise.some(
        (rule) =>
          (rule.when === 'high' ? tier === 'High' : severity === 'ambiguous') && (rule.party === 'both' || sides.includes(rule.party)),
      )
      let people = file.approvers.flatMap((who) => who.login ?? [])
      if (lent !== undefined && people.includes(lent.from)) {
        const own = people.includes(lent.to)
        people = people.filter((login) => login !== lent.from)
        if (!own && !barred.has(lent.from)) people.push(lent.to)
      }
      const entitled = [...new Set([...free(people), ...(extra !== '' && !barred.has(extra) ? [extra] : [])])]
      const special = file.roles.map(({ group }) => entitled.filter((login) => groupOf(group).includes(login as (typeof PEOPLE)[number])))
      const needed = Math.max(file.quorum, file.roles.length, lifted ? 2 : 1)
      return [...special, ...Array.from({ length: needed - special.length }, () => entitled)]
    },
  )
  const all = [...seats, ...policy.overall.roles.map(({ group }) => free(groupOf(group)))]
  const given = facts.votes.filter((vote) => vote.digest === 'd' && !barred.has(vote.login)).map((vote) => vote.login)
  const others = PEOPLE.filter((login) => !given.includes(login))
  let least: number | undefined
  for (let set = 0; set < 2 ** others.length; set += 1) {
    const more = others.filter((_, bit) => (set >> bit) % 2 === 1)
    if ((least === undefined || more.length < least) && seatable(all, [...given, ...more])) least = more.length
  }
  return least
}

/** Whether every seat finds a different person, tried out one by one. */
function seatable(seats: readonly (readonly string[])[], people: readonly string[]): boolean {
  const [first, ...rest] = seats
  if (first === undefined) return true
  if (people.length < seats.length) return false
  return first.some(
    (person) =>
      people.includes(person) &&
      seatable(
        rest,
        people.filter((other) => other !== person),
      ),
  )
}
