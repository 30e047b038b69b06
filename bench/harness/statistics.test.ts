import { expect, test } from 'vitest'
import { compare } from './compare.ts'
import { interval, median, quantile, seeded } from './statistics.ts'

test('quantiles lie between the neighbours, and nothing has no median', () => {
  expect(median([3, 1, 2])).toBe(2)
  expect(median([1, 2, 3, 4])).toBe(2.5)
  expect(quantile([0, 10], 0.9)).toBe(9)
  expect(() => median([])).toThrow('no values')
})

test('the interval holds the median and is the same in every run', () => {
  const random = seeded(1)
  const values = Array.from({ length: 40 }, () => 1 + random())
  const { low, high } = interval(values)
  expect(low).toBeLessThan(median(values))
  expect(high).toBeGreaterThan(median(values))
  expect(interval(values)).toEqual({ low, high })
})

test('a ratio of costs is found, in both directions', async () => {
  const both = { id: 'x', goal: 'g', subject: () => Promise.resolve(2), reference: () => Promise.resolve(6) }
  expect(await compare({ ...both, as: 'speed', bound: { atLeast: 3 } })).toMatchObject({ value: 3, low: 3, high: 3, met: true })
  expect(await compare({ ...both, as: 'cost', bound: { atMost: 0.3 } })).toMatchObject({ value: 1 / 3, met: false })
})

test('a run whose best tenth tells another story is never passed', async () => {
  let turn = 0
  const subject = () => Promise.resolve((turn += 1) % 4 === 0 ? 1 : 10)
  const figure = await compare({ id: 'x', goal: 'g', subject, reference: () => Promise.resolve(10), as: 'speed', bound: { atLeast: 0.5 } })
  expect(figure.met).toBe(false)
  expect(figure.note).toContain('inconclusive')
})
