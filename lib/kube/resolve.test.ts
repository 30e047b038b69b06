import { expect, test } from 'vitest'
import { CONCEPT, type Concept, type ServedKind } from '#lib/kube/concept.ts'
import { meaningOf, resolveAll, resolveConcept, unserved } from '#lib/kube/resolve.ts'

const kind = (group: string, name: string): ServedKind => ({
  group,
  version: 'v1alpha1',
  kind: name,
  plural: `${name.toLowerCase()}s`,
  namespaced: true,
})

const C = kind('seam.ontai.dev', 'TalosCluster')
const B = kind('infrastructure.ontai.dev', 'InfrastructureTalosCluster')
const A = kind('platform.ontai.dev', 'TalosCluster')

test.each([
  { name: 'C before B and A', served: [A, B, C], is: { ...C, generation: 'C' } },
  { name: 'B before A', served: [A, B], is: { ...B, generation: 'B' } },
  { name: 'A alone', served: [A], is: { ...A, generation: 'A' } },
  { name: 'nothing', served: [kind('example.org', 'TalosCluster')], is: undefined },
])('a cluster is resolved to $name', ({ served, is }) => {
  expect(resolveConcept('cluster', served)).toEqual(is)
})

test('all served names of a concept come best first', () => {
  expect(resolveAll('cluster', [A, C, B]).map(({ generation }) => generation)).toEqual(['C', 'B', 'A'])
})

test.each([
  ['seam.ontai.dev', 'TalosCluster', 'cluster', 'C'],
  ['platform.ontai.dev', 'TalosCluster', 'cluster', 'A'],
  ['infra.ontai.dev', 'ClusterPack', 'pack', 'A'],
  ['seam.ontai.dev', 'PackDelivery', 'pack', 'C'],
  ['infrastructure.ontai.dev', 'InfrastructurePackInstance', 'packInstalled', 'B'],
  ['infrastructure.ontai.dev', 'InfrastructureLineageIndex', 'lineage', 'A/B'],
  ['security.ontai.dev', 'RBACProfile', 'rbacProfile', 'A/B'],
  ['platform.ontai.dev', 'UpgradePolicy', 'upgradePolicy', undefined],
  ['society.zeta.io', 'Hat', 'hat', undefined],
  ['ameide.io', 'Domain', 'ameideDomain', undefined],
])('%s %s means %s of generation %s', (group, name, concept, generation) => {
  const meaning = meaningOf({ group, kind: name })
  expect([meaning?.concept, meaning?.name.generation]).toEqual([concept, generation])
})

test('a kind name alone means nothing: the group decides', () => {
  expect(meaningOf({ group: 'example.org', kind: 'TalosCluster' })).toBeUndefined()
  expect(meaningOf({ group: 'toString', kind: 'constructor' })).toBeUndefined()
})

test('no name stands for two concepts, and every concept is called by its first name', () => {
  const names = Object.values(CONCEPT).flatMap((entry) => entry.names.map(({ group, kind: each }) => `${group}/${each}`))
  expect(new Set(names).size).toBe(names.length)
  for (const entry of Object.values(CONCEPT)) expect([entry.kind, entry.groups[0]]).toEqual([entry.names[0]?.kind, entry.names[0]?.group])
})

test('what is not served under any name is missing, whatever else is served', () => {
  const missing: readonly Concept[] = unserved([A, kind('society.zeta.io', 'Hat')])
  expect(missing).not.toContain('cluster')
  expect(missing).not.toContain('hat')
  expect(missing).toContain('hatBinding')
})
