import { expect, test } from 'vitest'
import type { KubeObject } from '#lib/kube/object.ts'
import { appliedFiles, covers } from './document.ts'
import { type Observed, observe } from './observe.ts'
import { deliverySteps, standing } from './steps.ts'

const now = '2026-06-02T08:00:00Z'
const decision = { outcome: 'Approved', evaluationHash: 'sha256:aa' }
const rarText = `apiVersion: seam.ontai.dev/v1alpha1\nkind: RelationshipAdmissionRequest\nmetadata: {name: r, namespace: s}\nspec: {decision: {outcome: Approved, evaluationHash: "sha256:aa"}}\n`
const relText = 'apiVersion: core.ontai.dev/v1alpha1\nkind: DomainRelationship\nmetadata: {name: x, namespace: o}\nspec: {a: 1}\n'
const files = appliedFiles('one', [
  { path: 'clusters/one/s/r.yaml', text: rarText },
  { path: 'clusters/one/o/x.yaml', text: relText },
  { path: 'clusters/two/o/x.yaml', text: relText },
  { path: 'governance/events/e.yaml', text: 'a: 1' },
])

const rar = (spec: unknown, status: unknown): KubeObject => ({
  apiVersion: 'seam.ontai.dev/v1alpha1',
  kind: 'R',
  metadata: { name: 'r' },
  spec,
  status,
})
const see = (live: KubeObject | undefined, more: Partial<Observed> = {}, rel?: KubeObject) =>
  observe({
    kind: 'admission',
    outcome: 'Approved',
    files: files.map((file) => ({ file, live: file.kind === 'DomainRelationship' ? rel : live, before: undefined })),
    report: undefined,
    mergeCommit: 'c0ffee',
    now,
    ...more,
  })

test('only documents that GitOps applies to this cluster count', () => {
  expect(files.map(({ name }) => name)).toEqual(['r', 'x'])
})

test('defaults of the API server are no difference, another value or a longer list is', () => {
  expect(covers({ a: [{ b: 1, c: 2 }], d: 3 }, { a: [{ b: 1 }] })).toBe(true)
  expect(covers({ a: [1, 2] }, { a: [1] })).toBe(false)
  expect(covers({ a: 1 }, { a: 2 })).toBe(false)
})

test('a decision that stands in the cluster is applied; admitted once guardian and the relationship say so', () => {
  const live = rar({ decision }, { phase: 'Admitted', admittedAt: '2026-06-01T00:00:00Z' })
  expect(see(live)).toMatchObject({ applied: now, admitted: undefined, waits: expect.stringContaining('DomainRelationship') })
  expect(see(live, {}, rar({ a: 1 }, {}))).toMatchObject({ applied: now, admitted: '2026-06-01T00:00:00Z', problem: undefined })
})

test('a moved evaluation after the merge is told as refused, with the way back', () => {
  const seen = see(rar({}, { evaluation: { evaluationHash: 'sha256:bb' } }))
  expect(seen.problem).toMatch(/^Merged, refused: evaluation changed.*git revert -m 1 c0ffee/)
})

test('what the applier says it was refused is told in its words', () => {
  const seen = see(rar({}, { evaluation: { evaluationHash: 'sha256:aa' } }), {
    report: { refused: [{ path: 'clusters/one/s/r.yaml', message: 'denied by a webhook' }] },
  })
  expect(seen.problem).toMatch(/^Merged, refused: GitOps could not apply clusters\/one\/s\/r.yaml: denied by a webhook\./)
})

test('a stale approval, another decision and a vanished request are told apart', () => {
  const conditions = [{ type: 'Approved', status: 'False', reason: 'StaleApproval', message: '', lastTransitionTime: now }]
  expect(see(rar({ decision }, { phase: 'Rejected', conditions })).problem).toMatch(/StaleApproval/)
  expect(see(rar({ decision: { outcome: 'Rejected' } }, {})).problem).toMatch(/another decision/)
  expect(see(undefined)).toMatchObject({ problem: undefined, waits: expect.stringContaining('not in the cluster') })
})

