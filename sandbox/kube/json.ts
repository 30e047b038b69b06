export type Json = null | boolean | number | string | Json[] | JsonObject
export type JsonObject = { [key: string]: Json }

export const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The value as an object; anything else reads as an empty one. For tolerant reads only, never for writing back. */
export const asObject = (value: Json | undefined): JsonObject => (isObject(value) ? value : {})
export const asList = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : [])
export const asText = (value: Json | undefined): string => (typeof value === 'string' ? value : '')

/** Deep equality of JSON values; the order of keys does not matter. */
export function equal(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((entry, i) => equal(entry, b[i]))
  if (!isObject(a) || !isObject(b)) return false
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && equal(a[key], b[key]))
}

/** The object without the named keys. */
export function without(object: JsonObject, ...keys: readonly string[]): JsonObject {
  const rest = { ...object }
  for (const key of keys) delete rest[key]
  return rest
}

/** Parsed JSON text. Throws SyntaxError. */
export const parseJson = (text: string): Json => JSON.parse(text) as Json // safe: JSON.parse yields JSON values only

export const metadataOf = (object: JsonObject): JsonObject => asObject(object['metadata'])
export const nameOf = (object: JsonObject): string => asText(metadataOf(object)['name'])
export const namespaceOf = (object: JsonObject): string => asText(metadataOf(object)['namespace'])
export const versionOf = (object: JsonObject): string => asText(metadataOf(object)['resourceVersion'])
