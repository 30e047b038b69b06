import { asList, isObject, metadataOf, nameOf, type Json, type JsonObject } from './json.ts'
import type { Column, Resource } from './resource.ts'

/** The simple JSON paths that printer columns use: `.a.b`, `.a[0]`, `.a[?(@.type=="Ready")].status`, `['x/y']`. */
function read(value: Json | undefined, path: string): Json | undefined {
  const steps = path.replace(/^\{|\}$/g, '').match(/\.?[A-Za-z0-9_\-\\/]+(?:\\\.[A-Za-z0-9_\-/]+)*|\[[^\]]*\]/g) ?? []
  let at: Json | undefined = value
  for (const step of steps) {
    const filter = /^\[\?\(@\.([\w.-]+)\s*==\s*["']([^"']*)["']\)\]$/.exec(step)
    if (filter) at = asList(at).find((entry) => isObject(entry) && entry[filter[1] ?? ''] === filter[2])
    else if (step.startsWith('[')) {
      const key = step.slice(1, -1).replace(/^['"]|['"]$/g, '')
      at = Array.isArray(at) ? (key === '*' ? at[0] : at.at(Number(key))) : isObject(at) ? at[key] : undefined
    } else at = isObject(at) ? at[step.replace(/^\./, '').replaceAll('\\.', '.')] : undefined
  }
  return at
}

const UNITS: readonly (readonly [string, number])[] = [
  ['y', 31_536_000],
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
  ['s', 1],
]

/** `3d4h`, as kubectl shows ages (duration.HumanDuration, shortened). */
function age(since: Json | undefined, now: number): string {
  const at = typeof since === 'string' ? Date.parse(since) : Number.NaN
  if (Number.isNaN(at)) return '<unknown>'
  const seconds = Math.max(0, Math.floor((now - at) / 1000))
  const [unit, size] = UNITS.find(([, length]) => seconds >= length * 2) ?? ['s', 1]
  return `${Math.floor(seconds / size)}${unit}`
}

// Built-in columns count with `size(.data)`, which no CRD can say.
function count(object: JsonObject, path: string): number {
  const value = read(object, path)
  return Array.isArray(value) ? value.length : isObject(value) ? Object.keys(value).length : 0
}

function cell(column: Column, object: JsonObject, now: number): Json {
  const [, counted] = /^size\((.+)\)$/.exec(column.jsonPath) ?? []
  if (counted !== undefined) return count(object, counted)
  const value = column.jsonPath === '.metadata.name' ? nameOf(object) : read(object, column.jsonPath)
  if (column.type === 'date') return age(value, now)
  if (value === undefined || value === null) return column.type === 'string' && column.name !== 'Name' ? '' : null
  if (column.type === 'integer' || column.type === 'number' || column.type === 'boolean') return value
  return typeof value === 'string' ? value : JSON.stringify(value)
}

export type TableForm = { readonly includeObject: string; readonly withColumns: boolean; readonly version: string }

/** meta.k8s.io Table for one object or a list: what `kubectl get` shows. */
export function toTable(
  resource: Resource,
  source: JsonObject,
  { includeObject, withColumns, version }: TableForm,
  now: number,
): JsonObject {
  const isList = source['kind'] === resource.listKind && Array.isArray(source['items'])
  const objects = isList ? asList(source['items']).filter(isObject) : [source]
  const { resourceVersion } = metadataOf(source)
  return {
    kind: 'Table',
    apiVersion: `meta.k8s.io/${version}`,
    metadata: isList ? metadataOf(source) : { resourceVersion: resourceVersion ?? '' },
    columnDefinitions: withColumns
      ? resource.columns.map(({ name, type, format, description, priority }) => ({
          name,
          type,
          format,
          description: description || name,
          priority,
        }))
      : null,
    rows: objects.map((object) => ({
      cells: resource.columns.map((column) => cell(column, object, now)),
      ...rowObject(object, includeObject, version),
    })),
  }
}

function rowObject(object: JsonObject, include: string, version: string): JsonObject {
  if (include === 'None') return {}
  if (include === 'Object') return { object }
  return { object: { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${version}`, metadata: metadataOf(object) } }
}
