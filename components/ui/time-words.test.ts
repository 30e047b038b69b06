import { expect, test } from 'vitest'
import { exactWords, pastWords, relativeWords, spanWords } from './time-words.ts'

test('a span is told in at most two units', () => {
  expect([4_000, 360_000, 8_040_000, 7_200_000, 273_600_000, 21 * 86_400_000].map(spanWords)).toEqual([
    '4 s',
    '6 m',
    '2 h 14 m',
    '2 h',
    '3 d 4 h',
    '21 d',
  ])
})

test('an exact instant is UTC, to the second', () => {
  expect(exactWords(Date.UTC(2026, 10, 21, 9, 23, 11, 999))).toBe('2026-11-21 09:23:11Z')
})

test('past and future are told apart in words', () => {
  expect(relativeWords(0, 5_000)).toBe('5 s ago')
  expect(relativeWords(7_200_000, 0)).toBe('in 2 h')
  expect(relativeWords(0, 400)).toBe('now')
})

test('what has happened is never told as to come, whatever the clock of the machine that wrote it said', () => {
  expect(pastWords(300_000, 0)).toBe('now')
  expect(pastWords(0, 300_000)).toBe('5 m ago')
})
