import { parseDocument } from 'yaml'

/** One field that changes. An absent side means that the field is absent there. */
export type FieldChange = { readonly path: string; readonly from: string | undefined; readonly to: string | undefined }

const VALUE_MAX = 400

/**
 * Fields that differ between two YAML documents, in the order of their paths. Elements of a list are told apart by their
 * `name` (or `type`), else by position. A text that is no YAML counts as one field, so that nothing is dropped silently.
 */
export function fieldDiff(before: string | undefined, after: string | undefined): readonly FieldChange[] {
  const [one, two] = [leavesOf(before), leavesOf(after)]
  const paths = [...new Set([...one.keys(), ...two.keys()])].toSorted(comparePaths)
  return paths.flatMap((path) => {
    const [from, to] = [one.get(path), two.get(path)]
    return from === to ? [] : [{ path, from: shorten(from), to: shorten(to) }]
  })
}

/** Fields of one object as plain data: what the two sides of a diff are made of. */
export function fieldsOf(value: unknown): ReadonlyMap<string, string> {
  const leaves = new Map<string, string>()
  collect(value, '', leaves, 0)
  return leaves
}

const DEPTH_MAX = 64

function leavesOf(text: string | undefined): ReadonlyMap<string, string> {
  if (text === undefined) return new Map()
  const value = read(text)
  return value.ok ? fieldsOf(value.value) : new Map([['(text)', text]])
}

function read(text: string): { readonly ok: true; readonly value: unknown } | { readonly ok: false } {
  try {
    const document = parseDocument(text, { logLevel: 'silent', prettyErrors: false })
    if (document.errors.length > 0) return { ok: false }
    return { ok: true, value: document.toJS({ maxAliasCount: 0 }) }
  } catch {
    return { ok: false }
  }
}

function collect(value: unknown, path: string, leaves: Map<string, string>, depth: number): void {
  if (typeof value !== 'object' || value === null || depth >= DEPTH_MAX) {
    if (value !== undefined) leaves.set(path === '' ? '(text)' : path, leafText(value))
    return
  }
  const entries = Array.isArray(value) ? listEntries(value) : Object.entries(value)
  if (entries.length === 0 && path !== '') leaves.set(path, Array.isArray(value) ? '[]' : '{}')
  for (const [key, each] of entries) collect(each, join(path, key), leaves, depth + 1)
}

function listEntries(list: readonly unknown[]): readonly (readonly [string, unknown])[] {
  const names = list.map(nameOf)
  const distinct = new Set(names).size === list.length && !names.includes(undefined)
  return list.map((each, index) => [`[${distinct ? names[index] : index}]`, each])
}

const nameOf = (value: unknown): string | undefined => {
  if (typeof value === 'string') return value
  if (typeof value !== 'object' || value === null) return undefined
  for (const key of ['name', 'type', 'login', 'group', 'id'])
    if (Object.hasOwn(value, key)) {
      const found: unknown = Reflect.get(value, key)
      if (typeof found === 'string') return found
    }
  return undefined
}

const join = (path: string, key: string): string => {
  if (key.startsWith('[')) return `${path}${key}`
  const plain = /^[\w-]+$/.test(key) ? key : JSON.stringify(key)
  return path === '' ? plain : `${path}.${plain}`
}

const leafText = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value)))

const shorten = (text: string | undefined): string | undefined => {
  if (text === undefined) return undefined
  const points = Array.from(text)
  return points.length > VALUE_MAX ? `${points.slice(0, VALUE_MAX).join('')}… (${points.length} characters)` : text
}

const comparePaths = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true })
