import { expect, test } from 'vitest'
import { kindsAddress, withKindsGroup, withKindsPage } from '#lib/resource/kinds-address.ts'

test('what the address asks for is kept by its links, and a group begins at its first page', () => {
  const address = kindsAddress({ q: 'a&b', group: '', page: '2', other: 'x', more: ['y'] })
  expect(address).toEqual({ q: 'a&b', page: '2' })
  expect(withKindsPage(address, 3)).toBe('?q=a%26b&page=3')
  expect(withKindsPage(address, 1)).toBe('?q=a%26b')
  expect(withKindsGroup(address, '')).toBe('?q=a%26b&group=core')
  expect(withKindsGroup({ group: 'core' }, undefined)).toBe('?')
})
