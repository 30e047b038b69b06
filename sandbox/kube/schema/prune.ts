import { isObject, type Json, type JsonObject } from '../json.ts'
import { type Schema } from './compile.ts'

const isRootField = (key: string): boolean => key === 'apiVersion' || key === 'kind' || key === 'metadata'
const step = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`)

/** The value without the fields that the schema does not name; their paths go to `unknown`. */
export function prune(schema: Schema, value: Json, unknown: string[], path = '', isRoot = true): Json {
  if (Array.isArray(value)) {
    const { items } = schema
    return items === null ? value : value.map((entry, i) => prune(items, entry, unknown, `${path}[${i}]`, items.embedded))
  }
  if (!isObject(value)) return value
  const kept: JsonObject = {}
  for (const [key, entry] of Object.entries(value)) {
    const known = schema.properties.get(key) ?? schema.additional
    if (known) kept[key] = prune(known, entry, unknown, step(path, key), known.embedded)
    else if (schema.preserve || (isRoot && isRootField(key))) kept[key] = entry
    else unknown.push(step(path, key))
  }
  return kept
}

/** The value with schema defaults filled in; a null in a field that allows none counts as absent. */
export function fillDefaults(schema: Schema, value: Json): Json {
  if (Array.isArray(value)) {
    const { items } = schema
    return items === null ? value : value.map((entry) => fillDefaults(items, entry))
  }
  if (!isObject(value)) return value
  const filled: JsonObject = {}
  for (const [key, entry] of Object.entries(value)) {
    const known = schema.properties.get(key) ?? schema.additional
    if (entry === null && known && !known.nullable) continue
    filled[key] = known ? fillDefaults(known, entry) : entry
  }
  for (const [key, known] of schema.properties) {
    if (filled[key] === undefined && known.default !== undefined) filled[key] = fillDefaults(known, structuredClone(known.default))
  }
  return filled
}
