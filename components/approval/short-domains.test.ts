import { expect, test } from 'vitest'
import type { QueueRow } from '#lib/approval/view.ts'
import { shortDomains } from './short-domains.ts'

const row = (...parties: string[]): QueueRow => ({
  id: '1',
  kind: 'admission',
  name: 'a',
  subject: '',
  parties,
  risk: 'Low',
  reach: 0,
  state: 'open',
  turn: 'yours',
  reason: '',
  requestedBy: 'x',
  createdAt: '',
  decideBy: undefined,
  votes: { given: 0, needed: 1 },
})

test('a known domain is written by its first label', () => {
  expect(shortDomains([row('trading.example.dev')])('cs (trading.example.dev) observes pgw')).toBe('cs (trading) observes pgw')
})

test('two domains that would look the same keep their whole names', () => {
  expect(shortDomains([row('pay.example.dev', 'pay.other.dev')])('a (pay.example.dev)')).toBe('a (pay.example.dev)')
})

test('a domain that is no party keeps its whole name', () => {
  expect(shortDomains([row('pay.example.dev')])('a (pay.evil.dev)')).toBe('a (pay.evil.dev)')
})
