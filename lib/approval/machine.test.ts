import { describe, expect, it } from 'vitest'
import type { Facts } from '#lib/approval/facts.ts'
import { type Event, type Now, type Refused, settle, step } from '#lib/approval/machine.ts'
import { PolicyFile } from '#lib/policy/policy.ts'

const policy = PolicyFile.parse({
  schema: 'vortex-policy/1',
  domains: { a: { approvers: [{ login: 'ada' }], quorum: 1 }, b: { approvers: [{ login: 'ben' }, { login: 'cho' }], quorum: 1 } },
})
const allowed = { word: 'allowed', reason: 'allowed' } as const
const facts: Facts = {
  now: 1,
  createdAt: 0,
  decideBy: undefined,
  threads: [],
  viewer: { login: 'ben', kind: 'person' },
  kind: 'admission',
  state: 'open',
  requestedBy: 'eli',
  resource: 'rar',
  policy: { ok: true, policy },
  participants: [
    { role: 'Initiator', identity: 'x', domain: 'a', problem: undefined },
    { role: 'Counterpart', identity: 'y', domain: 'b', problem: undefined },
  ],
  evaluation: { state: 'present', tier: 'Low', hash: 'h', findings: [] },
  digest: { ok: true, digest: 'one' },
  sources: [],
  contributors: [],
  votes: [],
  guardian: { ada: allowed, ben: allowed, cho: allowed },
  delivered: undefined,
}

const ada = { login: 'ada', verdict: 'approve', state: 'counted', digest: 'one' } as const
const now = (state: Now['state'], merged = false, votes: Now['votes'] = [ada]): Now => ({ state, digest: 'one', merged, votes })
const STATES: Readonly<Record<string, Now>> = {
  open: now('open'),
  'open without votes': now('open', false, []),
  approved: now('approved'),
  'approved and merged': now('approved', true),
  denied: now('denied'),
  'denied and merged': now('denied', true),
  withdrawn: now('withdrawn'),
  expired: now('expired'),
}
const cause = 'said by the test'
const cast = { type: 'cast', facts, verdict: 'approve', seen: 'one' } as const
const EVENTS: Readonly<Record<string, Event>> = {
  approve: cast,
  deny: { ...cast, verdict: 'deny' },
  'approve an old version': { ...cast, seen: 'zero' },
  'approve as the same person again': { ...cast, facts: { ...facts, viewer: { login: 'ada', kind: 'person' } } },
  'approve as a machine': { ...cast, facts: { ...facts, viewer: { login: 'ben', kind: 'machine' } } },
  'approve after the time': { ...cast, facts: { ...facts, decideBy: 1 } },
  'withdraw as the voter': { type: 'withdraw', viewer: { login: 'ada', kind: 'person' } },
  'withdraw as somebody else': { type: 'withdraw', viewer: { login: 'ben', kind: 'person' } },
  'withdraw as a machine': { type: 'withdraw', viewer: { login: 'ada', kind: 'machine' } },
  'the same meaning': { type: 'meaning', digest: 'one', cause },
  'no meaning': { type: 'meaning', digest: undefined, cause },
  'another meaning': { type: 'meaning', digest: 'two', cause },
  'another policy': { type: 'policy', digest: 'two', cause },
  surroundings: { type: 'surroundings' },
  'admit automatically': { type: 'admit', seen: 'one', by: 'system' },
  'admit an old version': { type: 'admit', seen: 'zero', by: 'system' },
  deleted: { type: 'deleted', cause },
  'approved elsewhere': { type: 'decided-elsewhere', outcome: 'Approved', cause },
  'denied elsewhere': { type: 'decided-elsewhere', outcome: 'Rejected', cause },
  'time is up': { type: 'expired', now: 2, decideBy: 2, cause },
  'time is not up': { type: 'expired', now: 1, decideBy: 2, cause },
  'no clock': { type: 'expired', now: 1, decideBy: undefined, cause },
  merged: { type: 'merged' },
  restart: { type: 'restart' },
}

/** What stands after a step, in short: state, merged, each vote, digest where it moved. */
const told = ({ state, merged, votes, digest }: Now): string =>
  [
    state,
    ...(merged ? ['merged'] : []),
    ...votes.map((one) => `${one.login} ${one.state}`),
    ...(digest === 'one' ? [] : [`${digest}`]),
  ].join(', ')

