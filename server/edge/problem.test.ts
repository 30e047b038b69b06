import { expect, test } from 'vitest'
import { AppError } from '#lib/error.ts'
import { problem } from '#server/edge/problem.ts'

const failed = (cause: Error): Error => new Error('Failed query: insert into vote', { cause })

test('a database that goes away in the middle is said as such, and that the outcome is not known', () => {
  for (const cause of [
    Object.assign(new Error('terminating connection due to administrator command'), { code: '57P01' }),
    Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }),
    new Error('Connection terminated unexpectedly'),
  ]) {
    const said = problem(failed(cause))
    expect(said).toMatchObject({ code: 'unavailable', message: expect.stringMatching(/does not answer.*reload the page/) })
  }
})

test('a full disk of the database has its own words', () => {
  const said = problem(failed(Object.assign(new Error('could not extend file'), { code: '53100' })))
  expect(said).toMatchObject({ code: 'unavailable', message: expect.stringContaining('no room left') })
})

test('words of ours stay, and what is nobody’s trouble stays an error of ours', () => {
  expect(problem(new AppError('unavailable', 'Ours.', { cause: new Error('Connection terminated') })).message).toBe('Ours.')
  expect(problem(failed(Object.assign(new Error('duplicate key'), { code: '23505' }))).code).toBe('internal')
})
