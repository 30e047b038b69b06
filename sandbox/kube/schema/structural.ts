import { asList, asObject, asText, isObject, type JsonObject } from '../json.ts'
import type { FieldProblem } from '../status-error.ts'

/** What makes a schema not structural (apiextensions v1): a missing type, and the keywords that CRDs may not use. */
export function structuralProblems(schema: JsonObject, path: string): FieldProblem[] {
  const problems: FieldProblem[] = []
  const isFree = schema['x-kubernetes-int-or-string'] === true || schema['x-kubernetes-preserve-unknown-fields'] === true
  if (asText(schema['type']) === '' && !isFree)
    problems.push({ type: 'Required', field: `${path}.type`, detail: 'must not be empty for specified object fields' })
  if (schema['uniqueItems'] === true)
    problems.push({
      type: 'Forbidden',
      field: `${path}.uniqueItems`,
      detail: 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic',
    })
  if (schema['$ref'] !== undefined) problems.push({ type: 'Forbidden', field: `${path}.$ref`, detail: '$ref is not supported' })
  if (isObject(schema['properties']) && Object.keys(schema['properties']).length > 0 && schema['additionalProperties'] !== undefined)
    problems.push({
      type: 'Forbidden',
      field: `${path}.additionalProperties`,
      detail: 'additionalProperties and properties are mutual exclusive',
    })
  if (schema['x-kubernetes-list-type'] === 'map' && asList(schema['x-kubernetes-list-map-keys']).length === 0)
    problems.push({
      type: 'Required',
      field: `${path}.x-kubernetes-list-map-keys`,
      detail: 'must not be empty if x-kubernetes-list-type is map',
    })
  for (const [key, inner] of Object.entries(asObject(schema['properties'])))
    problems.push(...structuralProblems(asObject(inner), `${path}.properties[${key}]`))
  if (isObject(schema['items'])) problems.push(...structuralProblems(schema['items'], `${path}.items`))
  if (isObject(schema['additionalProperties']))
    problems.push(...structuralProblems(schema['additionalProperties'], `${path}.additionalProperties`))
  return problems
}
