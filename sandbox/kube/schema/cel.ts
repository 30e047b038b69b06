import { equal, isObject, type Json } from '../json.ts'
import type { FieldProblem } from '../status-error.ts'
import { celName } from './cel-name.ts'
import { listKeyOf, type Schema } from './compile.ts'
import type { Rule, Scope } from './rule.ts'

/** JSON as CEL values, by schema: integer to int, date-time to timestamp; what the schema does not name is not visible. */
function celValue(schema: Schema, value: Json): unknown {
  if (typeof value === 'number') return (schema.type === 'integer' || schema.type === '') && Number.isInteger(value) ? BigInt(value) : value
  if (typeof value === 'string') return schema.format === 'date-time' ? new Date(value) : value
  if (Array.isArray(value)) {
    const { items } = schema
    const converted = items === null ? value : value.map((entry) => celValue(items, entry))
    return schema.listType === 'atomic' ? converted : sortedByKey(schema, value, converted)
  }
  if (!isObject(value)) return value
  const seen: Record<string, unknown> = {}
  for (const [key, entry] of Object.entries(value)) {
    const known = schema.properties.get(key)
    if (known) seen[celName(key)] = celValue(known, entry)
    else if (schema.additional) seen[key] = celValue(schema.additional, entry)
    else if (key === 'apiVersion' || key === 'kind' || key === 'metadata') seen[key] = entry
  }
  return seen
}

// Equality of set and map lists ignores order in Kubernetes CEL; comparing them sorted has that effect.
function sortedByKey(schema: Schema, source: readonly Json[], converted: readonly unknown[]): unknown[] {
  const keyed = converted.map((entry, i) => ({
    entry,
    key: JSON.stringify(schema.listType === 'map' ? listKeyOf(schema, source[i] ?? null) : source[i]),
  }))
  return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ entry }) => entry)
}

function broken(rule: Rule, schema: Schema, value: Json, scope: Scope, path: string): FieldProblem | null {
  const field = `${path}${rule.fieldPath}` || '<nil>'
  const type = schema.type === '' ? 'object' : schema.type
  try {
    if (rule.holds(scope) === true) return null
    const said = rule.explain?.(scope)
    return {
      type: rule.reason,
      field: field.replace(/^\./, ''),
      // Kubernetes prints simple values only.
      value: isObject(value) || Array.isArray(value) ? undefined : value,
      detail: typeof said === 'string' && said !== '' ? said : rule.message,
    }
  } catch (cause) {
    // A rule that cannot be evaluated refuses (Kubernetes CEL: runtime errors fail the request).
    const why = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause)
    return { type: 'Invalid', field: field.replace(/^\./, ''), value: type, detail: `${why} evaluating rule: ${rule.text}` }
  }
}

/** What the CEL rules refuse. `old` is the correlated earlier value, undefined where there is none (create, atomic lists). */
export function checkRules(schema: Schema, value: Json, old: Json | undefined, path = ''): FieldProblem[] {
  const problems: FieldProblem[] = []
  if (schema.rules.length > 0) {
    const self = celValue(schema, value)
    const scope: Scope = old === undefined ? { self } : { self, oldSelf: celValue(schema, old) }
    for (const rule of schema.rules) {
      if (rule.isTransition && old === undefined) continue
      const problem = broken(rule, schema, value, rule.isTransition ? scope : { self }, path)
      if (problem) problems.push(problem)
    }
  }
  const { items } = schema
  if (Array.isArray(value) && items !== null) {
    for (const [i, entry] of value.entries()) problems.push(...checkRules(items, entry, correlated(schema, entry, old), `${path}[${i}]`))
  } else if (isObject(value)) {
    for (const [key, entry] of Object.entries(value)) {
      const known = schema.properties.get(key) ?? schema.additional
      if (known) problems.push(...checkRules(known, entry, isObject(old) ? old[key] : undefined, path === '' ? key : `${path}.${key}`))
    }
  }
  return problems
}

function correlated(schema: Schema, entry: Json, old: Json | undefined): Json | undefined {
  if (schema.listType !== 'map' || !Array.isArray(old)) return undefined
  const key = listKeyOf(schema, entry)
  return old.find((before) => equal(listKeyOf(schema, before), key))
}
