import { expect, test } from 'vitest'
import { AppError } from '#lib/error.ts'

test('an error of another copy of the class is recognised, anything else is not', () => {
  const copy = Object.assign(new Error('Guardian did not answer.'), { name: 'AppError', code: 'unavailable', fields: [] })
  expect(copy instanceof AppError).toBe(true)
  expect(new AppError('conflict', 'x') instanceof AppError).toBe(true)
  expect(new Error('x') instanceof AppError).toBe(false)
  expect({ name: 'AppError', code: 'invalid' } instanceof AppError).toBe(false)
})

test('a subclass is told apart from its parent', () => {
  class Moved extends AppError {}
  expect(new Moved('conflict', 'x') instanceof AppError).toBe(true)
  expect(new AppError('conflict', 'x') instanceof Moved).toBe(false)
  expect(new Moved('conflict', 'x') instanceof Moved).toBe(true)
})
