import { describe, expect, it } from 'vitest'
import { assess, withVote } from '#lib/approval/assess.ts'
import type { Facts } from '#lib/approval/facts.ts'
import { PolicyFile } from '#lib/policy/policy.ts'

const policy = PolicyFile.parse({
  schema: 'vortex-policy/1',
  people: {
    maria: { groups: ['banking', 'payments'] },
    amir: { groups: ['banking'] },
    lena: { groups: ['trading'] },
    james: { groups: ['platform'] },
    root: { groups: ['platform'] },
  },
  domains: {
    banking: { approvers: [{ group: 'banking' }], quorum: 1 },
    payments: { approvers: [{ group: 'payments' }], quorum: 1 },
    trading: { approvers: [{ group: 'trading' }], quorum: 1 },
  },
  overall: { quorum: 2 },
  raise: [{ when: 'ambiguous', party: 'initiator', quorum: 2 }],
  merge: { who: [{ group: 'platform' }, { login: 'maria' }] },
})
const allowed = { word: 'allowed', reason: 'allowed' } as const
const everybody = Object.fromEntries(['maria', 'amir', 'lena'].map((login) => [login, allowed]))
const vote = (login: string, verdict: 'approve' | 'deny' = 'approve', digest = 'd') =>
  ({ login, verdict, state: 'counted', digest }) as const
const finding = (severity: 'info' | 'ambiguous' | 'violation', rule = 'E6') =>
  ({ rule, severity, message: 'Said by the rule.', role: 'Initiator' }) as const

const base: Facts = {
  now: Date.UTC(2026, 10, 21),
  createdAt: Date.UTC(2026, 10, 20),
  decideBy: undefined,
  threads: [],
  viewer: { login: 'maria', kind: 'person' },
  kind: 'admission',
  state: 'open',
  requestedBy: 'james',
  resource: 'relationshipadmissionrequests.seam.ontai.dev rar',
  policy: { ok: true, policy },
  participants: [
    { role: 'Initiator', identity: 'cs', domain: 'trading', problem: undefined },
    { role: 'Counterpart', identity: 'pgw', domain: 'payments', problem: undefined },
  ],
  evaluation: { state: 'present', tier: 'High', hash: 'h', findings: [] },
  digest: { ok: true, digest: 'd' },
  sources: [],
  contributors: [{ login: 'james', name: 'james', why: 'filed the request' }],
  votes: [],
  guardian: everybody,
  delivered: undefined,
}
const facts = (change: Partial<Facts> = {}): Facts => ({ ...base, ...change })
const as = (login: string, kind: 'person' | 'machine' = 'person') => ({ viewer: { login, kind } })

