import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Facts } from '#lib/approval/facts.ts'
import { policyFaults } from '#lib/policy/health.ts'
import { type Policy, PolicyFile } from '#lib/policy/policy.ts'
import { replay } from '#lib/policy/replay.ts'
import { isSampled } from '#lib/policy/rights.ts'
import { policySchema } from '#lib/policy/schema.ts'

const NOW = Date.UTC(2026, 10, 21)
const file = (change: Record<string, unknown> = {}): Policy =>
  PolicyFile.parse({
    schema: 'vortex-policy/1',
    people: { ann: { groups: ['pay'] }, ben: { groups: ['pay'] }, finn: {} },
    domains: { pay: { approvers: [{ group: 'pay' }], quorum: 1 } },
    merge: { who: [{ login: 'finn' }] },
    ...change,
  })
const faults = (change: Record<string, unknown>) =>
  policyFaults(file(change), NOW).map(({ field, message, blocks }) => `${field}: ${message}${blocks ? ' (blocks)' : ''}`)

describe('a policy that cannot be met', () => {
  it('a policy that can be met has no fault', () => {
    expect(policyFaults(file(), NOW)).toEqual([])
  })
  it.each<[string, Record<string, unknown>, RegExp]>([
    [
      'a quorum larger than the people',
      { domains: { pay: { approvers: [{ group: 'pay' }], quorum: 3 } } },
      /domains\.pay\.quorum: 3 approvals.*2 people are entitled.*blocks/,
    ],
    ['a raise that cannot be met', { raise: [{ when: 'high', party: 'both', quorum: 3 }] }, /raise: raised to 3/],
    [
      'a role that nobody has',
      { domains: { pay: { approvers: [{ group: 'pay' }], quorum: 1, roles: [{ group: 'senior' }] } } },
      /roles\.0: 1 of senior.*nobody is.*blocks/,
    ],
    ['an overall role that nobody has', { overall: { quorum: 1, roles: [{ group: 'compliance' }] } }, /overall\.roles\.0.*blocks/],
    [
      'a leaver',
      { domains: { pay: { approvers: [{ login: 'gone' }, { group: 'pay' }], quorum: 1 } } },
      /approvers\.0: gone is not among people/,
    ],
    ['an empty group', { veto: [{ group: 'none' }] }, /veto\.0: nobody is in the group none/],
    ['nobody to merge', { merge: { who: [] } }, /merge\.who: nobody may merge.*blocks/],
    ['a delegation that ended', { delegations: [{ from: 'ann', to: 'finn', until: '2026-11-20T00:00:00Z' }] }, /ended at 2026-11-20/],
    ['a delegation of no right', { delegations: [{ from: 'finn', to: 'ann', until: '2027-01-01T00:00:00Z' }] }, /has no right there/],
    ['escalation to nobody', { clocks: { escalate: { after: 'P1D', to: [{ group: 'night' }] } } }, /clocks\.escalate\.to\.0/],
  ])('%s is told with its field and the way out', (_sentence, change, words) => {
    expect(faults(change).join('\n')).toMatch(words)
  })
  it('a delegation that ends can leave too few', () => {
    const change = {
      people: { ann: { groups: ['pay'] }, finn: {} },
      delegations: [{ from: 'ann', to: 'finn', until: '2026-12-01T00:00:00Z' }],
      domains: { pay: { approvers: [{ group: 'pay' }], quorum: 1 } },
    }
    expect(faults(change)).toEqual([])
  })
})

describe('replay', () => {
  const facts: Omit<Facts, 'policy'> = {
    now: NOW,
    createdAt: NOW,
    decideBy: undefined,
    threads: [],
    viewer: { login: 'ann', kind: 'person' },
    kind: 'admission',
    state: 'open',
    requestedBy: 'finn',
    resource: 'rars rar',
    participants: [{ role: 'Initiator', identity: 'pgw', domain: 'pay', problem: undefined }],
    evaluation: { state: 'present', tier: 'High', hash: 'h', findings: [] },
    digest: { ok: true, digest: 'd' },
    sources: [],
    contributors: [],
    votes: [{ login: 'ann', verdict: 'approve', state: 'counted', digest: 'd' }],
    guardian: { ann: { word: 'allowed', reason: '' } },
    delivered: undefined,
  }
  const past = { id: '1', name: 'rar-a', sealedAt: '2026-11-01T00:00:00Z', outcome: 'Approved', facts } as const
  it('the policy it was decided under changes nothing', () => {
    expect(replay([past], file())).toMatchObject([{ would: 'same', because: [] }])
  })
  it('a higher quorum would have left it open, and says what was missing', () => {
    const [one] = replay([past], file({ domains: { pay: { approvers: [{ group: 'pay' }], quorum: 2 } } }))
    expect(one).toMatchObject({ would: 'still open' })
    expect(one?.because.join(' ')).toContain('1 of 2')
  })
  it('an approver who is no longer named would not have counted', () => {
    expect(replay([past], file({ domains: { pay: { approvers: [{ login: 'ben' }], quorum: 1 } } }))).toMatchObject([
      { would: 'still open' },
    ])
  })
})

it('automatic admissions are drawn by their digest in about the share that the file names', () => {
  const policy = file({ autoAdmission: { enabled: true, sample: 0.25 } })
  const drawn = Array.from({ length: 4_000 }, (_, index) =>
    isSampled(policy, `sha256:${((index * 2_654_435_761) % 2 ** 32).toString(16).padStart(8, '0')}`),
  )
  expect(drawn.filter(Boolean).length / 4_000).toBeCloseTo(0.25, 1)
  expect(isSampled(file(), 'sha256:00000000')).toBe(false)
})

it('the published schema is the schema of the code', () => {
  expect(JSON.parse(readFileSync('docs/policy.schema.json', 'utf8'))).toEqual(JSON.parse(JSON.stringify(policySchema())))
})

it('the published explanation names every key of the schema', () => {
  const explained = readFileSync('docs/policy.md', 'utf8')
  const keys = (schema: unknown): readonly string[] => {
    if (typeof schema !== 'object' || schema === null) return []
    const own =
      'properties' in schema && typeof schema.properties === 'object' && schema.properties !== null ? Object.keys(schema.properties) : []
    return [...own, ...Object.values(schema).flatMap(keys)]
  }
  expect([...new Set(keys(policySchema()))].filter((key) => !explained.includes(`\`${key}`) && !explained.includes(`${key}:`))).toEqual([])
})
