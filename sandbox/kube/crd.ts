import { asList, asObject, asText, isObject, nameOf, type Json, type JsonObject } from './json.ts'
import type { Column, Resource } from './resource.ts'
import { compileSchema } from './schema/compile.ts'
import { ruleProblems } from './schema/rule-fields.ts'
import { objectMeta, text } from './schema/shape.ts'
import { structuralProblems } from './schema/structural.ts'
import type { FieldProblem } from './status-error.ts'

const texts = (value: Json | undefined): string[] => asList(value).filter((entry) => typeof entry === 'string')

/** Names and status filled in, and what apiextensions refuses: wrong name, no or two storage versions, a schema that is not structural. */
export function admitCrd(
  object: JsonObject,
  before: JsonObject | null,
): { readonly object: JsonObject; readonly problems: readonly FieldProblem[] } {
  const spec = asObject(object['spec'])
  const names = asObject(spec['names'])
  const kind = asText(names['kind'])
  const filled = {
    ...names,
    singular: asText(names['singular']) || kind.toLowerCase(),
    listKind: asText(names['listKind']) || `${kind}List`,
  }
  const versions = asList(spec['versions']).map(asObject)
  const problems: FieldProblem[] = []
  const wanted = `${asText(names['plural'])}.${asText(spec['group'])}`
  if (nameOf(object) !== wanted)
    problems.push({ type: 'Invalid', field: 'metadata.name', value: nameOf(object), detail: 'must be spec.names.plural+"."+spec.group' })
  if (versions.filter(({ storage }) => storage === true).length !== 1)
    problems.push({
      type: 'Invalid',
      field: 'spec.versions',
      value: 'array',
      detail: 'must have exactly one version marked as storage version',
    })
  if (before !== null) problems.push(...unchanged(spec, asObject(before['spec'])))
  for (const [i, version] of versions.entries()) problems.push(...schemaProblems(version, `spec.versions[${i}].schema.openAPIV3Schema`))
  const admitted = { ...object, spec: { ...spec, names: filled, conversion: spec['conversion'] ?? { strategy: 'None' } } }
  return { object: { ...admitted, status: statusOf(object, before, filled, versions) }, problems }
}

function unchanged(spec: JsonObject, old: JsonObject): FieldProblem[] {
  const same = (field: string, value: Json | undefined, before: Json | undefined): FieldProblem[] =>
    value === before ? [] : [{ type: 'Invalid', field, value, detail: 'field is immutable' }]
  return [
    ...same('spec.group', spec['group'], old['group']),
    ...same('spec.scope', spec['scope'], old['scope']),
    ...same('spec.names.plural', asObject(spec['names'])['plural'], asObject(old['names'])['plural']),
    ...same('spec.names.kind', asObject(spec['names'])['kind'], asObject(old['names'])['kind']),
  ]
}

function schemaProblems(version: JsonObject, path: string): FieldProblem[] {
  const schema = asObject(version['schema'])['openAPIV3Schema']
  if (!isObject(schema)) return [{ type: 'Required', field: path, detail: 'schemas are required' }]
  const problems = structuralProblems(schema, path)
  if (problems.length > 0) return problems
  try {
    return ruleProblems(compileSchema(schema), path)
  } catch (cause) {
    return [{ type: 'Invalid', field: path, value: 'object', detail: cause instanceof Error ? cause.message : String(cause) }]
  }
}

function statusOf(object: JsonObject, before: JsonObject | null, names: JsonObject, versions: readonly JsonObject[]): JsonObject {
  const since = asText(asObject(object['metadata'])['creationTimestamp'])
  const condition = (type: string, reason: string, message: string): JsonObject => ({
    type,
    status: 'True',
    lastTransitionTime: since,
    reason,
    message,
  })
  const stored = texts(asObject(before?.['status'])['storedVersions'])
  const storage = versions.filter(({ storage }) => storage === true).map(({ name }) => asText(name))
  return {
    conditions: [
      condition('NamesAccepted', 'NoConflicts', 'no conflicts found'),
      condition('Established', 'InitialNamesAccepted', 'the initial names have been accepted'),
    ],
    acceptedNames: names,
    storedVersions: [...new Set([...stored, ...storage])],
  }
}

const NAME: Column = { name: 'Name', type: 'string', format: 'name', description: '', jsonPath: '.metadata.name', priority: 0 }
const AGE: Column = { name: 'Age', type: 'date', format: '', description: '', jsonPath: '.metadata.creationTimestamp', priority: 0 }

function columnsOf(version: JsonObject): Column[] {
  const own = asList(version['additionalPrinterColumns']).map(asObject)
  if (own.length === 0) return [NAME, AGE]
  return [
    NAME,
    ...own.map((column) => ({
      name: asText(column['name']),
      type: asText(column['type']),
      format: asText(column['format']),
      description: asText(column['description']) || `Custom resource definition column (in JSONPath format): ${asText(column['jsonPath'])}`,
      jsonPath: asText(column['jsonPath']),
      priority: Number(column['priority'] ?? 0),
    })),
  ]
}

/** The resources that a CRD serves, one per served version. */
export function resourcesOf(crd: JsonObject): Resource[] {
  const spec = asObject(crd['spec'])
  const names = asObject(spec['names'])
  return asList(spec['versions'])
    .map(asObject)
    .filter(({ served }) => served === true)
    .map((version) => {
      const source = asObject(asObject(version['schema'])['openAPIV3Schema'])
      const schema = { ...source, properties: { apiVersion: text, kind: text, ...asObject(source['properties']), metadata: objectMeta } }
      return {
        group: asText(spec['group']),
        version: asText(version['name']),
        plural: asText(names['plural']),
        singular: asText(names['singular']),
        kind: asText(names['kind']),
        listKind: asText(names['listKind']),
        isNamespaced: spec['scope'] === 'Namespaced',
        shortNames: texts(names['shortNames']),
        categories: texts(names['categories']),
        hasStatus: asObject(version['subresources'])['status'] !== undefined,
        hasGeneration: true,
        isCustom: true,
        columns: columnsOf(version),
        schema,
        compiled: compileSchema(schema),
        nameRule: 'subdomain',
      }
    })
}
