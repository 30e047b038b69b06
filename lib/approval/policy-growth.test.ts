import { describe, expect, it } from 'vitest'
import { assess, withVote } from '#lib/approval/assess.ts'
import type { Facts } from '#lib/approval/facts.ts'
import { type Policy, PolicyFile } from '#lib/policy/policy.ts'
import { namedFor } from '#lib/policy/rights.ts'

const NOW = Date.UTC(2026, 10, 21, 12)
const HOUR = 3_600_000
const PEOPLE = ['ann', 'ben', 'cleo', 'dora', 'eve', 'finn'] as const

const file = (change: Record<string, unknown> = {}): Policy =>
  PolicyFile.parse({
    schema: 'vortex-policy/1',
    people: {
      ann: { groups: ['pay', 'senior'] },
      ben: { groups: ['pay'] },
      cleo: { groups: ['trade'] },
      dora: { groups: ['compliance'] },
      eve: { groups: ['night'] },
      finn: {},
    },
    domains: { pay: { approvers: [{ group: 'pay' }], quorum: 1 }, trade: { approvers: [{ group: 'trade' }], quorum: 1 } },
    overall: { quorum: 2 },
    merge: { who: [{ login: 'finn' }] },
    ...change,
  })

const vote = (login: string, verdict: 'approve' | 'deny' = 'approve') => ({ login, verdict, state: 'counted', digest: 'd' }) as const

const facts = (policy: Policy, change: Partial<Facts> = {}): Facts => ({
  now: NOW,
  createdAt: NOW - HOUR,
  decideBy: undefined,
  threads: [],
  viewer: { login: 'ann', kind: 'person' },
  kind: 'admission',
  state: 'open',
  requestedBy: 'finn',
  resource: 'rars rar',
  policy: { ok: true, policy },
  participants: [
    { role: 'Initiator', identity: 'cs', domain: 'trade', problem: undefined },
    { role: 'Counterpart', identity: 'pgw', domain: 'pay', problem: undefined },
  ],
  evaluation: { state: 'present', tier: 'High', hash: 'h', findings: [] },
  digest: { ok: true, digest: 'd' },
  sources: [],
  contributors: [{ login: 'finn', name: 'finn', why: 'filed the request' }],
  votes: [],
  guardian: Object.fromEntries(PEOPLE.map((login) => [login, { word: 'allowed', reason: '' } as const])),
  delivered: undefined,
  ...change,
})
const as = (login: string) => ({ viewer: { login, kind: 'person' } }) as const
const state = (given: Facts, id: string) => assess(given).conditions.find((one) => one.id === id)

describe('required roles', () => {
  const senior = file({
    domains: {
      pay: { approvers: [{ group: 'pay' }], quorum: 2, roles: [{ group: 'senior' }] },
      trade: { approvers: [{ group: 'trade' }], quorum: 1 },
    },
  })
  it('a party is not filled by people outside the role, and one of the role may still sit', () => {
    const two = file({
      domains: {
        pay: { approvers: [{ login: 'ben' }, { login: 'eve' }, { login: 'ann' }], quorum: 2, roles: [{ group: 'senior' }] },
        trade: { approvers: [{ group: 'trade' }], quorum: 1 },
      },
    })
    const given = facts(two, { votes: [vote('ben'), vote('cleo')], ...as('eve') })
    expect(assess(given).may.approve).toMatchObject({ allowed: false, reason: expect.stringContaining('one person fills one seat') })
    expect(assess({ ...given, ...as('ann') }).may.approve.allowed).toBe(true)
    expect(assess({ ...given, votes: [vote('ben'), vote('cleo'), vote('eve')] }).outcome).toBeUndefined()
    expect(assess({ ...given, votes: [vote('ben'), vote('cleo'), vote('ann')] }).outcome?.outcome).toBe('Approved')
  })
  it('the condition says how many of the role are there, and who could be', () => {
    const given = facts(senior, { votes: [vote('ben')] })
    expect(state(given, 'party.pay')).toMatchObject({
      state: 'pending',
      children: [{ state: 'pending', text: '0 of 1 from senior.', who: ['ann'] }],
    })
  })
  it('a role that only contributors have makes the party impossible', () => {
    const given = facts(senior, { contributors: [{ login: 'ann', name: 'ann', why: 'wrote' }] })
    expect(state(given, 'party.pay')).toMatchObject({ state: 'impossible', children: [{ state: 'impossible' }] })
  })
  it('roles together may ask for more than the quorum', () => {
    const both = file({
      domains: {
        pay: { approvers: [{ group: 'pay' }], quorum: 1, roles: [{ group: 'senior' }, { group: 'pay' }] },
        trade: { approvers: [{ group: 'trade' }], quorum: 1 },
      },
    })
    expect(assess(facts(both)).parties.find((party) => party.domain === 'pay')?.needed).toBe(2)
  })
  it('a role that is required overall has a seat of its own beside the parties', () => {
    const overall = file({ overall: { quorum: 2, roles: [{ group: 'compliance' }] } })
    const given = facts(overall, { votes: [vote('ann'), vote('cleo')] })
    expect(assess(given).outcome).toBeUndefined()
    expect(state(given, 'required.compliance')).toMatchObject({ state: 'pending', who: ['dora'] })
    expect(assess({ ...given, ...as('dora') }).may.approve.allowed).toBe(true)
    expect(assess(withVote({ ...given, ...as('dora') }, 'approve', 'd')).outcome?.outcome).toBe('Approved')
  })
})

