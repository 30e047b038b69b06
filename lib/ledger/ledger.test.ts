import { describe, expect, it } from 'vitest'
import { canonicalJson, leafHash } from '#lib/canonical.ts'
import { readEntry } from '#lib/ledger/entry.ts'
import { entryProblem } from '#lib/ledger/verify.ts'

const entry = (seq: number, body: Readonly<Record<string, unknown>> = {}) => {
  const text = canonicalJson({
    seq,
    at: '2026-11-21T03:00:00.000Z',
    actor: 'maria',
    action: 'review.approved',
    subject: 's',
    requestId: null,
    http: 'x',
    body,
  })
  const bytes = new TextEncoder().encode(text)
  return { seq, text, bytes, leafHash: leafHash(bytes) }
}

describe('an entry', () => {
  it('holds when it follows without a gap, with its hash and its own number', () => {
    expect(entryProblem(entry(1), 0)).toBeUndefined()
    expect(entryProblem(entry(7, { why: 'größer ≠ kleiner' }), 6)).toBeUndefined()
  })
  it.each(['s', 'a "quoted" one', 'ends with \\', '","subject":"', ',"seq":9,"subject":"x', '\\"', 'ü\u2028'])(
    'holds with the subject %s',
    (subject) => {
      const bytes = new TextEncoder().encode(canonicalJson({ ...JSON.parse(entry(12).text), subject, body: { seq: 3, subject: 'y' } }))
      expect(entryProblem({ seq: 12, bytes, leafHash: leafHash(bytes) }, 11)).toBeUndefined()
      expect(entryProblem({ seq: 13, bytes, leafHash: leafHash(bytes) }, 12)).toMatch(/names another sequence number/)
    },
  )
  it.each([
    ['a gap', () => entryProblem(entry(3), 1), /Entry 2 is missing/],
    ['a changed byte', () => entryProblem({ ...entry(2), bytes: entry(2, { a: 1 }).bytes }, 1), /does not have the hash/],
    ['an entry moved to another place, hash and all', () => entryProblem({ ...entry(9), seq: 2 }, 1), /names another sequence number/],
    [
      'bytes that are no text',
      () => entryProblem({ seq: 1, bytes: new Uint8Array([255]), leafHash: leafHash(new Uint8Array([255])) }, 0),
      /names another sequence number/,
    ],
  ])('%s is found', (_sentence, problem, words) => {
    expect(problem()).toMatch(words)
  })
  it('shows its fields, its cause, and hides reasons in their place', () => {
    const { text, leafHash: hash } = entry(1, { cause: 'the evaluation changed', rationale: { undo: 'secret' }, verdict: 'approve' })
    const line = readEntry(text, hash, false)
    expect(line).toMatchObject({ seq: 1, cause: 'the evaluation changed', requestId: undefined })
    expect(line.body).toContainEqual({ field: 'rationale.undo', value: { restricted: true, requiredLevel: 'Full' } })
    expect(JSON.stringify(line)).not.toContain('secret')
    expect(readEntry(text, hash, true).body).toContainEqual({ field: 'rationale.undo', value: 'secret' })
  })
})
