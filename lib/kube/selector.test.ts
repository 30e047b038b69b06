import { expect, test } from 'vitest'
import { parseSelector, selects } from '#lib/kube/selector.ts'

const LABELS = { app: 'web', tier: 'front', 'example.org/zone': '' }

test.each([
  ['app=web', true],
  ['app==web', true],
  ['app=api', false],
  ['app!=api', true],
  ['other!=api', true],
  ['app in (web, api),tier=front', true],
  ['app notin (web)', false],
  ['missing notin (web)', true],
  ['tier', true],
  ['!tier', false],
  ['!missing', true],
  ['example.org/zone=', true],
  ['toString', false],
  ['app=', false],
])('%s selects: %s', (text, is) => {
  const parsed = parseSelector(text)
  expect(parsed.ok && selects(parsed.value, LABELS)).toBe(is)
})

test.each(['', '=web', 'app web', 'app in web', '-app=x', 'a=b=c', '../x'])(
  '%s is refused with the part, the rule and the way out',
  (text) => {
    const parsed = parseSelector(text)
    expect(parsed.ok ? '' : parsed.error).toContain(`“${text}” is no label requirement`)
  },
)

test('an object without labels has none', () => {
  const parsed = parseSelector('!app')
  expect(parsed.ok && selects(parsed.value, undefined)).toBe(true)
})

test('a comma at the end leaves an empty part, which is refused', () => {
  expect(parseSelector('app=web,').ok).toBe(false)
})
