import { expect, test } from 'vitest'
import { summaryOf } from '#lib/kube/summary.ts'

const condition = (type: string, status: string, reason = 'R') => ({ type, status, reason, message: 'm' })
const of = (apiVersion: string, kind: string, rest: object) => ({
  apiVersion,
  kind,
  metadata: { name: 'x', namespace: 'n', generation: 1 },
  ...rest,
})
const pod = (phase: string, ...conditions: readonly object[]) =>
  of('v1', 'Pod', { spec: { nodeName: 'node-1', containers: [{}, {}] }, status: { phase, conditions } })
const deployment = (...conditions: readonly object[]) =>
  of('apps/v1', 'Deployment', { spec: { replicas: 3 }, status: { readyReplicas: 2, conditions } })
const done = condition('Progressing', 'True', 'NewReplicaSetAvailable')

test.each([
  ['a running pod', pod('Running', condition('Initialized', 'True'), condition('Ready', 'True')), 'ok', 'Ready is True.'],
  ['a pod whose containers fail', pod('Running', condition('Ready', 'False')), 'caution', 'Ready is False.'],
  ['a pod that is done, and so not ready', pod('Succeeded', condition('Ready', 'False')), 'ok', 'phase is Succeeded.'],
  ['a pod that nobody runs', pod('Pending', condition('PodScheduled', 'False')), 'caution', 'phase is Pending.'],
  ['a failed pod', pod('Failed'), 'danger', 'phase is Failed.'],
  ['a pod whose phase is a word of Object', pod('constructor', condition('Ready', 'True')), 'ok', 'Ready is True.'],
  ['a deployment that is rolled out', deployment(condition('Available', 'True'), done), 'ok', 'Available is True.'],
  ['one that is being rolled out', deployment(condition('Available', 'True'), condition('Progressing', 'True', 'ReplicaSetUpdated')), 'caution', 'Progressing is True.'],
  ['one that does not get on', deployment(condition('Available', 'True'), condition('Progressing', 'False')), 'caution', 'Progressing is False.'],
  ['one that is not available', deployment(condition('Available', 'False'), done), 'caution', 'Available is False.'],
  ['a set that is short', of('apps/v1', 'StatefulSet', { spec: { replicas: 3 }, status: { replicas: 3, readyReplicas: 1 } }), 'caution', 'Not all are ready.'],
  ['a set of none', of('apps/v1', 'ReplicaSet', { spec: { replicas: 0 }, status: { replicas: 0 } }), 'ok', 'All that are wanted are ready.'],
  ['a job under way', of('batch/v1', 'Job', { spec: {}, status: { active: 1 } }), 'caution', 'It is under way.'],
  ['a job that is done', of('batch/v1', 'Job', { spec: {}, status: { conditions: [condition('SuccessCriteriaMet', 'True'), condition('Complete', 'True')] } }), 'ok', 'Complete is True.'],
  ['a job that failed', of('batch/v1', 'Job', { spec: {}, status: { conditions: [condition('Failed', 'True')] } }), 'danger', 'Failed is True.'],
  ['a node under pressure', of('v1', 'Node', { status: { conditions: [condition('MemoryPressure', 'True'), condition('Ready', 'True')] } }), 'caution', 'MemoryPressure is True.'],
  ['a node', of('v1', 'Node', { status: { conditions: [condition('MemoryPressure', 'False'), condition('Ready', 'True')] } }), 'ok', 'Ready is True.'],
  ['a claim', of('v1', 'PersistentVolumeClaim', { spec: {}, status: { phase: 'Bound' } }), 'ok', 'phase is Bound.'],
  ['a service', of('v1', 'Service', { spec: { type: 'ClusterIP' }, status: { loadBalancer: {} } }), 'unknown', 'Objects of this kind report no state.'],
  ['a role', of('rbac.authorization.k8s.io/v1', 'Role', { rules: [{}] }), 'unknown', 'Objects of this kind report no state.'],
  ['a pod that nobody has seen', of('v1', 'Pod', { spec: {} }), 'unknown', 'No status yet: nothing has evaluated it.'],
  ['a kind of another group by the same name', of('example.org/v1', 'Pod', { spec: {}, status: { phase: 'Failed' } }), 'unknown', 'No condition is reported: nothing was evaluated yet.'],
])('%s reads as it stands', (_what, object, health, words) => {
  expect(summaryOf(object).health).toMatchObject({ health, words })
}) // prettier-ignore

test('facts are in the words of the kind', () => {
  expect(summaryOf(pod('Running')).facts).toEqual([
    { label: 'Phase', value: 'Running' },
    { label: 'Node', value: 'node-1' },
    { label: 'Containers', value: '2' },
  ])
  expect(summaryOf(deployment()).facts).toMatchObject([
    { label: 'Wanted', value: '3' },
    { label: 'Ready', value: '2' },
  ])
  const binding = of('rbac.authorization.k8s.io/v1', 'RoleBinding', { roleRef: { kind: 'Role', name: 'reader' }, subjects: [{}] })
  expect(summaryOf(binding).facts).toMatchObject([
    { label: 'Role', value: 'reader' },
    { label: 'Subjects', value: '1' },
  ])
})