const END: Readonly<Record<string, Refused['rule']>> = Object.fromEntries(
  Object.keys(EVENTS)
    .filter((event) => !['surroundings', 'restart', 'merged'].includes(event))
    .map((event) => [event, 'final' as const]),
)
const STAYS = { surroundings: true, restart: true } as const
/** The whole table: a rule that refuses, `true` for nothing changed, or what stands afterwards. */
const TABLE: Readonly<Record<string, Readonly<Record<string, string | true>>>> = {
  open: {
    ...STAYS,
    approve: 'approved, ada counted, ben counted',
    deny: 'denied, ada counted, ben counted',
    'approve an old version': 'stale',
    'approve as the same person again': 'permit',
    'approve as a machine': 'permit',
    'approve after the time': 'permit',
    'withdraw as the voter': 'open, ada withdrawn',
    'withdraw as somebody else': 'permit',
    'withdraw as a machine': 'permit',
    'the same meaning': true,
    'no meaning': 'open, ada counted, undefined',
    'another meaning': 'open, ada lapsed, two',
    'another policy': 'open, ada lapsed, two',
    'admit automatically': 'approved, ada counted',
    'admit an old version': 'stale',
    deleted: 'withdrawn, ada lapsed',
    'approved elsewhere': 'approved, ada lapsed',
    'denied elsewhere': 'denied, ada lapsed',
    'time is up': 'expired, ada lapsed',
    'time is not up': 'not-due',
    'no clock': 'not-due',
    merged: 'not-sealed',
  },
  'open without votes': {
    ...STAYS,
    approve: 'open, ben counted',
    deny: 'denied, ben counted',
    'approve an old version': 'stale',
    'approve as the same person again': 'open, ada counted',
    'approve as a machine': 'permit',
    'approve after the time': 'permit',
    'withdraw as the voter': 'permit',
    'withdraw as somebody else': 'permit',
    'withdraw as a machine': 'permit',
    'the same meaning': true,
    'no meaning': 'open, undefined',
    'another meaning': 'open, two',
    'another policy': 'open, two',
    'admit automatically': 'approved',
    'admit an old version': 'stale',
    deleted: 'withdrawn',
    'approved elsewhere': 'approved',
    'denied elsewhere': 'denied',
    'time is up': 'expired',
    'time is not up': 'not-due',
    'no clock': 'not-due',
    merged: 'not-sealed',
  },
  approved: {
    ...END,
    ...STAYS,
    'the same meaning': true,
    'no meaning': true,
    'another meaning': 'approved, ada lapsed',
    'another policy': 'approved, ada lapsed',
    merged: 'approved, merged, ada counted',
  },
  'approved and merged': { ...END, ...STAYS, merged: 'final' },
  denied: { ...END, ...STAYS, merged: 'denied, merged, ada counted' },
  'denied and merged': { ...END, ...STAYS, merged: 'final' },
  withdrawn: { ...END, ...STAYS, merged: 'not-sealed' },
  expired: { ...END, ...STAYS, merged: 'not-sealed' },
}

describe.each(Object.entries(STATES))('%s', (name, state) => {
  it.each(Object.entries(EVENTS))('%s', (event, happens) => {
    const wanted = TABLE[name]?.[event]
    const did = step(state, happens)
    const said = did.ok ? told(settle(state, did.value)) : did.error.rule
    expect(said).toBe(wanted === true ? told(state) : wanted)
    expect(did.ok ? 'Done.' : did.error.text).toMatch(/\.$/)
  })
})

it('no event leads out of a final state, and none brings an ended vote back', () => {
  const broken = Object.entries(STATES).flatMap(([name, state]) =>
    Object.entries(EVENTS).flatMap(([event, happens]) => {
      const ended: Now = { ...state, votes: state.votes.map((vote) => ({ ...vote, state: 'lapsed' as const })) }
      return [state, ended]
        .filter((before) => {
          const did = step(before, happens)
          if (!did.ok) return false
          const after = settle(before, did.value)
          const back = before.votes.some((vote, at) => vote.state !== 'counted' && after.votes[at]?.state !== vote.state)
          return back || (before.state !== 'open' && after.state !== before.state)
        })
        .map(() => `${name}: ${event}`)
    }),
  )
  expect(broken).toEqual([])
})
