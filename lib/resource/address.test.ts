import { expect, test } from 'vitest'
import { addressOf, resourceAddress, resourceQuestion, withParam } from '#lib/resource/address.ts'
import { paletteEntries } from '#lib/resource/palette-entries.ts'

test('an address keeps what it knows and ignores the rest', () => {
  expect(resourceAddress({ q: 'x', label: '', page: ['1', '2'], strange: 'y', sort: '-age' })).toEqual({ q: 'x', sort: '-age' })
})

test('the browser reads an address as the server does: what stands there twice says nothing', () => {
  const search = 'q=x&label=&page=1&page=2&page=3&strange=y&sort=-age&namespace=a%20b'
  const given = { q: 'x', label: '', page: ['1', '2', '3'], strange: 'y', sort: '-age', namespace: 'a b' }
  expect(addressOf(new URLSearchParams(search))).toEqual(resourceAddress(given))
  expect(addressOf(new URLSearchParams(search))).toEqual({ q: 'x', sort: '-age', namespace: 'a b' })
})

test('one address is one question, however it is put together, and nothing of it can pretend to be another part', () => {
  const kind = { group: 'core', kind: 'Thing' }
  expect(resourceQuestion(kind, { sort: 'age', q: 'a&group=b' })).toBe('group=core&kind=Thing&q=a%26group%3Db&sort=age')
  expect(resourceQuestion(kind, { q: 'x', page: '2' })).toBe(resourceQuestion(kind, { page: '2', q: 'x' }))
  const asked = new URLSearchParams(resourceQuestion({ group: 'ü', kind: 'a=b' }, { label: 'x in (a,b)' }))
  expect(Object.fromEntries(asked)).toEqual({ group: 'ü', kind: 'a=b', label: 'x in (a,b)' })
})

test('whatever changes, reading begins at the first page again; a page change keeps the rest', () => {
  const address = { q: 'a b', label: 'x=y,z', page: '3' }
  expect(withParam(address, 'q', '')).toBe('?label=x%3Dy%2Cz')
  expect(withParam(address, 'sort', 'age')).toBe('?q=a%20b&label=x%3Dy%2Cz&sort=age')
  expect(withParam(address, 'page', '4')).toBe('?q=a%20b&label=x%3Dy%2Cz&page=4')
  expect(withParam({}, 'q', '')).toBe('?')
})

test('the palette says what it could not look through and links names that need escaping', () => {
  const ref = { cluster: 'c', group: '', kind: 'Thing', namespace: '', name: 'a/b?c' }
  const answer = paletteEntries({
    kinds: [
      { group: '', kind: 'Thing', elsewhere: undefined },
      { group: 'x.org', kind: 'Thing', elsewhere: 'far' },
    ],
    hits: [
      { ref, elsewhere: undefined, label: 'app=web' },
      { ref: { ...ref, cluster: 'far', name: 'z' }, elsewhere: 'far', label: undefined },
    ],
    more: true,
    silent: ['A', 'B', 'C', 'D'],
    unopened: 60,
  })
  expect(answer.entries).toEqual([
    { href: '/resources/core/Thing', label: 'Thing', about: 'all objects, core' },
    { href: '/resources/x.org/Thing?cluster=far', label: 'Thing', about: 'all objects, x.org in far' },
    { href: '/objects/c/_/Thing/_/a%2Fb%3Fc', label: 'a/b?c', about: 'Thing app=web' },
    { href: '/objects/far/_/Thing/_/z', label: 'z', about: 'Thing of far' },
  ])
  expect(answer.notes).toEqual([expect.stringContaining('Add a word'), expect.stringContaining('4 kinds cannot be read now')])
  const none = paletteEntries({ kinds: [], hits: [], more: false, silent: [], unopened: 60 })
  expect(none.notes, 'said to whoever found nothing').toEqual([expect.stringContaining('60 kinds are not followed until')])
})