describe('who may vote', () => {
  it.each<[string, Partial<Facts>, boolean, boolean, RegExp]>([
    ['a named person whom Guardian allows may do both', {}, true, true, /fills a seat/],
    ['a machine may do nothing', as('maria', 'machine'), false, false, /signed-in person/],
    ['a person whom the policy does not name may do nothing', as('root'), false, false, /does not name you for trading or payments/],
    ['an approver of a domain that is no party may do nothing', { ...as('amir') }, false, false, /does not name you/],
    [
      'the requester may do nothing',
      { ...as('lena'), contributors: [{ login: 'lena', name: 'lena', why: 'filed the request' }] },
      false,
      false,
      /You filed the request/,
    ],
    [
      'Guardian says no',
      { guardian: { maria: { word: 'denied', reason: 'no rule' } } },
      false,
      false,
      /Guardian does not let you update.*no rule/,
    ],
    [
      'Guardian is silent about the viewer',
      { guardian: { maria: { word: 'unknown', reason: 'silent' } } },
      false,
      false,
      /Guardian did not answer for maria/,
    ],
    [
      'Guardian is silent about another voter',
      { guardian: { ...everybody, lena: { word: 'unknown', reason: 'silent' } } },
      false,
      false,
      /Guardian did not answer for lena/,
    ],
    [
      'the policy file cannot be read',
      { policy: { ok: false, problem: 'vortex/policy.yaml line 3, x: unknown.' } },
      false,
      false,
      /line 3/,
    ],
    ['a source is silent', { sources: ['Kubernetes: does not answer.'] }, false, false, /Kubernetes: does not answer/],
    [
      'it is not evaluated',
      { evaluation: { state: 'missing', why: 'The request is not evaluated yet.' } },
      false,
      false,
      /not evaluated yet/,
    ],
    ['there is no digest', { digest: { ok: false, problem: 'the document is not valid YAML.' } }, false, false, /not valid YAML/],
    ['it is already approved', { state: 'approved' }, false, false, /already approved.*new request/],
    ['it is withdrawn', { state: 'withdrawn' }, false, false, /already withdrawn/],
    ['the viewer has voted', { votes: [vote('maria')] }, false, false, /already voted to approve/],
    [
      'the viewer has voted on an older meaning, which lapsed',
      { votes: [{ ...vote('maria', 'approve', 'old'), state: 'lapsed' }] },
      true,
      true,
      /fills a seat/,
    ],
    [
      'a rule is violated',
      { evaluation: { state: 'present', tier: 'High', hash: 'h', findings: [finding('violation')] } },
      false,
      true,
      /E6.*Denying is open/,
    ],
    [
      'a participant has no party',
      { participants: [{ role: 'Initiator', identity: 'cs', domain: undefined, problem: 'no boundary' }, ...base.participants.slice(1)] },
      false,
      true,
      /cs has no party: no boundary/,
    ],
    [
      'a domain is unknown to the policy file',
      { participants: [{ role: 'Initiator', identity: 'cs', domain: 'elsewhere', problem: undefined }, ...base.participants.slice(1)] },
      false,
      true,
      /does not know the domain elsewhere/,
    ],
    [
      'a contributor cannot be mapped',
      { contributors: [{ login: undefined, name: 'x <x@y>', why: 'wrote' }] },
      false,
      true,
      /who x <x@y> is/,
    ],
    [
      'the only seat that one could take is filled',
      {
        participants: base.participants.slice(1),
        votes: [{ ...vote('other') }],
        guardian: { ...everybody, other: allowed },
        policy: {
          ok: true,
          policy: {
            ...policy,
            domains: { ...policy.domains, payments: { approvers: [{ login: 'maria' }, { login: 'other' }], quorum: 1, roles: [] } },
          },
        },
      },
      false,
      true,
      /one person fills one seat/,
    ],
  ])('%s', (_sentence, change, approve, deny, words) => {
    const { may } = assess(facts(change))
    expect([may.approve.allowed, may.deny.allowed]).toEqual([approve, deny])
    expect(may.approve.reason).toMatch(words)
  })

  it('a refusal names who could, and never the viewer', () => {
    expect(assess(facts(as('root'))).may.approve.who).toEqual(['lena', 'maria'])
    expect(assess(facts({ votes: [vote('maria')] })).may.approve.who).toEqual(['lena'])
  })
})

