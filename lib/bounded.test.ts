import { expect, test } from 'vitest'
import { bounded, boundedView, SHOWN_MAX } from '#lib/bounded.ts'
import { isStorable, storable } from '#lib/storable.ts'

test('a text is cut only when it is too long, says how much is missing, and never ends in half a character', () => {
  expect(bounded('x'.repeat(SHOWN_MAX))).toHaveLength(SHOWN_MAX)
  expect(bounded('x'.repeat(SHOWN_MAX + 1_234))).toMatch(/… 1,234 more characters are not shown here\./)
  expect(bounded(`${'x'.repeat(SHOWN_MAX - 1)}😀`).isWellFormed()).toBe(true)
  const view = { a: [{ b: 'y'.repeat(2_000_000) }], n: 1, none: undefined, text: 'short' }
  expect(JSON.stringify(boundedView(view)).length).toBeLessThan(SHOWN_MAX + 500)
  expect(boundedView(view)).toMatchObject({ n: 1, none: undefined, text: 'short' })
})

test('what PostgreSQL cannot keep is shown as U+FFFD, in keys too, and everything else is untouched', () => {
  expect(storable({ 'a\u0000b': ['x\ud800y', 1, null, 'ok 😀'] })).toEqual({ 'a\ufffdb': ['x\ufffdy', 1, null, 'ok 😀'] })
  expect(isStorable('plain 😀')).toBe(true)
  expect(isStorable('\ud83d')).toBe(false)
  expect(storable(JSON.parse('{"__proto__": {"x": "a"}}'))).toEqual(JSON.parse('{"__proto__": {"x": "a"}}'))
})
