import { expect, test } from 'vitest'
import { visibleText } from './visible-text.ts'

test('a bidi override is shown as its code point', () => {
  expect(visibleText('cs\u202eprod')).toBe('cs⟦U+202E⟧prod')
})

test('zero-width characters and a byte order mark cannot hide inside a name', () => {
  expect(visibleText('pgw\u200b-\u200dprod\ufeff')).toBe('pgw⟦U+200B⟧-⟦U+200D⟧prod⟦U+FEFF⟧')
})

test('tag characters outside the basic plane are one escape each', () => {
  expect(visibleText('a\u{e0041}b')).toBe('a⟦U+E0041⟧b')
})

test('a Cyrillic letter inside a Latin word keeps its shape and gets its code point', () => {
  expect(visibleText('p\u0430yments')).toBe('p\u0430⟦U+0430⟧yments')
})

test('text that is Cyrillic or Greek throughout is left alone', () => {
  expect(visibleText('платежи и λόγος')).toBe('платежи и λόγος')
})

test('full-width letters are marked', () => {
  expect(visibleText('ａdmin')).toBe('ａ⟦U+FF41⟧dmin')
})

test('line feeds, tabs and markup are text and stay', () => {
  expect(visibleText('a\n\t<b>&amp;</b>')).toBe('a\n\t<b>&amp;</b>')
})