describe('what the votes decide', () => {
  const outcome = (change: Partial<Facts>) => assess(facts(change)).outcome
  it.each<[string, Partial<Facts>, unknown]>([
    ['nothing yet', {}, undefined],
    ['one of two is not enough', { votes: [vote('maria')] }, undefined],
    ['one of each party approves', { votes: [vote('maria'), vote('lena')] }, { outcome: 'Approved', approvers: ['maria', 'lena'] }],
    [
      'one denial denies, whatever else was voted',
      { votes: [vote('maria'), vote('lena', 'deny')] },
      { outcome: 'Rejected', approvers: ['lena'] },
    ],
    ['a denial by somebody whom the policy does not name is none', { votes: [vote('amir', 'deny')] }, undefined],
    ['a vote on another digest does not count', { votes: [vote('maria', 'approve', 'old'), vote('lena')] }, undefined],
    ['a withdrawn vote does not count', { votes: [{ ...vote('maria'), state: 'withdrawn' }, vote('lena')] }, undefined],
    [
      'a voter whom Guardian now refuses does not count',
      { votes: [vote('maria'), vote('lena')], guardian: { ...everybody, maria: { word: 'denied', reason: '' } } },
      undefined,
    ],
    [
      'a voter who turns out to have contributed does not count',
      { votes: [vote('maria'), vote('lena')], contributors: [{ login: 'maria', name: 'maria', why: 'wrote' }] },
      undefined,
    ],
    [
      'a violation that appeared later keeps it open',
      { votes: [vote('maria'), vote('lena')], evaluation: { state: 'present', tier: 'High', hash: 'h', findings: [finding('violation')] } },
      undefined,
    ],
    [
      'an ambiguous finding asks the initiator for a second person',
      { votes: [vote('maria'), vote('lena')], evaluation: { state: 'present', tier: 'High', hash: 'h', findings: [finding('ambiguous')] } },
      undefined,
    ],
  ])('%s', (_sentence, change, expected) => {
    expect(outcome(change)).toEqual(expected)
  })

  it('one person fills one seat, and moves to the other party when a later vote needs the seat', () => {
    const participants = [
      { role: 'Initiator', identity: 'cbs', domain: 'banking', problem: undefined },
      { role: 'Counterpart', identity: 'pgw', domain: 'payments', problem: undefined },
    ] as const
    const one = assess(facts({ participants, votes: [vote('maria')] }))
    expect(one.outcome).toBeUndefined()
    expect(one.overall).toEqual({ given: 1, needed: 2 })
    expect(assess(facts({ participants, ...as('amir'), votes: [vote('maria')] })).may.approve.allowed).toBe(true)
    expect(assess(facts({ participants, votes: [vote('maria'), vote('amir')] })).outcome?.outcome).toBe('Approved')
  })

  it('both participants in one domain are one party, its quorum counted once', () => {
    const participants = base.participants.map((one) => ({ ...one, domain: 'banking' }))
    expect(assess(facts({ participants, votes: [vote('amir')] })).outcome).toEqual({ outcome: 'Approved', approvers: ['amir'] })
  })

  it('a policy request needs every domain of the old file', () => {
    const now = assess(facts({ kind: 'policy', participants: [], votes: [vote('maria'), vote('lena')] }))
    expect(now.parties.map((party) => party.domain)).toEqual(['banking', 'payments', 'trading'])
    expect(now.outcome).toBeUndefined()
    expect(assess(facts({ kind: 'policy', participants: [], votes: [vote('maria'), vote('lena'), vote('amir')] })).outcome?.outcome).toBe(
      'Approved',
    )
  })
})

describe('conditions and turns', () => {
  const state = (change: Partial<Facts>, id: string) => assess(facts(change)).conditions.find((one) => one.id === id)
  it('say who could meet what is pending', () => {
    expect(state({ votes: [vote('maria')] }, 'party.trading')).toMatchObject({ state: 'pending', who: ['lena'] })
    expect(state({ votes: [vote('maria')] }, 'party.payments')).toMatchObject({ state: 'satisfied' })
  })
  it('say impossible when too few people are left', () => {
    const contributors = [{ login: 'lena', name: 'lena', why: 'filed the request' }]
    expect(state({ contributors }, 'party.trading')).toMatchObject({ state: 'impossible' })
  })
  it('say overridden for what was open when it was denied', () => {
    expect(state({ state: 'denied', votes: [vote('lena', 'deny')] }, 'party.payments')).toMatchObject({ state: 'overridden', who: [] })
  })
  it('say unknown while Guardian or a source is silent', () => {
    expect(state({ guardian: { maria: { word: 'unknown', reason: '' } } }, 'guardian')).toMatchObject({ state: 'unknown' })
    expect(state({ sources: ['Git has not answered.'] }, 'sources')).toMatchObject({ state: 'unknown' })
  })
  it.each<[string, Partial<Facts>, string]>([
    ['it waits for a person who may approve', {}, 'yours'],
    ['it waits for others once one has voted', { votes: [vote('maria')] }, 'others'],
    ['it does not wait for a contributor', { ...as('lena'), contributors: [{ login: 'lena', name: 'lena', why: 'wrote' }] }, 'others'],
    [
      'it waits for a person who may only deny',
      { evaluation: { state: 'present', tier: 'High', hash: 'h', findings: [finding('violation')] } },
      'yours',
    ],
    ['it waits for nobody once it is decided', { state: 'approved' }, 'decided'],
  ])('%s', (_sentence, change, turn) => {
    expect(assess(facts(change)).turn).toBe(turn)
  })
})

