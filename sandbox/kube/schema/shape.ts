import type { JsonObject } from '../json.ts'

// Short words for the JSON schemas of the built-in kinds.
export const text: JsonObject = { type: 'string' }
export const integer: JsonObject = { type: 'integer' }
export const flag: JsonObject = { type: 'boolean' }
export const time: JsonObject = { type: 'string', format: 'date-time' }
export const anything: JsonObject = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
export const intOrString: JsonObject = { 'x-kubernetes-int-or-string': true }
export const fallback = (schema: JsonObject, value: string | number | boolean): JsonObject => ({ ...schema, default: value })
export const map = (values: JsonObject): JsonObject => ({ type: 'object', additionalProperties: values })
export const list = (items: JsonObject): JsonObject => ({ type: 'array', items, 'x-kubernetes-list-type': 'atomic' })
export const set = (items: JsonObject): JsonObject => ({ type: 'array', items, 'x-kubernetes-list-type': 'set' })
export const keyed = (items: JsonObject, ...keys: readonly string[]): JsonObject => ({
  type: 'array',
  items,
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': [...keys],
})
export const shape = (properties: JsonObject, ...required: readonly string[]): JsonObject => ({
  type: 'object',
  properties,
  ...(required.length > 0 ? { required: [...required] } : {}),
})

/** metav1.ObjectMeta; system fields included, so that nothing in it is unknown. */
export const objectMeta: JsonObject = shape({
  name: text,
  generateName: text,
  namespace: text,
  selfLink: text,
  uid: text,
  resourceVersion: text,
  generation: { type: 'integer', format: 'int64' },
  creationTimestamp: { ...time, nullable: true },
  deletionTimestamp: { ...time, nullable: true },
  deletionGracePeriodSeconds: integer,
  labels: map(text),
  annotations: map(text),
  ownerReferences: keyed(
    {
      ...shape(
        { apiVersion: text, kind: text, name: text, uid: text, controller: flag, blockOwnerDeletion: flag },
        'apiVersion',
        'kind',
        'name',
        'uid',
      ),
      'x-kubernetes-map-type': 'atomic',
    },
    'uid',
  ),
  finalizers: set(text),
  managedFields: list(anything),
})

export const objectReference: JsonObject = {
  ...shape({ apiVersion: text, kind: text, name: text, namespace: text, uid: text, resourceVersion: text, fieldPath: text }),
  'x-kubernetes-map-type': 'atomic',
}
export const labelSelector: JsonObject = {
  ...shape({ matchLabels: map(text), matchExpressions: list(shape({ key: text, operator: text, values: list(text) }, 'key', 'operator')) }),
  'x-kubernetes-map-type': 'atomic',
}
