import { expect, test } from 'vitest'
import type { KubeObject } from '../kube-client.ts'
import { requestRows } from './admission-rows.ts'

const now = new Date('2026-05-01T12:00:00Z')
const request = (decision: object | undefined, status: object): KubeObject => ({
  apiVersion: 'seam.ontai.dev/v1alpha1',
  kind: 'RelationshipAdmissionRequest',
  metadata: { name: 'r1', namespace: 'n', creationTimestamp: '2026-05-01T10:00:00Z' },
  spec: { requestedBy: 'ada', ...(decision && { decision }) },
  status,
})
const evaluation = {
  evaluatedAt: '2026-05-01T10:00:01Z',
  evaluationHash: 'sha256:1',
  initiatorPolicy: { domainPolicyName: 'one' },
  counterpartPolicy: { domainPolicyName: 'two' },
}
const brief = (found: KubeObject) =>
  requestRows(found, now).map(({ action, subject, resource, decision, matchedPolicy }) => [
    action,
    subject,
    resource,
    decision,
    matchedPolicy,
  ])

test('a new request is requested, an evaluated one names both policies', () => {
  expect(brief(request(undefined, {}))).toEqual([['relationship.requested', 'ada', 'r1', 'system', '']])
  expect(brief(request(undefined, { phase: 'AwaitingApproval', evaluation }))[1]).toEqual([
    'relationship.evaluated',
    'guardian',
    'r1',
    'system',
    'one,two',
  ])
})

test('an approval carries the approver and the evidence, the admission names what was produced', () => {
  const decision = { outcome: 'Approved', approver: 'eve', decidedAt: '2026-05-01T11:00:00Z', governanceEventRef: 'event-1' }
  const status = {
    phase: 'Admitted',
    admissionPath: 'Human',
    evaluation,
    relationshipRef: { name: 'one-observes-two' },
    admittedAt: '2026-05-01T11:05:00Z',
  }
  expect(brief(request(decision, status)).slice(2)).toEqual([
    ['relationship.approved', 'eve', 'r1', 'admit', 'event-1'],
    ['relationship.admitted', 'guardian', 'one-observes-two', 'admit', 'event-1'],
  ])
})

test('a rejection is the person’s or Guardian’s own, and automatic admission says so', () => {
  expect(brief(request({ outcome: 'Rejected', approver: 'eve' }, { phase: 'Rejected', evaluation })).at(-1)).toEqual([
    'relationship.rejected',
    'eve',
    'r1',
    'deny',
    '',
  ])
  expect(brief(request({ outcome: 'Approved', approver: 'eve' }, { phase: 'Rejected', evaluation })).at(-1)?.[1]).toBe('guardian')
  const automatic = { phase: 'Admitted', admissionPath: 'Automatic', evaluation, relationshipRef: { name: 'x' } }
  expect(brief(request(undefined, automatic)).map(([action]) => action)).toContain('relationship.auto_admitted')
})
