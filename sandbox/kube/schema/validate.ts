import { equal, isObject, type Json, type JsonObject } from '../json.ts'
import type { FieldProblem } from '../status-error.ts'
import { listKeyOf, type Schema } from './compile.ts'
import { hasFormat } from './formats.ts'

type Report = (problem: FieldProblem) => void

const step = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`)
// Problems that kube-openapi cannot place: their field is printed as nil, their value as an empty text.
const nowhere = (detail: string): FieldProblem => ({ type: 'Invalid', field: '<nil>', value: '', detail })
const items = (count: number): string => `must have at most ${count} ${count === 1 ? 'item' : 'items'}`
const codePoints = (text: string): number => Array.from(text).length

function typeOf(value: Json): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  return typeof value === 'boolean' ? 'boolean' : typeof value
}

function checkText(schema: Schema, text: string, path: string, report: Report): void {
  const { minLength, maxLength } = schema.limits
  if (maxLength !== undefined && codePoints(text) > maxLength)
    report({ type: 'TooLong', field: path, detail: `may not be more than ${maxLength} bytes` })
  if (minLength !== undefined && codePoints(text) < minLength)
    report({ type: 'Invalid', field: path, value: text, detail: `${path} in body should be at least ${minLength} chars long` })
  if (schema.pattern && !schema.pattern.test(text))
    report({ type: 'Invalid', field: path, value: text, detail: `${path} in body should match '${schema.pattern.source}'` })
  if (!hasFormat(schema.format, text))
    report({
      type: 'TypeInvalid',
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
  const isWhole = Number.isInteger(value)
  const isOutside = schema.format === 'int32' && isWhole && (value > 2 ** 31 - 1 || value < -(2 ** 31))
  if (isOutside) report(nowhere(`Checked value must be of type integer with format int32 in ${path}`))
}

function checkList(schema: Schema, list: readonly Json[], path: string, report: Report): void {
  const { minItems, maxItems } = schema.limits
  if (maxItems !== undefined && list.length > maxItems)
    report({ type: 'TooMany', field: path, value: list.length, detail: items(maxItems) })
  if (minItems !== undefined && list.length < minItems)
    report({ type: 'Invalid', field: path, value: list.length, detail: `${path} in body should have at least ${minItems} items` })
  if (schema.items !== null) for (const [i, entry] of list.entries()) check(schema.items, entry, `${path}[${i}]`, report)
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
    report({ type: 'TooMany', field: path, value: count, detail: items(maxProperties) })
  if (minProperties !== undefined && count < minProperties)
    report({ type: 'Invalid', field: path, value: count, detail: `${path} in body should have at least ${minProperties} properties` })
  for (const key of schema.required) if (object[key] === undefined) report({ type: 'Required', field: step(path, key), detail: '' })
  for (const [key, value] of Object.entries(object)) {
    const known = schema.properties.get(key) ?? schema.additional
    if (known) check(known, value, step(path, key), report)
  }
}

function checkJunctors(schema: Schema, value: Json, path: string, report: Report): void {
  const problemsOf = (part: Schema): FieldProblem[] => {
    const problems: FieldProblem[] = []
    check(part, value, path, (problem) => problems.push(problem))
    return problems
  }
  const fail = (words: string, problems: readonly FieldProblem[] = []): void => {
    report(nowhere(`${JSON.stringify(path)} must ${words}`))
    problems.forEach(report)
  }
  // Where nothing fits, the first alternative says what it misses.
  const [all, any, one] = [schema.allOf, schema.anyOf, schema.oneOf].map((parts) => parts.map(problemsOf))
  const fitting = (tried: readonly (readonly FieldProblem[])[] = []): number => tried.filter((problems) => problems.length === 0).length
  if (all !== undefined && fitting(all) < all.length)
    fail(`validate all the schemas (allOf)${fitting(all) === 0 ? '. None validated' : ''}`, all.flat())
  if (any !== undefined && any.length > 0 && fitting(any) === 0) fail('validate at least one schema (anyOf)', any[0])
  if (one !== undefined && one.length > 0 && fitting(one) !== 1)
    fail(
      `validate one and only one schema (oneOf). Found ${fitting(one) === 0 ? 'none' : fitting(one)} valid`,
      fitting(one) === 0 ? one[0] : [],
    )
  if (schema.not && problemsOf(schema.not).length === 0) fail('not validate the schema (not)')
}

const GO_FORMAT: Readonly<Record<string, string>> = { integer: 'int64', number: 'float64' }

function reportType(schema: Schema, actual: string, path: string, report: Report): void {
  if (schema.type === 'integer' && actual === 'number') report(nowhere(`Checked value must be of type integer (default format) in ${path}`))
  // Where a format is asked for, kube-openapi names the formats instead of the types.
  const isFormatted = schema.type === 'string' && schema.format !== '' && actual !== 'null'
  const [wanted, found] = isFormatted
    ? [schema.format, GO_FORMAT[actual] ?? '']
    : [schema.intOrString ? 'integer,string' : schema.type, actual]
  report({
    type: 'TypeInvalid',
    field: path === '' ? '<nil>' : path,
    value: found,
    detail: `${path} in body must be of type ${wanted}: ${JSON.stringify(found)}`,
  })
}

function checkEnum(schema: Schema, value: Json, path: string, report: Report): void {
  if (schema.enum && !schema.enum.some((allowed) => equal(allowed, value)))
    report({
      type: 'NotSupported',
      field: path,
      value,
      detail: `supported values: ${schema.enum.map((allowed) => JSON.stringify(allowed)).join(', ')}`,
    })
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
    reportType(schema, actual, path, report)
    return checkEnum(schema, value, path, report)
  }
  checkEnum(schema, value, path, report)
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
