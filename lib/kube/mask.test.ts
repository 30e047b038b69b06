import { expect, test } from 'vitest'
import { LAST_APPLIED, MASKED, masked, maskedPart } from '#lib/kube/mask.ts'

const SECRET = 'ZEBRA-KEY'
const of = (kind: string, rest: object) => ({
  apiVersion: 'platform.ontai.dev/v1alpha1',
  kind,
  metadata: { name: 'x', annotations: { 'kubectl.kubernetes.io/last-applied-configuration': SECRET, kept: 'yes' } },
  ...rest,
})

test.each([
  of('MachineConfig', { spec: { role: 'worker', machine: { token: SECRET }, cluster: SECRET } }),
  of('HardeningProfile', { spec: { description: 'd', machineConfigPatches: [SECRET] } }),
  of('IdentityProvider', { spec: { type: 'oidc', caBundle: SECRET, tokenSigningKey: SECRET } }),
  of('Secret', { data: { key: SECRET }, stringData: { key: SECRET }, type: 'Opaque' }),
])('no key material of $kind is left, and what is not secret stays', (object) => {
  const text = JSON.stringify(masked(object))
  expect(text).not.toContain(SECRET)
  expect(text).toContain(MASKED)
  expect(text).toContain('"kept":"yes"')
})

test.each(['kapp.k14s.io/original', 'objectset.rio.cattle.io/applied', 'banzaicloud.com/last-applied'])(
  'the copy that an applier keeps in %s is masked as well',
  (annotation) => {
    const object = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'x', annotations: { [annotation]: SECRET, 'app.io/applied-by': 'maria' } },
    }
    expect(masked(object).metadata.annotations).toEqual({ [annotation]: MASKED, 'app.io/applied-by': 'maria' })
  },
)

test('other kinds are untouched, and a spec of another type is no failure', () => {
  const plain = of('TalosCluster', { spec: { machine: 'm' } })
  expect(masked(plain)).toBe(plain)
  expect(masked(of('MachineConfig', { spec: 'text' })).spec).toBe('text')
})

test.each([
  ['MachineConfig', 'spec.machine.token', 'spec.machine'],
  ['MachineConfig', 'spec.cluster', 'spec.cluster'],
  ['MachineConfig', 'spec.clusterRef.name', undefined],
  ['HardeningProfile', 'spec.machineConfigPatches[the key]', 'spec.machineConfigPatches'],
  ['HardeningProfile', 'spec.description', undefined],
  ['HardeningProfile', '(text)', '(text)'],
  ['IdentityProvider', `metadata.annotations.${LAST_APPLIED}`, `metadata.annotations.${LAST_APPLIED}`],
  ['Secret', 'data.key', 'data'],
  ['Secret', 'stringData', 'stringData'],
  ['Secret', 'metadata.labels.app', undefined],
  ['TalosCluster', 'spec.machine', undefined],
])('of %s the field %s is in the masked part %s', (kind, path, is) => {
  expect(maskedPart({ kind }, path)).toBe(is)
})
