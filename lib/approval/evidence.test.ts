import { describe, expect, it } from 'vitest'
import { effectOf, reaching } from '#lib/approval/effect.ts'
import { likeness, type Likeness, mostAlike } from '#lib/approval/similar.ts'

const edge = (from: string, to: string, type = 'depends-on') => ({ from, to, type })

describe('the effect of an admission', () => {
  const edges = [edge('web', 'cs'), edge('batch', 'web'), edge('kyc', 'pgw'), edge('cs', 'ledger')]
  it('counts whoever would reach the counterpart through the initiator', () => {
    const effect = effectOf(edge('cs', 'pgw', 'observes'), edges, [])
    expect(effect.reaching).toEqual({ before: ['kyc'], added: ['batch', 'cs', 'web'] })
    expect(effect.edges).toEqual([edge('web', 'cs'), edge('kyc', 'pgw'), edge('cs', 'ledger')])
  })
  it('adds nobody who reaches it already', () => {
    expect(effectOf(edge('kyc', 'pgw', 'observes'), edges, []).reaching).toEqual({ before: ['kyc'], added: [] })
  })
  it('leaves out the relationship itself where it exists already', () => {
    expect(effectOf(edge('kyc', 'pgw'), edges, []).reaching).toEqual({ before: [], added: ['kyc'] })
  })
  it('ends in a circle', () => {
    expect(reaching('a', [edge('a', 'b'), edge('b', 'c'), edge('c', 'a')])).toEqual(['b', 'c'])
  })
  it('shows the grants of both and of nobody else', () => {
    const grant = (identity: string) => ({ identity, profile: `rbac-${identity}`, permissionSets: ['reader'] })
    expect(effectOf(edge('cs', 'pgw'), [], [grant('cs'), grant('kyc')]).grants).toEqual([grant('cs')])
  })
})

describe('similar decisions', () => {
  const like = (change: Partial<Likeness> = {}): Likeness => ({
    type: 'observes',
    from: 'cs',
    to: 'pgw',
    domains: ['payments', 'trading'],
    tier: 'High',
    rules: ['E5'],
    ...change,
  })
  it.each<[string, Partial<Likeness>, readonly string[]]>([
    [
      'the same again',
      {},
      ['the same two participants', 'also observes', 'between the same domains', 'E5 found in both', 'also High risk'],
    ],
    [
      'the other way round',
      { from: 'pgw', to: 'cs' },
      ['the same two participants, the other way round', 'also observes', 'between the same domains', 'E5 found in both', 'also High risk'],
    ],
    ['another initiator', { from: 'kyc', domains: ['kyc'], rules: [] }, ['the same counterpart pgw', 'also observes', 'also High risk']],
    ['nothing in common', { type: 'signs', from: 'a', to: 'b', domains: ['x'], tier: 'Low', rules: [] }, []],
  ])('%s', (_sentence, change, reasons) => {
    expect(likeness(like(), like(change)).reasons).toEqual(reasons)
  })
  it('come in the same order whatever order they are read in, and chance is left out', () => {
    const past = [
      { id: '1', sealedAt: '2026-01-01', like: like({ from: 'kyc' }) },
      { id: '2', sealedAt: '2026-03-01', like: like() },
      { id: '3', sealedAt: '2026-02-01', like: like() },
      { id: '4', sealedAt: '2026-04-01', like: like({ type: 'signs', from: 'a', to: 'b', domains: ['x'], rules: [] }) },
    ]
    const ids = (list: typeof past) => mostAlike(like(), list, 5).map((one) => one.id)
    expect(ids(past)).toEqual(['2', '3', '1'])
    expect(ids(past.toReversed())).toEqual(['2', '3', '1'])
  })
})
