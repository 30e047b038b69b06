import { expect, test } from 'vitest'
import { remembered } from '#lib/remember.ts'

/** A function that says what it was asked, and how often it really worked. */
function counted() {
  let times = 0
  const ask = remembered((text: string | undefined, fields: Readonly<Record<string, string>>) => {
    times += 1
    return `${text} ${JSON.stringify(fields)}`
  })
  return { ask, times: () => times }
}

test('the same question is worked out once, and each other one for itself', () => {
  const { ask, times } = counted()
  const asked = [
    ['a', { b: 'c' }],
    ['a', { b: 'd' }],
    ['a', { b: 'c', d: 'e' }],
    ['a', { d: 'e', b: 'c' }],
    ['["a"]', {}],
    ['null', {}],
    [undefined, {}],
    ['\\ud800', {}],
    ['\ud800', {}],
  ] as const
  for (let round = 0; round < 2; round += 1)
    for (const [text, fields] of asked) expect(ask(text, fields)).toBe(`${text} ${JSON.stringify(fields)}`)
  expect(times()).toBe(asked.length)
})

test('a long question is not kept, and old ones make room for new ones', () => {
  const { ask, times } = counted()
  const long = 'x'.repeat(70_000)
  ask(long, {})
  ask(long, {})
  expect(times()).toBe(2)
  for (let at = 0; at < 200; at += 1) ask(`${at}${'x'.repeat(60_000)}`, {})
  ask(`0${'x'.repeat(60_000)}`, {})
  expect(times()).toBe(203)
  ask(`199${'x'.repeat(60_000)}`, {})
  expect(times()).toBe(203)
})

test('what failed is asked again', () => {
  let isBroken = true
  const ask = remembered((text: string) => {
    if (isBroken) throw new Error(text)
    return text
  })
  expect(() => ask('a')).toThrow('a')
  isBroken = false
  expect(ask('a')).toBe('a')
})
