import type { ASTNode } from '@marcbachmann/cel-js'
import type { FieldProblem } from '../status-error.ts'
import { celName } from './cel-name.ts'
import type { Schema } from './compile.ts'

/** The schema of each variable in sight; null where it is not known. */
type Scope = ReadonlyMap<string, Schema | null>
type Report = (field: string) => void

const MACROS = new Set(['all', 'exists', 'exists_one', 'existsOne', 'filter', 'map'])
const ROOT_FIELDS = new Set(['apiVersion', 'kind', 'metadata'])
const isNode = (value: unknown): value is ASTNode => typeof value === 'object' && value !== null && 'op' in value

function fieldOf(schema: Schema, name: string, report: Report): Schema | null {
  if (schema.additional) return schema.additional
  const found = [...schema.properties].find(([key]) => celName(key) === name)?.[1]
  if (found === undefined && schema.type === 'object' && !schema.preserve && !schema.embedded && !ROOT_FIELDS.has(name)) report(name)
  return found ?? null
}

/** The schema of what an expression yields, as far as it can be told; unknown fields on the way are reported. */
function walk(node: ASTNode, scope: Scope, report: Report): Schema | null {
  if (node.op === 'id') return scope.get(node.args) ?? null
  if (node.op === '.' || node.op === '.?') {
    const inner = walk(node.args[0], scope, report)
    return inner === null ? null : fieldOf(inner, node.args[1], report)
  }
  if (node.op === '[]' || node.op === '[?]') {
    walk(node.args[1], scope, report)
    const inner = walk(node.args[0], scope, report)
    return inner?.items ?? inner?.additional ?? null
  }
  if (node.op === 'rcall') {
    const [name, receiver, parameters] = node.args
    const inner = walk(receiver, scope, report)
    const [variable] = parameters
    const bound = MACROS.has(name) && variable?.op === 'id' ? new Map([...scope, [variable.args, inner?.items ?? null]]) : scope
    for (const parameter of parameters) walk(parameter, bound, report)
    return name === 'filter' ? inner : null
  }
  for (const child of [node.args].flat(2)) if (isNode(child)) walk(child, scope, report)
  return null
}

/** Rules that read fields their schema does not have; the API server refuses such a CRD. */
export function ruleProblems(schema: Schema, path: string): FieldProblem[] {
  const problems = schema.rules.flatMap((rule, i) => {
    const unknown: string[] = []
    walk(
      rule.ast,
      new Map([
        ['self', schema],
        ['oldSelf', schema],
      ]),
      (field) => unknown.push(field),
    )
    return unknown.map((field): FieldProblem => ({
      type: 'Invalid',
      field: `${path}.x-kubernetes-validations[${i}].rule`,
      value: rule.text,
      detail: `compilation failed: ERROR: undefined field '${field}'`,
    }))
  })
  for (const [key, inner] of schema.properties) problems.push(...ruleProblems(inner, `${path}.properties[${key}]`))
  if (schema.items) problems.push(...ruleProblems(schema.items, `${path}.items`))
  if (schema.additional) problems.push(...ruleProblems(schema.additional, `${path}.additionalProperties`))
  return problems
}
