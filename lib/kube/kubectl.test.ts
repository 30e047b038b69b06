import { expect, test } from 'vitest'
import { kubectlGet } from '#lib/kube/kubectl.ts'

const SERVED = [
  { group: 'app.ontai.dev', version: 'v1alpha1', kind: 'AppPolicy', plural: 'apppolicies', namespaced: true },
  { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true },
]

test.each([
  [
    { group: 'app.ontai.dev', kind: 'AppPolicy', namespace: 'ns', name: 'a.b-1' },
    'kubectl get apppolicies.app.ontai.dev a.b-1 -n ns -o yaml',
  ],
  [{ group: '', kind: 'ConfigMap', namespace: 'ns', name: 'x' }, 'kubectl get configmaps x -n ns -o yaml'],
  [{ group: 'g.io', kind: 'Thing', namespace: '', name: 'system:x' }, 'kubectl get thing.g.io system:x -o yaml'],
  [
    { group: 'g.io', kind: 'Thing', namespace: '', name: "a'; rm -rf $HOME" },
    String.raw`kubectl get thing.g.io 'a'\''; rm -rf $HOME' -o yaml`,
  ],
  [{ group: 'g.io', kind: 'Thing', namespace: '', name: '--all' }, "kubectl get thing.g.io '--all' -o yaml"],
])('%j', (ref, command) => {
  expect(kubectlGet({ cluster: 'c', ...ref }, SERVED)).toBe(command)
})
