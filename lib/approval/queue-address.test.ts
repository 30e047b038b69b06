import { expect, test } from 'vitest'
import { isFiltered, queueQuery, queueSearch, readQueueAddress } from '#lib/approval/queue-address.ts'

test('an address is read, written and read again as the same, and what is no single text falls away', () => {
  const address = readQueueAddress({
    view: 'decided',
    risk: 'High',
    q: 'a b&c',
    person: ['x', 'y'],
    after: '["2026",1]',
    other: 'z',
    state: '',
  })
  expect(address).toEqual({ view: 'decided', risk: 'High', q: 'a b&c', after: '["2026",1]' })
  expect(readQueueAddress(Object.fromEntries(new URLSearchParams(queueSearch(address))))).toEqual(address)
  expect(isFiltered(address)).toBe(true)
})

test('the first tab without filters has the bare address, and an unknown tab is the first one', () => {
  expect(readQueueAddress({ view: '__proto__' })).toEqual({ view: 'yours' })
  expect(queueSearch({ view: 'yours' })).toBe('')
  expect(queueSearch({ view: 'yours', q: 'x' })).toBe('?q=x')
  expect(queueQuery({ view: 'yours' })).toBe('view=yours')
  expect(isFiltered({ view: 'yours', after: 'x' })).toBe(false)
})
