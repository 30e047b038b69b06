import { expect, test } from 'vitest'
import { closedWords } from '#components/ui/live-words.ts'
import type { Beat, Binding } from '#lib/live/beat.ts'

const NOW = 1_000_000
const binding = (change: Partial<Binding> = {}): Binding => ({
  source: 'Kubernetes',
  at: NOW - 5_000,
  limit: 90_000,
  problem: undefined,
  ...change,
})
const beat = (...all: readonly Binding[]): Beat => ({ now: NOW, sources: [], binding: all })

test('deciding is open while the portal and its sources are heard, also before the first beat', () => {
  expect(closedWords(undefined, 0)).toBeUndefined()
  expect(closedWords(beat(binding(), binding({ source: 'Git', at: NOW - 100_000, limit: 120_000 })), 9_000)).toBeUndefined()
})

test('a page that heard nothing for ten seconds closes, and says for how long', () => {
  expect(closedWords(undefined, 10_001)).toMatch(/has not heard from the portal for 10 s/)
  expect(closedWords(beat(binding()), 75_000)).toMatch(/for 1 m, .*opens again by itself/)
})

test('a source closes with its age when it is older than its limit, also while the page hears nothing new of it', () => {
  expect(closedWords(beat(binding({ at: NOW - 88_000 })), 1_000)).toBeUndefined()
  expect(closedWords(beat(binding({ at: NOW - 88_000 })), 3_000)).toMatch(/Kubernetes was last heard 1 m ago, .* 90 s at most/)
  expect(closedWords(beat(binding({ source: 'Git', at: NOW - 121_000, limit: 120_000 })), 0)).toMatch(/^Deciding is closed: Git/)
})

test('a source that failed closes at once, and so does one that was never read', () => {
  expect(closedWords(beat(binding({ problem: 'nothing listens at its address' })), 0)).toMatch(
    /Kubernetes is silent or old \(nothing listens/,
  )
  expect(closedWords(beat(binding({ at: undefined })), 0)).toMatch(/has not answered yet/)
})
