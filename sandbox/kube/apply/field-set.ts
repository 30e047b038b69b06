import { isObject, type Json, type JsonObject } from '../json.ts'
import { listKeyOf, type Schema } from '../schema/compile.ts'

/** Owned paths; each is the list of fieldsV1 elements (`f:spec`, `k:{"type":"Ready"}`, `v:"x"`) joined by line feeds, which JSON never contains raw. */
export type FieldSet = ReadonlySet<string>

const GLUE = '\n'
export const join = (path: string, element: string): string => (path === '' ? element : `${path}${GLUE}${element}`)
export const elements = (path: string): string[] => path.split(GLUE)
export const isInside = (path: string, ancestor: string): boolean => path.startsWith(`${ancestor}${GLUE}`)

/** The element that names an entry of a `map` or `set` list. */
export const elementOf = (schema: Schema, entry: Json): string =>
  schema.listType === 'map' ? `k:${JSON.stringify(listKeyOf(schema, entry))}` : `v:${JSON.stringify(entry)}`

/** Stands for a list or map entry whose content is listed under its own paths. */
const CONTAINER = true

/**
 * What an object names, with the value of every leaf: leaves, list entries and map entries (structured-merge-diff, ToFieldSet). A null schema is
 * free-form.
 */
export function leaves(schema: Schema | null, value: Json, path = '', into: Map<string, Json> = new Map()): Map<string, Json> {
  if (Array.isArray(value) && schema !== null && schema.listType !== 'atomic') {
    for (const entry of value) {
      const inner = join(path, elementOf(schema, entry))
      if (isObject(entry)) leaves(schema.items, entry, inner, into)
      into.set(inner, CONTAINER)
    }
  } else if (isObject(value) && schema?.mapType !== 'atomic' && (path === '' || Object.keys(value).length > 0)) {
    for (const [key, entry] of Object.entries(value)) {
      const inner = join(path, `f:${key}`)
      const known = schema?.properties.get(key)
      leaves(known ?? schema?.additional ?? null, entry, inner, into)
      if (!known && schema?.additional && isObject(entry)) into.set(inner, CONTAINER)
    }
  } else into.set(path, value)
  return into
}

/** The nested form of managedFields (`fieldsV1`). */
export function encode(set: FieldSet): JsonObject {
  const root: JsonObject = {}
  const member = new Set<string>(set)
  for (const path of [...set].sort()) {
    let at = root
    let walked = ''
    for (const element of elements(path)) {
      walked = join(walked, element)
      const inner = at[element]
      if (isObject(inner)) {
        if (member.has(walked) && walked !== path && inner['.'] === undefined) inner['.'] = {}
        at = inner
      } else {
        const fresh: JsonObject = member.has(walked) && walked !== path ? { '.': {} } : {}
        at[element] = fresh
        at = fresh
      }
    }
  }
  return root
}

/** Paths of a `fieldsV1` object. */
export function decode(fields: JsonObject, path = '', into: Set<string> = new Set()): Set<string> {
  const keys = Object.keys(fields)
  if (path !== '' && (keys.length === 0 || keys.includes('.'))) into.add(path)
  for (const key of keys) {
    const inner = fields[key]
    if (key !== '.' && isObject(inner)) decode(inner, join(path, key), into)
  }
  return into
}

/** `.spec.rules[name="a"].port`, as an apply conflict names a field. */
export function pathText(path: string): string {
  return elements(path)
    .map((element) => {
      const body = element.slice(2)
      if (element.startsWith('f:')) return `.${body}`
      if (element.startsWith('v:')) return `[=${body}]`
      const key = JSON.parse(body) as JsonObject // safe: written by elementOf
      return `[${Object.entries(key)
        .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
        .join(',')}]`
    })
    .join('')
}
