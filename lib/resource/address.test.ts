import { expect, test } from 'vitest'
import { resourceAddress, withParam } from '#lib/resource/address.ts'
import { paletteEntries } from '#lib/resource/palette-entries.ts'

test('an address keeps what it knows and ignores the rest', () => {
  expect(resourceAddress({ q: 'x', label: '', page: ['1', '2'], strange: 'y', sort: '-age' })).toEqual({ q: 'x', sort: '-age' })
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
