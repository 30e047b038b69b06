import { expect, test } from 'vitest'
import { diffBlocks, unifiedLines } from './diff-lines.ts'

const many = (count: number): string => Array.from({ length: count }, (_, at) => `line${at}: x\n`).join('')

test('a changed value marks only the word that changed', () => {
  const lines = unifiedLines('a: 1\nstatus: active\n', 'a: 1\nstatus: suspended\n')
  expect(lines.map((line) => line.kind)).toEqual(['same', 'del', 'ins'])
  expect(lines[2]?.parts.filter((part) => part.changed).map((part) => part.text)).toEqual(['suspended'])
})

test('a new file is all inserted and numbered from one', () => {
  const lines = unifiedLines('', 'a\nb\n')
  expect(lines.map((line) => [line.kind, line.old, line.new])).toEqual([
    ['ins', undefined, 1],
    ['ins', undefined, 2],
  ])
})

test('unchanged stretches are folded and nothing is lost', () => {
  const before = many(40)
  const lines = unifiedLines(before, before.replace('line20: x', 'line20: y'))
  const blocks = diffBlocks(lines)
  expect(blocks.map((block) => block.kind)).toEqual(['fold', 'lines', 'fold'])
  expect(blocks.reduce((sum, block) => sum + block.lines.length, 0)).toBe(lines.length)
})
