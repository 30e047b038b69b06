import { isObject, type Json, type JsonObject } from '../json.ts'
import { fieldSchema, type Schema } from '../schema/compile.ts'
import { elementOf, elements, join } from './field-set.ts'

/** The applied configuration laid over the live object: maps and keyed lists merge, everything else is replaced. */
export function merge(schema: Schema | null, live: Json | undefined, config: Json): Json {
  if (Array.isArray(config))
    return Array.isArray(live) && schema !== null && schema.listType !== 'atomic' ? mergeList(schema, live, config) : config
  if (!isObject(config) || !isObject(live) || schema?.mapType === 'atomic') return config
  const merged: JsonObject = { ...live }
  for (const [key, value] of Object.entries(config)) merged[key] = merge(fieldSchema(schema, key), live[key], value)
  return merged
}

// Order: entries only in the live list stay where they were, entries of the configuration keep their own order.
function mergeList(schema: Schema, live: readonly Json[], config: readonly Json[]): Json[] {
  const before = new Map(live.map((entry) => [elementOf(schema, entry), entry]))
  const wanted = new Set(config.map((entry) => elementOf(schema, entry)))
  const merged: Json[] = []
  const rest = [...live]
  for (const entry of config) {
    const key = elementOf(schema, entry)
    while (rest[0] !== undefined && !wanted.has(elementOf(schema, rest[0]))) merged.push(...rest.splice(0, 1))
    const old = before.get(key)
    if (old !== undefined) rest.splice(0, 1)
    merged.push(merge(schema.items, old, entry))
  }
  return [...merged, ...rest.filter((entry) => !wanted.has(elementOf(schema, entry)))]
}

/** The object without the field or list entry at a path; containers that this leaves empty go too, unless `keeps` names them. */
export function removeAt(schema: Schema, object: JsonObject, path: string, keeps: (path: string) => boolean): JsonObject {
  const removed = removeIn(schema, object, elements(path), '', keeps)
  return isObject(removed) ? removed : {}
}

const isEmpty = (value: Json): boolean => (Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0)

function removeIn(
  schema: Schema | null,
  value: Json,
  [head, ...rest]: readonly string[],
  path: string,
  keeps: (path: string) => boolean,
): Json {
  if (head === undefined) return value
  const inner = join(path, head)
  const shrink = (child: Json, childSchema: Schema | null): Json | undefined => {
    if (rest.length === 0) return undefined
    const left = removeIn(childSchema, child, rest, inner, keeps)
    return isEmpty(left) && !isEmpty(child) && !keeps(inner) ? undefined : left
  }
  if (Array.isArray(value)) {
    if (schema === null) return value
    return value.flatMap((entry) => {
      if (elementOf(schema, entry) !== head) return [entry]
      const left = shrink(entry, schema.items)
      return left === undefined ? [] : [left]
    })
  }
  if (!isObject(value)) return value
  const key = head.slice(2)
  const child = value[key]
  if (child === undefined) return value
  const left = shrink(child, fieldSchema(schema, key))
  if (left !== undefined) return { ...value, [key]: left }
  const { [key]: _gone, ...others } = value
  return others
}
