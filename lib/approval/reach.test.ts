import { expect, test } from 'vitest'
import { reachOf } from '#lib/approval/reach.ts'

const edges = [
  { from: 'a', to: 'b' },
  { from: 'c', to: 'a' },
  { from: 'd', to: 'c' },
  { from: 'a', to: 'd' },
  { from: 'x', to: 'y' },
]

test('counts who depends on the ends through any number of steps, circles included, never the ends', () => {
  expect(reachOf(['b'], edges)).toBe(3)
  expect(reachOf(['a', 'b'], edges)).toBe(2)
  expect(reachOf(['b', 'b'], edges)).toBe(3)
  expect(reachOf(['x'], edges)).toBe(0)
  expect(reachOf([], edges)).toBe(0)
})