describe('merging', () => {
  const delivered = {
    outcome: 'Approved',
    approvers: ['maria', 'lena'],
    sealedAt: Date.UTC(2026, 10, 20),
    proposed: true,
    merged: false,
    mergeAsked: false,
    broken: undefined,
  } as const
  const merge = (change: Partial<Facts>) => assess(facts({ state: 'approved', delivered, ...as('james'), ...change })).may.merge
  it.each<[string, Partial<Facts>, boolean, RegExp]>([
    ['a person named under merge may', {}, true, /exactly what was sealed/],
    ['a person who is not named may not', as('lena'), false, /does not name you under merge/],
    ['one of several approvers may', as('maria'), true, /exactly what was sealed/],
    ['the only approver may not', { ...as('maria'), delivered: { ...delivered, approvers: ['maria'] } }, false, /only approver/],
    ['a machine may not', as('james', 'machine'), false, /signed-in person/],
    ['nothing is sealed', { delivered: undefined }, false, /before the decision is sealed/],
    ['it is not proposed yet', { delivered: { ...delivered, proposed: false } }, false, /not in the repository yet/],
    ['it is merged', { delivered: { ...delivered, merged: true } }, false, /is merged/],
    ['the merge is asked for already', { delivered: { ...delivered, mergeAsked: true } }, false, /already asked for/],
    ['the meaning moved', { delivered: { ...delivered, broken: 'Merging is refused: it changed.' } }, false, /it changed/],
    ['the policy file cannot be read', { policy: { ok: false, problem: 'line 3.' } }, false, /line 3/],
  ])('%s', (_sentence, change, allowed, words) => {
    expect(merge(change)).toMatchObject({ allowed, reason: expect.stringMatching(words) })
  })
})

it('withdrawing is open until sealed, to the voter only', () => {
  expect(assess(facts({ votes: [vote('maria')] })).may.withdraw.allowed).toBe(true)
  expect(assess(facts({ votes: [vote('lena')] })).may.withdraw.allowed).toBe(false)
  expect(assess(facts({ state: 'denied', votes: [vote('maria')] })).may.withdraw.allowed).toBe(false)
})