test('the first open step carries the problem or whom it waits for; later ones are not reached', () => {
  const facts = {
    kind: 'admission',
    outcome: 'Approved',
    branch: 'vortex/r-aa',
    sealedAt: now,
    sealedBy: 'maria.santos',
    commit: 'abcdef1234',
    proposedAt: now,
    mergeCommit: undefined,
    mergedAt: undefined,
    mergedBy: undefined,
    appliedAt: undefined,
    admittedAt: undefined,
    problem: undefined,
    retrying: undefined,
    merging: false,
    mayMerge: ['james.okafor'],
  } as const
  const steps = deliverySteps(facts)
  expect(steps.map(({ state }) => state)).toEqual(['done', 'done', 'waiting', 'not-reached', 'not-reached'])
  expect(standing(steps)).toMatchObject({ step: 'Merged', text: 'Waits for one of james.okafor to merge it.' })
  expect(standing(deliverySteps({ ...facts, problem: 'It broke.' }))).toMatchObject({ state: 'failed', text: 'It broke.' })
  expect(deliverySteps({ ...facts, kind: 'policy' }).map(({ step }) => step)).toEqual(['Decided', 'Proposed', 'Merged', 'Applied'])
})

test('an undo is done when what it deletes is gone and what it puts back is there', () => {
  const undone = appliedFiles('one', [
    { path: 'clusters/one/o/domainrelationship.core.ontai.dev/x.yaml', text: undefined },
    { path: 'clusters/one/s/r.yaml', text: rarText },
  ])
  const back = rar({ decision }, undefined)
  const seen = (gone: KubeObject | undefined, there: KubeObject | undefined) =>
    observe({
      kind: 'undo',
      outcome: 'Approved',
      files: undone.map((file) => ({ file, live: file.object === undefined ? gone : there, before: undefined })),
      report: undefined,
      mergeCommit: 'c0ffee',
      now,
    })
  expect(seen(back, back)).toMatchObject({ applied: undefined, waits: expect.stringContaining('domainrelationship.core.ontai.dev/x.yaml') })
  expect(seen(undefined, undefined)).toMatchObject({ applied: undefined, waits: expect.stringContaining('r.yaml') })
  expect(seen(undefined, back)).toMatchObject({ applied: now, admitted: now, problem: undefined })
})

test('a field that the sealed document took out is not applied while the applier still holds it in the cluster, and is when only a default stands there', () => {
  const text = (spec: string) =>
    `apiVersion: core.ontai.dev/v1alpha1\nkind: DomainRelationship\nmetadata: {name: x, namespace: o}\nspec: ${spec}\n`
  const path = 'clusters/one/o/x.yaml'
  const read = (spec: string) => appliedFiles('one', [{ path, text: text(spec) }])[0]
  const [file, before] = [read('{a: 1, limits: {cpu: 1}}'), read('{a: 1, mode: open, limits: {cpu: 1, memory: 2}}')]
  if (file === undefined || before === undefined) throw new Error('The documents cannot be read.')
  const seen = (spec: unknown, owned: unknown, operation = 'Apply') =>
    observe({
      kind: 'undo',
      outcome: 'Approved',
      files: [
        {
          file,
          before,
          live: {
            ...rar(spec, undefined),
            metadata: { name: 'x', managedFields: [{ manager: 'gitops', operation, time: now, fieldsV1: { 'f:spec': owned } }] },
          },
        },
      ],
      report: undefined,
      mergeCommit: 'c0ffee',
      now,
    }).applied
  const old = { a: 1, mode: 'open', limits: { cpu: 1, memory: 2 } }
  const all = { 'f:a': {}, 'f:mode': {}, 'f:limits': { 'f:cpu': {}, 'f:memory': {} } }
  expect(seen(old, all)).toBeUndefined()
  expect(seen({ ...old, mode: undefined }, { 'f:a': {}, 'f:limits': { 'f:cpu': {}, 'f:memory': {} } })).toBeUndefined()
  expect(seen(old, { 'f:a': {}, 'f:limits': { 'f:cpu': {} } }), 'both are defaults now').toBe(now)
  expect(seen({ a: 1, limits: { cpu: 1 } }, { 'f:a': {}, 'f:limits': { 'f:cpu': {} } })).toBe(now)
  expect(seen({ ...old, mode: 'shut', limits: { cpu: 1 } }, all), 'somebody gave it another value').toBe(now)
  expect(seen(old, all, 'Update'), 'nobody applied it by server-side apply').toBe(now)
})
