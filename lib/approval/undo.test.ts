import { expect, test } from 'vitest'
import { inverseOf, isUndone, justificationProblem, type UndoFacts, undoPermit, undoTitle } from './undo.ts'

const merged: UndoFacts = {
  kind: 'admission',
  viewer: 'person',
  outcome: 'Approved',
  merged: true,
  voided: false,
  taken: undefined,
  author: { allowed: true, reason: '' },
}

test('what is approved and on main can be undone by whoever may file a request', () => {
  expect(undoPermit(merged).allowed).toBe(true)
})

test.each<[string, Partial<UndoFacts>, RegExp]>([
  ['undecided', { outcome: undefined }, /Nothing is sealed/],
  ['denied', { outcome: 'Rejected' }, /denial changes nothing/],
  ['an undo', { kind: 'undo' }, /asked for again by a new request/],
  ['void', { voided: true }, /void/],
  ['not merged', { merged: false }, /leave the proposal unmerged/],
  ['being undone', { taken: { id: 'x', name: 'n', state: 'open', by: 'open' } }, /being undone already/],
  ['undone and not merged', { taken: { id: 'x', name: 'n', state: 'approved', by: 'underway' } }, /waits to be merged/],
  ['undone', { taken: { id: 'x', name: 'n', state: 'approved', by: 'merged' } }, /It is undone by/],
  ['asked by a machine', { viewer: 'machine' }, /signed-in person/],
  ['asked without the right', { author: { allowed: false, reason: 'Guardian does not let you.' } }, /Guardian/],
])('%s: refused, with the reason', (_what, change, reason) => {
  expect(undoPermit({ ...merged, ...change })).toMatchObject({ allowed: false, reason: expect.stringMatching(reason) })
})

test('a new file is deleted, a changed one is put back, a deleted one returns, and one that did not change is left alone', () => {
  const made = inverseOf([
    { path: 'new', sealed: 'a', before: undefined, now: 'a' },
    { path: 'changed', sealed: 'b', before: 'old', now: 'b' },
    { path: 'deleted', sealed: undefined, before: 'was', now: undefined },
    { path: 'same', sealed: 'c', before: 'c', now: 'other' },
  ])
  expect(made).toEqual({
    ok: true,
    value: [
      { path: 'new', before: 'a', after: undefined },
      { path: 'changed', before: 'b', after: 'old' },
      { path: 'deleted', before: undefined, after: 'was' },
    ],
  })
  expect(undoTitle('rar-a', made.ok ? made.value : [], 'a observes b')).toBe(
    'Undo rar-a: a observes b would end; 1 file is deleted, 2 files are put back as before.',
  )
})

test('a file that is not what was approved is named, with the way out', () => {
  const problem = (now: string | null | undefined) => {
    const made = inverseOf([{ path: 'p.yaml', sealed: 'a', before: 'old', now }])
    return made.ok ? undefined : made.error
  }
  expect(problem('a\n')).toMatch(/p\.yaml on main is no longer what was approved.*Undo that change first/)
  expect(problem('\uFEFFa')).toMatch(/no longer/)
  expect(problem(null)).toMatch(/no longer/)
  expect(problem(undefined)).toMatch(/no longer/)
  expect(problem('old')).toMatch(/took it back already/)
})

test('what was no text before cannot be restored, and a decision without files has no inverse', () => {
  expect(inverseOf([{ path: 'p', sealed: 'a', before: null, now: 'a' }])).toMatchObject({
    ok: false,
    error: expect.stringMatching(/no text/),
  })
  expect(inverseOf([])).toMatchObject({ ok: false })
})

test('the record of a decision stays: the GovernanceEvent, and the admission request with its decision', () => {
  const rar = 'clusters/c/s/relationshipadmissionrequest.seam.ontai.dev/r.yaml'
  const kind = 'RelationshipAdmissionRequest'
  expect(isUndone('admission', kind, 'governance/events/1.yaml')).toBe(false)
  expect(isUndone('admission', kind, rar)).toBe(false)
  expect(isUndone('admission', kind, 'clusters/c/o/domainrelationship.core.ontai.dev/r.yaml')).toBe(true)
  expect(isUndone('profile', 'AppProfile', 'clusters/c/o/appprofile.app.ontai.dev/r.yaml')).toBe(true)
})

test('the reason has at least 10 and at most 2,000 characters, counted as a person counts', () => {
  expect(justificationProblem('   too short   ')).toMatch(/at least 10/)
  expect(justificationProblem('😀'.repeat(2000))).toBeUndefined()
  expect(justificationProblem('😀'.repeat(2001))).toMatch(/2001/)
})
