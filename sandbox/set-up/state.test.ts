import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { markDone, openState, pathsOf, readSecrets, takeDirectory } from './state.ts'

const dir = mkdtempSync(join(tmpdir(), 'state-'))
afterAll(() => rmSync(dir, { recursive: true }))
const layout = { now: '2026-01-01T00:00:00.000Z', isRenamed: false, shiftDays: 0 }
const trace = join(pathsOf(dir).world, 'trace')

test('a set-up that did not finish begins again from nothing; one that did is kept with its layout', () => {
  expect(openState(dir, layout).isFresh).toBe(true)
  writeFileSync(trace, '')
  expect(openState(dir, layout).isFresh).toBe(true)
  expect(existsSync(trace)).toBe(false)
  writeFileSync(trace, '')
  markDone(dir, 'world')
  expect(openState(dir, { ...layout, shiftDays: 9 })).toEqual({ layout, isFresh: false })
  expect(existsSync(trace)).toBe(true)
})

test('a story that was interrupted takes the world with it', () => {
  markDone(dir, 'story-begun')
  expect(openState(dir, layout).isFresh).toBe(true)
  expect(existsSync(trace)).toBe(false)
  markDone(dir, 'world')
  markDone(dir, 'story-begun')
  markDone(dir, 'story')
  expect(openState(dir, layout).isFresh).toBe(false)
})

test('secrets are made once', () => {
  const first = readSecrets(dir, ['a'])
  expect(first.ownerTokens['a']).toHaveLength(48)
  expect(readSecrets(dir, ['a'])).toEqual(first)
})

test.skipIf(process.platform !== 'linux')('a directory is taken once', async () => {
  expect(await takeDirectory(dir)).toBe(true)
  expect(await takeDirectory(dir)).toBe(false)
})
