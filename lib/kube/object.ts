/** A Kubernetes object as served; only `metadata` is known, the rest is read by typed readers. */
export type KubeObject = {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: ObjectMeta
  readonly spec?: unknown
  readonly status?: unknown
  readonly data?: Readonly<Record<string, string>>
}

export type ObjectMeta = {
  readonly name: string
  readonly namespace?: string
  readonly uid?: string
  readonly generation?: number
  readonly resourceVersion?: string
  readonly creationTimestamp?: string
  readonly deletionTimestamp?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly managedFields?: readonly ManagedField[]
  readonly ownerReferences?: readonly { readonly apiVersion: string; readonly kind: string; readonly name: string; readonly uid: string }[]
}

export type ManagedField = {
  readonly manager?: string
  readonly operation?: string
  readonly time?: string
  readonly subresource?: string
  /** The fields that it set, as nested keys such as `f:spec`. */
  readonly fieldsV1?: unknown
}

/** metav1.Condition. An absent condition means "not evaluated yet", not False (kinds.md 2.1). */
export type Condition = {
  readonly type: string
  readonly status: 'True' | 'False' | 'Unknown'
  readonly reason: string
  readonly message: string
  readonly lastTransitionTime: string
  readonly observedGeneration?: number
}

/** The API group of an object; the core group is the empty string. */
export const groupOf = (object: { readonly apiVersion: string }): string =>
  object.apiVersion.includes('/') ? object.apiVersion.slice(0, object.apiVersion.indexOf('/')) : ''

/** Where an object stands among those of its kind. */
export const placeOf = ({ metadata }: Pick<KubeObject, 'metadata'>): string => `${metadata.namespace ?? ''}/${metadata.name}`

const isCondition = (value: unknown): value is Condition =>
  typeof value === 'object' && value !== null && 'type' in value && 'status' in value

/** `status.conditions`, or none. Only type and status are sure to be there: `saidBy` reads the rest. */
export function conditionsOf(object: KubeObject): readonly Condition[] {
  const status = object.status
  if (typeof status !== 'object' || status === null || !('conditions' in status) || !Array.isArray(status.conditions)) return []
  return status.conditions.filter(isCondition)
}

/** A text of a condition that kinds without metav1.Condition leave out, as pods do; empty where it is not there or no text. */
export const saidBy = (condition: Condition, field: 'reason' | 'message' | 'lastTransitionTime'): string => {
  const said: unknown = condition[field]
  return typeof said === 'string' ? said : ''
}
