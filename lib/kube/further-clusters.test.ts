import { expect, test } from 'vitest'
import { parseClusters } from '#lib/kube/further-clusters.ts'

test('clusters are named with their contexts, or by one name for both', () => {
  expect(parseClusters('', 'home')).toEqual({ ok: true, value: [] })
  expect(parseClusters(' dev=arn:aws:eks:x/dev , prod,', 'home')).toEqual({
    ok: true,
    value: [
      { cluster: 'dev', context: 'arn:aws:eks:x/dev' },
      { cluster: 'prod', context: 'prod' },
    ],
  })
  expect(parseClusters('a=b=c', 'home')).toEqual({ ok: true, value: [{ cluster: 'a', context: 'b=c' }] })
})

test('what cannot be meant is said', () => {
  for (const [text, words] of [
    ['=dev', 'must be cluster=context'],
    ['dev=', 'must be cluster=context'],
    ['dev,prod,dev=x', 'dev is named twice'],
    ['home', 'is read anyway'],
  ] as const)
    expect(parseClusters(text, 'home')).toEqual({ ok: false, error: expect.stringContaining(words) })
})
