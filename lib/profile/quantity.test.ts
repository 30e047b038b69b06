import { expect, test } from 'vitest'
import { compareQuantity, parseQuantity } from '#lib/profile/quantity.ts'

const compare = (a: string, b: string): number | undefined => {
  const [x, y] = [parseQuantity(a), parseQuantity(b)]
  return x && y && compareQuantity(x, y)
}

test.each([
  ['500m', '0.5', 0],
  ['1', '1000m', 0],
  ['8Gi', '8192Mi', 0],
  ['8G', '8Gi', -1],
  ['1.5Gi', '1536Mi', 0],
  ['1e3', '1k', 0],
  ['1E3', '1000', 0],
  ['1E', '1000P', 0],
  ['1n', '0.000000001', 0],
  ['9007199254740993', '9007199254740992', 1],
  ['0.1', '100m', 0],
  ['-1', '0', -1],
])('%s against %s is %i', (a, b, order) => {
  expect(compare(a, b)).toBe(order)
})

test.each(['', 'Gi', '1gb', '1 Gi', '1e999', '0x10', '1.2.3', '--1', '1ki'])('%s is no quantity', (text) => {
  expect(parseQuantity(text)).toBeUndefined()
})