describe('veto', () => {
  const policy = file({ veto: [{ group: 'compliance' }] })
  it('denies and does not approve', () => {
    const { may } = assess(facts(policy, as('dora')))
    expect([may.approve.allowed, may.deny.allowed]).toEqual([false, true])
    expect(may.approve.reason).toContain('you may deny, not approve')
    expect(assess(withVote(facts(policy, as('dora')), 'deny', 'd')).outcome).toEqual({ outcome: 'Rejected', approvers: ['dora'] })
  })
  it('of a contributor is none', () => {
    const given = facts(policy, { ...as('dora'), contributors: [{ login: 'dora', name: 'dora', why: 'wrote' }] })
    expect(assess(given).may.deny.allowed).toBe(false)
    expect(assess({ ...given, votes: [vote('dora', 'deny')] }).outcome).toBeUndefined()
  })
})

describe('delegation', () => {
  const until = (ms: number) => new Date(ms).toISOString()
  const lent = (end: number) => file({ delegations: [{ from: 'cleo', to: 'eve', until: until(end) }] })
  it('gives the right to the delegate and takes it from the delegator while it runs', () => {
    const policy = lent(NOW + HOUR)
    expect(assess(facts(policy, as('eve'))).may.approve.allowed).toBe(true)
    expect(assess(facts(policy, as('cleo'))).may.approve.reason).toContain('You delegated your right to eve until')
  })
  it('has ended at its end: a vote given before no longer counts', () => {
    const policy = lent(NOW)
    expect(assess(facts(policy, as('eve'))).may.approve.reason).toContain('ended at')
    expect(assess(facts(policy, as('cleo'))).may.approve.allowed).toBe(true)
    expect(assess(facts(policy, { votes: [vote('ann'), vote('eve')] })).outcome).toBeUndefined()
    expect(assess(facts(lent(NOW + HOUR), { votes: [vote('ann'), vote('eve')] })).outcome?.outcome).toBe('Approved')
  })
  it('by a contributor carries no right', () => {
    const given = facts(lent(NOW + HOUR), { ...as('eve'), contributors: [{ login: 'cleo', name: 'cleo', why: 'wrote' }] })
    expect(assess(given).may.approve.reason).toContain('You act for cleo, who contributed')
  })
  it('for one domain does not reach another', () => {
    const policy = file({ delegations: [{ from: 'cleo', to: 'eve', domains: ['pay'], until: until(NOW + HOUR) }] })
    expect(assess(facts(policy, as('eve'))).may.approve.allowed).toBe(false)
    expect(assess(facts(policy, as('cleo'))).may.approve.allowed).toBe(true)
  })
})

describe('clocks', () => {
  const policy = file({ clocks: { decideBy: 'P5D', executeBy: 'P2D', escalate: { after: 'PT2H', to: [{ group: 'night' }] } } })
  it('escalation is told before it fires, and gives seats only when it has', () => {
    const before = facts(policy, as('eve'))
    expect(state(before, 'clock')?.text).toBe('From 2026-11-21T13:00:00Z eve is asked as well.')
    expect(assess(before).may.approve.allowed).toBe(false)
    const after = { ...before, now: NOW + HOUR }
    expect(state(after, 'clock')?.text).toBe('Since 2026-11-21T13:00:00Z eve is asked as well.')
    expect(assess(after).may.approve.allowed).toBe(true)
    const named = (now: number) => namedFor(policy, ['pay'], now, before.createdAt).has('eve')
    expect([named(NOW), named(NOW + HOUR)]).toEqual([false, true])
    expect(namedFor(policy, ['pay'], NOW).has('eve'), 'whoever may be asked at all').toBe(true)
  })
  it('at the end of the time to decide everything closes, and nothing is approved by silence', () => {
    const given = facts(policy, { decideBy: NOW, votes: [vote('cleo'), vote('ben')] })
    const now = assess(given)
    expect([now.may.approve.allowed, now.may.deny.allowed, now.outcome]).toEqual([false, false, undefined])
    expect(now.may.approve.reason).toContain('The time to decide ended at 2026-11-21T12:00:00.000Z')
    expect(assess({ ...given, decideBy: NOW + 1 }).outcome?.outcome).toBe('Approved')
  })
  it.each([
    ['one millisecond before', -1, true],
    ['at the end', 0, false],
  ])('the time to execute, %s', (_sentence, offset, allowed) => {
    const delivered = {
      outcome: 'Approved',
      approvers: ['ann', 'cleo'],
      sealedAt: NOW - 48 * HOUR - offset,
      proposed: true,
      merged: false,
      mergeAsked: false,
      broken: undefined,
    } as const
    const { merge } = assess(facts(policy, { state: 'approved', delivered, ...as('finn') })).may
    expect(merge.allowed).toBe(allowed)
    const denied = { ...delivered, outcome: 'Rejected' } as const
    expect(assess(facts(policy, { state: 'denied', delivered: denied, ...as('finn') })).may.merge.allowed).toBe(true)
  })
})
