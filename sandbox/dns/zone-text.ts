import type { KubeClient } from '../kube-client.ts'
import { mirror } from '../kube-mirror.ts'

const NAME = 'dsns-zone'
const NAMESPACES = ['ont-system', 'kube-system']

/** The zone as it stands in the API server: the authoritative ConfigMap, else its mirror (`dsns.md` 2). Empty when neither has one. */
export function watchZoneText(kube: KubeClient): { readonly text: () => string; readonly close: () => void } {
  let text = ''
  const watching = mirror(kube, { apiVersion: 'v1', kind: 'ConfigMap' }, (objects) => {
    const texts = NAMESPACES.map(
      (namespace) => objects.get(`${namespace}/${NAME}`)?.['data'] as Readonly<Record<string, string>> | undefined,
    ) // safe: a ConfigMap's data
    text = texts.map((data) => data?.['zone.db'] ?? '').find((zone) => zone !== '') ?? ''
  })
  return { text: () => text, close: watching.close }
}
