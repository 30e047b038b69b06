import { asList, asObject, asText, isObject, type Json, type JsonObject } from '../json.ts'
import { compileRules, type Rule } from './rule.ts'

export type Schema = {
  readonly type: string
  readonly properties: ReadonlyMap<string, Schema>
  readonly additional: Schema | null
  readonly items: Schema | null
  readonly required: readonly string[]
  readonly nullable: boolean
  readonly preserve: boolean
  readonly embedded: boolean
  readonly intOrString: boolean
  readonly listType: 'atomic' | 'set' | 'map'
  readonly listKeys: readonly string[]
  readonly mapType: 'granular' | 'atomic'
  readonly default: Json | undefined
  readonly enum: readonly Json[] | null
  readonly pattern: RegExp | null
  readonly format: string
  readonly limits: Limits
  readonly allOf: readonly Schema[]
  readonly anyOf: readonly Schema[]
  readonly oneOf: readonly Schema[]
  readonly not: Schema | null
  readonly rules: readonly Rule[]
}
const LIMITS = [
  'minimum',
  'maximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
] as const
export type Limits = { readonly [key in (typeof LIMITS)[number]]?: number } & {
  readonly exclusiveMinimum: boolean
  readonly exclusiveMaximum: boolean
}

const limitsOf = (source: JsonObject): Limits => ({
  ...Object.fromEntries(LIMITS.flatMap((key) => (typeof source[key] === 'number' ? [[key, source[key]]] : []))),
  exclusiveMinimum: source['exclusiveMinimum'] === true,
  exclusiveMaximum: source['exclusiveMaximum'] === true,
})

const listTypeOf = (text: string): Schema['listType'] => (text === 'map' || text === 'set' ? text : 'atomic')
const texts = (value: Json | undefined): string[] => asList(value).filter((entry) => typeof entry === 'string')

/** A structural schema made ready to run. Throws Error on a pattern or a CEL rule that does not compile. */
export function compileSchema(source: JsonObject): Schema {
  const many = (value: Json | undefined): Schema[] => asList(value).map((entry) => compileSchema(asObject(entry)))
  const additional = source['additionalProperties']
  const intOrString = source['x-kubernetes-int-or-string'] === true
  return {
    type: intOrString ? '' : asText(source['type']),
    properties: new Map(Object.entries(asObject(source['properties'])).map(([key, value]) => [key, compileSchema(asObject(value))])),
    additional:
      isObject(additional) || additional === true
        ? compileSchema(additional === true ? { 'x-kubernetes-preserve-unknown-fields': true } : additional)
        : null,
    items: isObject(source['items']) ? compileSchema(source['items']) : null,
    required: texts(source['required']),
    nullable: source['nullable'] === true,
    preserve: source['x-kubernetes-preserve-unknown-fields'] === true,
    embedded: source['x-kubernetes-embedded-resource'] === true,
    intOrString,
    listType: listTypeOf(asText(source['x-kubernetes-list-type'])),
    listKeys: texts(source['x-kubernetes-list-map-keys']),
    mapType: source['x-kubernetes-map-type'] === 'atomic' ? 'atomic' : 'granular',
    default: source['default'],
    enum: Array.isArray(source['enum']) ? source['enum'] : null,
    pattern: typeof source['pattern'] === 'string' ? new RegExp(source['pattern'], 'u') : null,
    format: asText(source['format']),
    limits: limitsOf(source),
    allOf: many(source['allOf']),
    anyOf: many(source['anyOf']),
    oneOf: many(source['oneOf']),
    not: isObject(source['not']) ? compileSchema(source['not']) : null,
    rules: compileRules(asList(source['x-kubernetes-validations'])),
  }
}

/** Whether a CEL rule stands anywhere in a schema. */
export const hasRules = (schema: Schema | null): boolean =>
  schema !== null &&
  (schema.rules.length > 0 || hasRules(schema.items) || hasRules(schema.additional) || [...schema.properties.values()].some(hasRules))

/** The schema of a field of an object, or null when the schema does not know it. */
export const fieldSchema = (schema: Schema | null, key: string): Schema | null => schema?.properties.get(key) ?? schema?.additional ?? null

/** The key of an entry of a `map` list: its key fields, with schema defaults, as an object in the order of the schema. */
export function listKeyOf(schema: Schema, entry: Json): JsonObject {
  const source = asObject(entry)
  const known = (key: string): Json | undefined => source[key] ?? schema.items?.properties.get(key)?.default
  return Object.fromEntries(
    [...schema.listKeys].sort().flatMap((key): [string, Json][] => {
      const value = known(key)
      return value === undefined ? [] : [[key, value]]
    }),
  )
}
