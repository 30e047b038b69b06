import { expect, test } from 'vitest'
import { referencesOf } from '#lib/history/references.ts'
import type { ServedKind } from '#lib/kube/concept.ts'
import type { KubeObject } from '#lib/kube/object.ts'

const kind = (group: string, name: string): ServedKind => ({
  group,
  version: 'v1',
  kind: name,
  plural: `${name.toLowerCase()}s`,
  namespaced: true,
})
const SERVED = [
  kind('platform.ontai.dev', 'TalosCluster'),
  kind('infrastructure.ontai.dev', 'InfrastructureClusterPack'),
  kind('security.ontai.dev', 'RBACProfile'),
  kind('seam.ontai.dev', 'LineageRecord'),
  kind('seam.ontai.dev', 'TalosCluster'),
]
const of = (apiVersion: string, spec: unknown, labels: Readonly<Record<string, string>> = {}): KubeObject => ({
  apiVersion,
  kind: 'PackExecution',
  metadata: { name: 'x', namespace: 'ns', labels },
  spec,
})
const found = (object: KubeObject) =>
  referencesOf(object, SERVED).map(
    (each) => `${each.field} ${each.known ? `${each.kind}.${each.group}` : `? ${each.kind}`} ${each.namespace}/${each.name}`,
  )

test('a field of a platform kind means a concept, under the best name that is served', () => {
  expect(
    found(
      of('infrastructure.ontai.dev/v1alpha1', {
        clusterPackRef: { name: 'nginx', version: '1' },
        targetClusterRef: 'dev',
        admissionProfileRef: 'p',
      }),
    ),
  ).toEqual([
    'spec.clusterPackRef InfrastructureClusterPack.infrastructure.ontai.dev ns/nginx',
    'spec.targetClusterRef TalosCluster.seam.ontai.dev ns/dev',
    'spec.admissionProfileRef RBACProfile.security.ontai.dev ns/p',
  ])
})

test("another system's clusterRef is not ours", () => {
  expect(found(of('ameide.io/v1', { db: { clusterRef: 'cnpg' } }))).toEqual(['spec.db.clusterRef ? cluster ns/cnpg'])
})

test('lineage is joined by the label and by the root of the record', () => {
  const labels = { 'infrastructure.ontai.dev/root-ili': 'taloscluster-dev', 'infrastructure.ontai.dev/root-ili-namespace': 'seam-system' }
  expect(
    found(
      of('seam.ontai.dev/v1alpha1', { rootBinding: { rootKind: 'TalosCluster', rootName: 'dev', rootNamespace: 'seam-system' } }, labels),
    ),
  ).toEqual([
    'metadata.labels[infrastructure.ontai.dev/root-ili] LineageRecord.seam.ontai.dev seam-system/taloscluster-dev',
    'spec.rootBinding TalosCluster.seam.ontai.dev seam-system/dev',
  ])
})

test('a stated group is kept to: its concept may be served under another name, a stranger is unknown', () => {
  const ref = (group: string, name: string) =>
    of('seam.ontai.dev/v1alpha1', { affectedCRRef: { group, kind: name, name: 'x', namespace: 'n' } })
  expect(found(ref('platform.ontai.dev', 'TalosCluster'))).toEqual(['spec.affectedCRRef TalosCluster.platform.ontai.dev n/x'])
  expect(found(ref('guardian.ontai.dev', 'RBACProfile'))).toEqual(['spec.affectedCRRef RBACProfile.security.ontai.dev n/x'])
  expect(found(ref('example.org', 'RBACProfile'))).toEqual(['spec.affectedCRRef ? RBACProfile n/x'])
})

test.each([
  null,
  7,
  'x',
  [],
  { rootBinding: [] },
  { clusterRef: 7 },
  { clusterRef: { name: {} } },
  { rootBinding: { rootKind: 1, rootName: 'x' } },
])('ill-typed %j names nothing', (spec) => {
  expect(found(of('seam.ontai.dev/v1alpha1', spec))).toEqual([])
})
