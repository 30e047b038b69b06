import { equal, isObject, type Json, type JsonObject } from '../json.ts'
import type { FieldProblem } from '../status-error.ts'
import { listKeyOf, type Schema } from './compile.ts'

type Report = (problem: FieldProblem) => void

const step = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`)
const codePoints = (text: string): number => Array.from(text).length

function typeOf(value: Json): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  return typeof value === 'boolean' ? 'boolean' : typeof value
}

const DATE_TIME = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/
const FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  'date-time': (text) => DATE_TIME.test(text) && !Number.isNaN(Date.parse(text)),
  date: (text) => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)),
  byte: (text) => /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text),
  uuid: (text) => /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i.test(text),
  ipv4: (text) => /^(\d{1,3}\.){3}\d{1,3}$/.test(text) && text.split('.').every((part) => Number(part) < 256),
  email: (text) => /^[^\s@]+@[^\s@]+$/.test(text),
  uri: (text) => URL.canParse(text),
  duration: (text) => /^-?(\d+(\.\d+)?(ns|us|µs|ms|s|m|h|d|w))+$|^0$/.test(text),
}

function checkText(schema: Schema, text: string, path: string, report: Report): void {
  const { minLength, maxLength } = schema.limits
  if (maxLength !== undefined && codePoints(text) > maxLength)
    report({ type: 'TooLong', field: path, detail: `may not be more than ${maxLength} bytes` })
  if (minLength !== undefined && codePoints(text) < minLength)
    report({ type: 'Invalid', field: path, value: text, detail: `${path} in body should be at least ${minLength} chars long` })
  if (schema.pattern && !schema.pattern.test(text))
    report({ type: 'Invalid', field: path, value: text, detail: `${path} in body should match '${schema.pattern.source}'` })
  if (FORMATS[schema.format]?.(text) === false)
    report({
      type: 'Invalid',
      field: path,
      value: text,
      detail: `${path} in body must be of type ${schema.format}: ${JSON.stringify(text)}`,
    })
}

function checkNumber(schema: Schema, value: number, path: string, report: Report): void {
  const { minimum, maximum, multipleOf, exclusiveMinimum, exclusiveMaximum } = schema.limits
  const fail = (rule: string) => report({ type: 'Invalid', field: path, value, detail: `${path} in body should be ${rule}` })
  if (minimum !== undefined && (exclusiveMinimum ? value <= minimum : value < minimum))
    fail(`greater than ${exclusiveMinimum ? '' : 'or equal to '}${minimum}`)
  if (maximum !== undefined && (exclusiveMaximum ? value >= maximum : value > maximum))
    fail(`less than ${exclusiveMaximum ? '' : 'or equal to '}${maximum}`)
  if (multipleOf !== undefined && !Number.isInteger(value / multipleOf)) fail(`a multiple of ${multipleOf}`)
  if (schema.format === 'int32' && Math.abs(value) > 2 ** 31) fail('of type int32')
}

function checkList(schema: Schema, list: readonly Json[], path: string, report: Report): void {
  const { minItems, maxItems } = schema.limits
  if (maxItems !== undefined && list.length > maxItems)
    report({ type: 'TooMany', field: path, value: list.length, detail: `must have at most ${maxItems} items` })
  if (minItems !== undefined && list.length < minItems)
    report({ type: 'Invalid', field: path, value: list.length, detail: `${path} in body should have at least ${minItems} items` })
  const { items } = schema
  if (items !== null) for (const [i, entry] of list.entries()) check(items, entry, `${path}[${i}]`, report)
  if (schema.listType === 'atomic') return
  const keys = list.map((entry) => (schema.listType === 'map' ? listKeyOf(schema, entry) : entry))
  for (const [i, key] of keys.entries()) {
    if (keys.findIndex((other) => equal(other, key)) < i) report({ type: 'Duplicate', field: `${path}[${i}]`, value: key, detail: '' })
  }
}

function checkObject(schema: Schema, object: JsonObject, path: string, report: Report): void {
  const { minProperties, maxProperties } = schema.limits
  const count = Object.keys(object).length
  if (maxProperties !== undefined && count > maxProperties)
    report({ type: 'TooMany', field: path, value: count, detail: `must have at most ${maxProperties} items` })
  if (minProperties !== undefined && count < minProperties)
    report({ type: 'Invalid', field: path, value: count, detail: `${path} in body should have at least ${minProperties} properties` })
  for (const key of schema.required) if (object[key] === undefined) report({ type: 'Required', field: step(path, key), detail: '' })
  for (const [key, value] of Object.entries(object)) {
    const known = schema.properties.get(key) ?? schema.additional
    if (known) check(known, value, step(path, key), report)
  }
}

function checkJunctors(schema: Schema, value: Json, path: string, report: Report): void {
  const fits = (part: Schema): boolean => {
    let good = true
    check(part, value, path, () => (good = false))
    return good
  }
  const fail = (detail: string) =>
    report({
      type: 'Invalid',
      field: path === '' ? '<nil>' : path,
      value: isObject(value) || Array.isArray(value) ? typeOf(value) : value,
      detail,
    })
  for (const part of schema.allOf) check(part, value, path, report)
  if (schema.anyOf.length > 0 && !schema.anyOf.some(fits)) fail(`${path} in body must validate at least one schema (anyOf)`)
  if (schema.oneOf.length > 0) {
    const found = schema.oneOf.filter(fits).length
    if (found !== 1) fail(`${path} in body must validate one and only one schema (oneOf). Found ${found === 0 ? 'none' : found} valid`)
  }
  if (schema.not && fits(schema.not)) fail(`${path} in body must not validate the schema (not)`)
}

function check(schema: Schema, value: Json, path: string, report: Report): void {
  const actual = typeOf(value)
  if (value === null && schema.nullable) return
  const wanted = schema.intOrString
    ? ['integer', 'string']
    : schema.type === ''
      ? null
      : schema.type === 'number'
        ? ['number', 'integer']
        : [schema.type]
  if (wanted !== null && !wanted.includes(actual)) {
    const title = schema.intOrString ? 'integer,string' : schema.type
    return report({
      type: 'TypeInvalid',
      field: path === '' ? '<nil>' : path,
      value: actual,
      detail: `${path} in body must be of type ${title}: ${JSON.stringify(actual)}`,
    })
  }
  if (schema.enum && !schema.enum.some((allowed) => equal(allowed, value)))
    report({
      type: 'NotSupported',
      field: path,
      value,
      detail: `supported values: ${schema.enum.map((allowed) => JSON.stringify(allowed)).join(', ')}`,
    })
  if (typeof value === 'string') checkText(schema, value, path, report)
  else if (typeof value === 'number') checkNumber(schema, value, path, report)
  else if (Array.isArray(value)) checkList(schema, value, path, report)
  else if (isObject(value)) checkObject(schema, value, path, report)
  checkJunctors(schema, value, path, report)
}

/** What the schema refuses in the value, worded as kube-apiserver words it. CEL rules are checked apart (`cel.ts`). */
export function validate(schema: Schema, value: Json, path = ''): FieldProblem[] {
  const problems: FieldProblem[] = []
  check(schema, value, path, (problem) => problems.push(problem))
  return problems
}
