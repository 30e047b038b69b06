import { describe, expect, it } from 'vitest'
import { parsePolicy, policyProblemText } from '#lib/policy/parse.ts'
import type { Policy } from '#lib/policy/policy.ts'
import {
  approversOf,
  durationMs,
  groupsOf,
  levelFor,
  loginOfEmail,
  mayMerge,
  overallQuorum,
  policyDigest,
  requiredQuorum,
} from '#lib/policy/rights.ts'

const TEXT = `# who decides
schema: vortex-policy/1
people:
  maria.santos: {groups: [approver-banking, approver-payments], emails: [Maria.Santos@fintech.example]}
  amir.khan: {groups: [approver-banking]}
  james.okafor: {groups: [platform]}
domains:
  banking: {approvers: [{group: approver-banking}, {login: lena.fischer}], quorum: 1}
  payments: {approvers: [{group: approver-payments}], quorum: 1}
overall: {quorum: 2}
raise: [{when: ambiguous, party: initiator, quorum: 2}, {when: high, party: both, quorum: 3}]
merge: {who: [{group: platform}, {login: maria.santos}], soleApprover: false}
levels: {approver-banking: {banking: Full}, platform: {banking: Operational}}
clocks: {decideBy: P5D, executeBy: PT36H}
`

const read = (text: string): Policy => {
  const parsed = parsePolicy(text)
  if (!parsed.ok) throw new Error(parsed.error.map(policyProblemText).join('\n'))
  return parsed.value
}
const problems = (text: string): readonly string[] => {
  const parsed = parsePolicy(text)
  return parsed.ok ? [] : parsed.error.map(policyProblemText)
}
const policy = read(TEXT)

describe('the policy file', () => {
  it.each([
    ['an unknown key at the top is refused with its line', `${TEXT}hats: {}\n`, /line 15, hats: This key is not known/],
    ['an unknown key inside is refused with its line', TEXT.replace('quorum: 2}', 'qorum: 2}'), /line 10, overall\.qorum/],
    [
      'a quorum of nought is refused',
      TEXT.replace('lena.fischer}], quorum: 1', 'lena.fischer}], quorum: 0'),
      /line 8, domains\.banking\.quorum: A quorum is at least 1/,
    ],
    [
      'a missing quorum is refused at its domain',
      'schema: vortex-policy/1\ndomains:\n  banking: {approvers: []}\n',
      /line 3, domains\.banking/,
    ],
    ['another schema is refused', 'schema: vortex-policy/2\n', /line 1, schema: This portal reads/],
    ['a file without schema is refused', 'people: {}\n', /schema/],
    [
      'an approver that names both group and login is refused',
      TEXT.replace('{login: lena.fischer}', '{login: lena.fischer, group: x}'),
      /exactly one of group or login/,
    ],
    ['a login in upper case is refused', TEXT.replace('amir.khan:', 'Amir.Khan:'), /people\.Amir\.Khan/],
    ['a level that does not exist is refused', TEXT.replace('banking: Full', 'banking: All'), /A level is Full, Operational or Dependency/],
    ['a duration in other words is refused', TEXT.replace('P5D', '5 days'), /for example P5D/],
    [
      'one address for two people is refused',
      TEXT.replace('{groups: [approver-banking]}', '{emails: [maria.santos@fintech.example]}'),
      /One address names one person/,
    ],
    ['broken YAML is refused with its line', 'schema: vortex-policy/1\npeople: {a: [}\n', /line 2, file: Not valid YAML/],
    ['a key written twice is refused', `${TEXT}overall: {quorum: 1}\n`, /Not valid YAML/],
    ['an empty file is refused', '', /policy\.yaml/],
  ])('%s', (_sentence, text, words) => {
    expect(problems(text).join('\n')).toMatch(words)
  })

  it('tells every problem, not only the first', () => {
    expect(problems('schema: vortex-policy/1\na: 1\nb: 2\n')).toHaveLength(2)
  })

  it('what is absent gives no right', () => {
    const bare = read('schema: vortex-policy/1\n')
    expect(approversOf(bare, 'banking', 0)).toEqual([])
    expect(mayMerge(bare, 'maria.santos', undefined)).toMatchObject({ named: false, who: [] })
    expect(levelFor(bare, 'maria.santos', ['approver-banking'], 'banking')).toBe('Dependency')
    expect(bare.autoAdmission.enabled).toBe(false)
  })

  it('a comment or another order of keys is the same policy, another quorum is not', () => {
    expect(policyDigest(read(`# x\n${TEXT}`))).toBe(policyDigest(policy))
    expect(policyDigest(read(TEXT.replace('overall: {quorum: 2}', 'overall: {quorum: 3}')))).not.toBe(policyDigest(policy))
  })
})

describe('rights', () => {
  it('an e-mail names a person whatever its case, and an unknown one nobody', () => {
    expect(loginOfEmail(policy, 'maria.santos@FINTECH.example')).toBe('maria.santos')
    expect(loginOfEmail(policy, 'x@y')).toBeUndefined()
  })
  it('groups come from the file only', () => {
    expect(groupsOf(policy, 'amir.khan')).toEqual(['approver-banking'])
    expect(groupsOf(policy, 'constructor')).toEqual([])
  })
  it('approvers are the members of the groups and the people named', () => {
    expect(approversOf(policy, 'banking', 0)).toEqual(['amir.khan', 'lena.fischer', 'maria.santos'])
    expect(approversOf(policy, 'toString', 0)).toEqual([])
  })
  it.each([
    ['nothing raised', { roles: ['Initiator'], ambiguous: false, high: false }, 1],
    ['an ambiguous finding raises the initiator', { roles: ['Initiator'], ambiguous: true, high: false }, 2],
    ['and not the counterpart', { roles: ['Counterpart'], ambiguous: true, high: false }, 1],
    ['high risk raises both', { roles: ['Counterpart'], ambiguous: false, high: true }, 3],
    ['the highest raise counts', { roles: ['Initiator', 'Counterpart'], ambiguous: true, high: true }, 3],
  ] as const)('quorum: %s', (_sentence, facts, quorum) => {
    expect(requiredQuorum(policy, 'banking', facts)).toBe(quorum)
  })
  it('the overall quorum is capped at the sum of the parties', () => {
    expect(overallQuorum(policy, [1])).toBe(1)
    expect(overallQuorum(policy, [1, 1])).toBe(2)
    expect(overallQuorum(policy, [2, 3])).toBe(2)
  })
  it('the only approver does not merge, and is not named among those who could', () => {
    expect(mayMerge(policy, 'maria.santos', 'maria.santos')).toEqual({ named: true, ownApproval: true, who: ['james.okafor'] })
    expect(mayMerge(policy, 'james.okafor', 'maria.santos')).toMatchObject({ named: true, ownApproval: false })
  })
  it('the level is the highest that any group gives, per domain', () => {
    expect(levelFor(policy, 'amir.khan', [], 'banking')).toBe('Full')
    expect(levelFor(policy, 'james.okafor', [], 'banking')).toBe('Operational')
    expect(levelFor(policy, 'james.okafor', ['approver-banking'], 'banking')).toBe('Full')
    expect(levelFor(policy, 'amir.khan', [], 'payments')).toBe('Dependency')
  })
  it('clocks count days, hours and minutes', () => {
    expect(durationMs('P5D')).toBe(432_000_000)
    expect(durationMs('PT36H')).toBe(129_600_000)
    expect(durationMs('P1DT1H1M')).toBe(90_060_000)
  })
})
