import { expect, test } from 'vitest'
import { refusalWords } from './permit-words.ts'

test('a refusal says why and who could', () => {
  expect(refusalWords({ allowed: false, reason: 'You requested it.', who: ['maria.santos', 'lena.fischer'] })).toBe(
    'You cannot, because you requested it. These people can: maria.santos and lena.fischer.',
  )
})

test('the name of a rule keeps its capital, and nobody is said as nobody', () => {
  expect(refusalWords({ allowed: false, reason: 'E6 is violated', who: [] })).toBe('You cannot, because E6 is violated. Nobody can now.')
})

test('what is allowed has no refusal', () => {
  expect(refusalWords({ allowed: true, reason: '', who: [] })).toBeUndefined()
})
