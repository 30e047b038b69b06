import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { addToSpec } from './edit-document.ts'

const VALUE = { outcome: 'Approved', decidedAt: '2026-11-21T08:00:00Z' }
const edit = (text: string) => addToSpec(text, 'decision', VALUE)
const BLOCK = '  decision:\n    outcome: "Approved"\n    decidedAt: "2026-11-21T08:00:00Z"\n'

/** Documents in which every byte of the author must stay, with where the decision goes. */
const KEPT: readonly (readonly [string, string, string])[] = [
  ['comments before, in, beside and after', '# licence\n---\n# head\nkind: A\nspec:\n  # why\n  a: 1 # beside\n', '# end\n'],
  ['an anchor and its alias', 'kind: A\nspec:\n  a: &x {k: 1}\n  b: *x\n', '# end\n'],
  ['a merge key', 'base: &b {x: 1}\nspec:\n  <<: *b\n  a: 1\n', 'kind: A\n'],
  ['a block of text', 'kind: A\nspec:\n  a: |\n    text\n      more\n', '\nother: 1\n'],
  ['a quoted text over two lines', 'kind: A\nspec:\n  a: "x\n    y"\n', ''],
  ['a list without indent', 'kind: A\nspec:\n  l:\n  - a\n  - b\n', ''],
  ['a byte order mark', '\uFEFFkind: A\nspec:\n  a: 1\n', ''],
  ['marks of begin and end', '---\nkind: A\nspec:\n  a: 1\n', '...\n'],
  ['letters of every script', 'kind: A\nspec:\n  a: "ünïcödé 🔒 \u202E"\n', '# 日本\n'],
]

test.each(KEPT)('leaves every byte of its author: %s', (_, head, tail) => {
  expect(edit(`${head}${tail}`)).toEqual({ ok: true, value: `${head}${BLOCK}${tail}` })
})

test.each(KEPT)('keeps the line ends of Windows: %s', (_, head, tail) => {
  const crlf = (text: string): string => text.replaceAll('\n', '\r\n')
  expect(edit(crlf(`${head}${tail}`))).toEqual({ ok: true, value: crlf(`${head}${BLOCK}${tail}`) })
})

test('a comment that trails the last field stays, and a missing line end is made', () => {
  const edited = edit('kind: A\nspec:\n  a: 1\n  # the last word\nstatus: {}\n')
  expect(edited).toMatchObject({ ok: true, value: expect.stringContaining('# the last word') })
  expect(edit('kind: A\nspec:\n  a: 1')).toEqual({ ok: true, value: `kind: A\nspec:\n  a: 1\n${BLOCK}` })
})

test('flow style is written anew with the same meaning, comments kept', () => {
  const edited = edit('# head\nkind: A # beside\nspec: {a: 1}\n')
  const text = edited.ok ? edited.value : ''
  expect(parse(text)).toEqual({ kind: 'A', spec: { a: 1, decision: VALUE } })
  expect(text).toMatch(/^# head\nkind: A # beside\n/)
})

test('several documents, doubled keys, no spec, a decision that is there, and endless aliases are refused in words', () => {
  const bomb = `a: &a [x, x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\nspec:\n  d: [*c, *c, *c, *c]\n`
  expect(edit('kind: A\nspec:\n  a: 1\n---\nkind: B\nspec:\n  b: 1\n')).toMatchObject({
    error: expect.stringContaining('several documents'),
  })
  expect(edit('spec:\n  a: 1\n  a: 2\n')).toMatchObject({ error: expect.stringMatching(/not valid YAML \(Map keys must be unique/) })
  expect(edit('kind: A\n')).toMatchObject({ error: expect.stringContaining('has no spec') })
  expect(edit('spec:\n  decision: {}\n')).toMatchObject({ error: expect.stringContaining('already has spec.decision') })
  expect(edit(bomb)).toMatchObject({ error: expect.stringContaining('aliases') })
})
