import { expect, test } from 'vitest'
import { fieldDiff } from './field-diff.ts'

test('a changed, an added and a removed field are named by their path', () => {
  const before = 'spec:\n  rails: {RTGS: {status: active}}\n  old: 1\n'
  const after = 'spec:\n  rails: {RTGS: {status: suspended}}\n  new: true\n'
  expect(fieldDiff(before, after)).toEqual([
    { path: 'spec.new', from: undefined, to: 'true' },
    { path: 'spec.old', from: '1', to: undefined },
    { path: 'spec.rails.RTGS.status', from: 'active', to: 'suspended' },
  ])
})

test('elements of a list keep their identity by name, so an insertion is one change', () => {
  const before = 'list:\n- name: a\n  v: 1\n- name: b\n  v: 2\n'
  const after = 'list:\n- name: c\n  v: 3\n- name: a\n  v: 1\n- name: b\n  v: 5\n'
  expect(fieldDiff(before, after).map(({ path }) => path)).toEqual(['list[b].v', 'list[c].name', 'list[c].v'])
})

test('order, comments and style are no change', () => {
  expect(fieldDiff('a: 1\nb: "x"\n', '# why\nb: x\na: 1\n')).toEqual([])
})

test('a whole file that comes or goes shows every field', () => {
  expect(fieldDiff(undefined, 'a: {b: 1}\nc: []\n')).toEqual([
    { path: 'a.b', from: undefined, to: '1' },
    { path: 'c', from: undefined, to: '[]' },
  ])
})

test('what is no YAML is one field, and an alias bomb is not expanded', () => {
  expect(fieldDiff('a: [', 'b: 1')).toEqual([
    { path: '(text)', from: 'a: [', to: undefined },
    { path: 'b', from: undefined, to: '1' },
  ])
  expect(fieldDiff('x: &x [1]\ny: [*x, *x]\n', undefined)[0]?.path).toBe('(text)')
})
