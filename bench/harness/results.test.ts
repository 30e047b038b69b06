import { expect, test } from 'vitest'
import type { Figure } from './figure.ts'
import { merged } from './results.ts'

const figure = (id: string, value = 1): Figure => ({ id, goal: 'g', value, low: value, high: value, met: true, note: '' })
const earlier = [
  { file: 'a', ...figure('a-1') },
  { file: 'a', ...figure('a-2') },
  { file: 'b', ...figure('b-1') },
  { file: 'gone', ...figure('gone-1') },
]

test('a file that did not run keeps its figures', () => {
  const now = merged(['a', 'b', 'new'], earlier, new Map([['b', [figure('b-1', 2)]]]))
  expect(now.map(({ id, value }) => [id, value])).toEqual([
    ['a-1', 1],
    ['a-2', 1],
    ['b-1', 2],
  ])
})

test('a file that ran has no figure left of an earlier run, also where it now gives others', () => {
  expect(merged(['a'], earlier, new Map([['a', [figure('a')]]])).map(({ id }) => id)).toEqual(['a'])
  expect(merged(['a', 'b'], earlier, new Map([['a', []]])).map(({ id }) => id)).toEqual(['b-1'])
})