describe('a thousand random requests', () => {
  // A seeded generator: the same cases every time.
  const random = (seed: number) => () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    return seed / 2_147_483_648
  }
  const next = random(20_261_121)
  const pick = <T>(list: readonly T[]): T => {
    const wanted = Math.floor(next() * list.length)
    for (const [index, one] of list.entries()) if (index === wanted) return one
    throw new Error('empty list')
  }
  const some = <T>(list: readonly T[], chance: number): T[] => list.filter(() => next() < chance)
  const PEOPLE = ['a', 'b', 'c', 'd', 'e']
  const DOMAINS = ['x', 'y', 'z']

  const randomFacts = (): Facts => {
    const domains = Object.fromEntries(
      some(DOMAINS, 0.9).map((domain) => [domain, { approvers: some(PEOPLE, 0.6).map((login) => ({ login })), quorum: pick([1, 1, 2]) }]),
    )
    const severity = pick(['info', 'info', 'ambiguous', 'violation'] as const)
    return facts({
      viewer: { login: pick(PEOPLE), kind: pick(['person', 'person', 'person', 'machine']) },
      state: pick(['open', 'open', 'open', 'approved']),
      policy: {
        ok: true,
        policy: PolicyFile.parse({
          schema: 'vortex-policy/1',
          domains,
          overall: { quorum: pick([1, 2, 3]) },
          raise: some([{ when: 'ambiguous', party: 'both', quorum: 2 }], 0.5),
        }),
      },
      participants: base.participants.map((one) => ({ ...one, domain: pick([...DOMAINS, ...DOMAINS, undefined]) })),
      evaluation: { state: 'present', tier: 'High', hash: 'h', findings: [finding(severity)] },
      contributors: some(PEOPLE, 0.15).map((login) => ({ login, name: login, why: 'wrote' })),
      votes: some(PEOPLE, 0.5).map((login) => vote(login, 'approve', pick(['d', 'd', 'd', 'old']))),
      guardian: Object.fromEntries(
        PEOPLE.map((login) => [login, { word: pick(['allowed', 'allowed', 'allowed', 'allowed', 'denied'] as const), reason: '' }]),
      ),
    })
  }

  /** Who may take which seat, tried out in every way: slow, obvious, and written apart from the evaluator. */
  const canSeat = (seats: readonly (readonly string[])[], people: readonly string[]): boolean => {
    const [first, ...rest] = seats
    return (
      first === undefined ||
      people.some(
        (person) =>
          first.includes(person) &&
          canSeat(
            rest,
            people.filter((other) => other !== person),
          ),
      )
    )
  }

  it('are sealed exactly when an independent count finds every seat filled by a different entitled person', () => {
    let sealed = 0
    for (let round = 0; round < 3000; round += 1) {
      const one = randomFacts()
      const now = assess(one)
      if (!one.policy.ok) continue
      const file = one.policy.policy
      const names = [...new Set(one.participants.map((participant) => participant.domain ?? 'none'))]
      const findings = one.evaluation.state === 'present' ? one.evaluation.findings : []
      const lift = findings.some((each) => each.severity === 'ambiguous') && file.raise.length > 0 ? 2 : 1
      const barred = new Set(one.contributors.map((each) => each.login))
      const voters = one.votes
        .filter((each) => each.digest === 'd' && one.guardian[each.login]?.word === 'allowed' && !barred.has(each.login))
        .map((each) => each.login)
      const known = names.every((name) => file.domains[name] !== undefined)
      const seats = names.flatMap((name) => {
        const domain = file.domains[name]
        const logins = (domain?.approvers ?? []).flatMap((who) => who.login ?? [])
        return Array.from({ length: Math.max(domain?.quorum ?? 1, lift) }, () => logins)
      })
      const expected = one.state === 'open' && known && findings.every((each) => each.severity !== 'violation') && canSeat(seats, voters)
      expect(now.outcome !== undefined).toBe(expected)
      if (expected) sealed += 1
    }
    expect(sealed).toBeGreaterThan(50)
  })

  it('show a button exactly when casting that vote is accepted, and a vote that is accepted always gets nearer', () => {
    for (let round = 0; round < 3000; round += 1) {
      const one = randomFacts()
      const now = assess(one)
      for (const verdict of ['approve', 'deny'] as const) {
        const permit = now.may[verdict]
        const after = assess(withVote(one, verdict, 'd'))
        const nearer = verdict === 'deny' ? after.outcome?.outcome === 'Rejected' : after.overall.given === now.overall.given + 1
        const mayEver = one.viewer.kind === 'person' && !one.contributors.some((each) => each.login === one.viewer.login)
        expect(permit.allowed && !(nearer && mayEver)).toBe(false)
        expect(permit.reason).not.toBe('')
        expect(permit.who).not.toContain(one.viewer.login)
      }
    }
  })
})
