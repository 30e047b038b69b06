import { groupOf, type KubeObject } from '#lib/kube/object.ts'

/** Names one object in one cluster. `namespace` is empty for cluster-scoped kinds, `group` for the core group. */
export type ResourceRef = {
  readonly cluster: string
  readonly group: string
  readonly kind: string
  readonly namespace: string
  readonly name: string
}

/** Stable text of a reference, used as key and in addresses. */
export const refKey = (ref: Omit<ResourceRef, 'cluster'>): string => `${ref.group}/${ref.kind}/${ref.namespace}/${ref.name}`

export const refOf = (cluster: string, object: KubeObject): ResourceRef => ({
  cluster,
  group: groupOf(object),
  kind: object.kind,
  namespace: object.metadata.namespace ?? '',
  name: object.metadata.name,
})
