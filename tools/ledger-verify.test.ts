import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { SYSTEM } from '#lib/access/viewer.ts'
import { openDatabase } from '#server/adapter/db/open.ts'
import { appendLedger } from '#server/ledger/append.ts'

const ENTRIES = 40
const PROGRAM = ['--conditions=react-server', 'tools/ledger-verify.ts']
let directory: string
let lines: readonly string[]

const verify = (text: string): { readonly code: number | null; readonly said: string } => {
  const file = join(directory, 'changed.jsonl')
  writeFileSync(file, text)
  const { status, stdout } = spawnSync(process.execPath, [...PROGRAM, '--file', file], { encoding: 'utf8' })
  return { code: status, said: stdout }
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'vortex-ledger-'))
  const database = await openDatabase(`file:${directory}`)
  const ctx = { db: database.db, now: new Date(), viewer: SYSTEM, requestId: 'test' }
  await appendLedger(
    ctx,
    Array.from({ length: ENTRIES }, (_, at) => ({
      action: 'test.happened',
      subject: `Ä ${at}`,
      body: { at, text: 'ünï\u2028code', deep: { b: 1, a: [1.5, null] } },
    })),
  )
  await database.close()
  const file = join(directory, 'export.jsonl')
  execFileSync(process.execPath, [...PROGRAM, '--export', file], {
    env: { ...process.env, VORTEX_DATABASE_URL: `file:${directory}` },
  })
  lines = readFileSync(file, 'utf8').split('\n').filter(Boolean)
}, 60_000)
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const joined = (rows: readonly string[]): string => rows.map((row) => `${row}\n`).join('')
const swap = (rows: readonly string[], one: number, two: number): readonly string[] =>
  rows.map((row, at) => (at === one ? (rows[two] ?? row) : at === two ? (rows[one] ?? row) : row))

it('an export that nobody touched is right', () => {
  expect(verify(joined(lines))).toEqual({ code: 0, said: `${ENTRIES} entries: no gap, every hash right, every byte canonical.\n` })
})

it.each<[string, (rows: readonly string[]) => readonly string[], RegExp]>([
  ['a dropped entry', (rows) => rows.toSpliced(7, 1), /Entry 9: the sequence goes from 7 to 9/],
  ['a doubled entry', (rows) => rows.toSpliced(7, 0, rows[7] ?? ''), /Entry 8: the sequence/],
  ['two that changed places', (rows) => swap(rows, 3, 4), /Entry 5: the sequence/],
  [
    'another letter in the bytes',
    (rows) => rows.with(5, (rows[5] ?? '').replace('happened', 'happenet')),
    /Entry 6: its bytes have another hash/,
  ],
  ['another hash', (rows) => rows.with(5, (rows[5] ?? '').replace(/[0-9a-f]{8}"/, '00000000"')), /Entry 6: its bytes have another hash/],
  ['another number', (rows) => rows.with(5, (rows[5] ?? '').replace('"seq":6', '"seq":7')), /the sequence goes from 5 to 7/],
  ['another actor', (rows) => rows.with(5, (rows[5] ?? '').replace('"actor":"system","action"', '"actor":"x","action"')), /another actor/],
  ['another request', (rows) => rows.with(5, (rows[5] ?? '').replace('"requestId":null', '"requestId":"x"')), /another request/],
])('%s is found and named', (_sentence, change, words) => {
  const { code, said } = verify(joined(change(lines)))
  expect(code).toBe(1)
  expect(said).toMatch(words)
})
