import { expect, test } from 'vitest'
import type { RequestView } from '#lib/approval/view.ts'
import { changesSince } from './changes-since.ts'

const nobody = { allowed: false, reason: 'test', who: [] }
const view: RequestView = {
  id: '1',
  kind: 'admission',
  name: 'rar-a',
  namespace: 'ont-system',
  state: 'open',
  ref: { cluster: 'c', group: 'g', kind: 'K', namespace: 'n', name: 'rar-a' },
  sentence: 'A may observe B.',
  requestedBy: 'x',
  createdAt: '2026-01-01T00:00:00Z',
  decideBy: undefined,
  phase: undefined,
  justification: undefined,
  description: undefined,
  interaction: [{ field: 'Ceiling', value: '3' }],
  parties: [],
  rivals: [],
  risk: { tier: 'High', reasons: [{ rule: 'E11', text: 'two domains' }], evaluatedAt: undefined, evaluationHash: undefined },
  assessment: { by: 'rules', lines: ['old advice'] },
  graph: { nodes: [], edges: [], hidden: 0 },
  files: [{ path: 'a.yaml', change: 'added', before: undefined, after: 'a: 1\n', fields: [] }],
  digest: 'sha256:1',
  digestProblem: undefined,
  policyVersion: 'p1',
  conditions: [],
  contributors: [],
  votes: [],
  yourVote: undefined,
  may: { approve: nobody, deny: nobody, withdraw: nobody, merge: nobody },
  undo: { undoes: undefined, undoneBy: undefined, may: nobody },
  decision: undefined,
  delivery: undefined,
  history: [],
}

test('a changed value, rule and file are told with what was seen', () => {
  const now: RequestView = {
    ...view,
    interaction: [{ field: 'Ceiling', value: '2' }],
    risk: { ...view.risk, tier: 'Low', reasons: [] },
    files: [{ path: 'a.yaml', change: 'added', before: undefined, after: 'a: 2\n', fields: [] }],
  }
  expect(changesSince(view, now)).toEqual({
    fields: [
      { path: 'risk', from: 'High', to: 'Low' },
      { path: 'risk rules', from: 'E11', to: undefined },
      { path: 'interaction Ceiling', from: '3', to: '2' },
    ],
    files: [{ path: 'a.yaml', before: 'a: 1\n', after: 'a: 2\n' }],
  })
})

test('new advice or a new vote is not a change of meaning', () => {
  expect(
    changesSince(view, { ...view, assessment: { by: 'rules', lines: ['new'] }, contributors: [{ login: 'y', why: 'pushed' }] }),
  ).toEqual({
    fields: [],
    files: [],
  })
})
