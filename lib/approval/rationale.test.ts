import { describe, expect, it } from 'vitest'
import { ruleAdvice } from '#lib/approval/sentence.ts'
import { RationaleInput } from '#lib/approval/rationale-input.ts'
import { rationaleProblems, rationaleText } from '#lib/approval/rationale.ts'

const GOOD = {
  checked: 'Read both policies and the diff.',
  acceptable: 'It reads only and both agree.',
  undo: 'Revert the relationship file.',
}
const ADVICE = ruleAdvice({ findings: [], tier: 'High', rar: undefined, neighbours: 3, similar: 2 })
const rules = (checked: string, advice: readonly string[] = []) =>
  rationaleProblems({ ...GOOD, checked }, advice).map(({ field, rule }) => `${field} ${rule}`)

describe('a reason is refused with its field and rule', () => {
  it.each([
    ['nothing', '', 'empty'],
    ['spaces', '             ', 'empty'],
    ['zero-width and bidi marks only', '\u200b\u200d\u2060\u202e\u2066\u00ad\ufeff\u200b\u200b\u200b\u200b', 'empty'],
    ['blank braille and no-break spaces', '\u2800\u2800\u00a0\u00a0\u2800\u2800\u00a0\u2800\u2800\u2800', 'empty'],
    ['a word with invisible padding', `fine${'\u200b'.repeat(40)}`, 'short'],
    ['a word with white padding', `ok${' '.repeat(40)}ok`, 'short'],
    ['one character', 'aaaaaaaaaaaaaaaaa', 'repeated'],
    ['two characters', 'ababababababab', 'repeated'],
    ['dots', '..................', 'repeated'],
    ['one word', 'checked checked  Checked, checked', 'repeated'],
    ['one sentence three times', 'I read the diff. I read the diff. I read the diff!', 'repeated'],
    ['a syllable without spaces', 'blahblahblahblah', 'repeated'],
    ['another box', 'It reads only, and both agree', 'same'],
    ['the assessment', 'No earlier decision on this pair is recorded here', 'copied'],
    ['the assessment with other numbers and case', 'the two participants already stand in 9 declared RELATIONSHIPS', 'copied'],
    ['the assessment with a nod', 'OK. No earlier decision on this pair is recorded here.', 'copied'],
  ])('%s', (_, checked, rule) => {
    const advice = [...ADVICE, 'No earlier decision on this pair is recorded here.']
    const found = rules(checked, advice)
    expect(found).toContain(rule === 'same' ? 'acceptable same' : `checked ${rule}`)
  })

  it('too much in all three together', () => {
    const long = { ...GOOD, undo: Array.from({ length: 700 }, (_, index) => `w${index.toString(36)}x`).join(' ') }
    expect(rationaleProblems(long).map(({ rule }) => rule)).toEqual(['long'])
  })
})

describe('a reason of a person passes', () => {
  it.each([
    'Read both policies and the diff.',
    'Ich habe beide Richtlinien gelesen, Zeile für Zeile.',
    '両方のポリシーと差分を読んで確認しました。',
    'قرأت السياستين والفرق بينهما سطرا سطرا',
    'No earlier decision on this pair is recorded here, so I asked Lena what trading needs.',
    'No earlier decision on this pair is recorded here. I asked Lena what trading needs.',
    'Team 👩‍👩‍👧 looked at it; read only.',
  ])('%s', (checked) => {
    expect(rules(checked, [...ADVICE, 'No earlier decision on this pair is recorded here.'])).toEqual([])
  })

  it('and the schema keeps it trimmed, under the fixed headings', () => {
    const kept = RationaleInput.parse({ ...GOOD, undo: '  Revert the relationship file. ' })
    expect(rationaleText(kept)).toBe(
      `What I checked\n${GOOD.checked}\n\nWhy it is acceptable\n${GOOD.acceptable}\n\nHow to undo\n${GOOD.undo}`,
    )
  })
})
