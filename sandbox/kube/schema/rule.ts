import type { ASTNode } from '@marcbachmann/cel-js'
import { asObject, asText, type Json } from '../json.ts'
import type { FieldProblem } from '../status-error.ts'
import { kubernetesCel } from './cel-library.ts'

export type Scope = { readonly self: unknown; readonly oldSelf?: unknown }
export type Rule = {
  readonly text: string
  readonly message: string
  readonly fieldPath: string
  readonly reason: FieldProblem['type']
  /** Mentions oldSelf: checked on updates only. */
  readonly isTransition: boolean
  readonly ast: ASTNode
  readonly holds: (scope: Scope) => unknown
  readonly explain: ((scope: Scope) => unknown) | null
}

const base = (): ReturnType<typeof kubernetesCel> => kubernetesCel().registerVariable('self', 'dyn')
const environment = { state: base(), transition: base().registerVariable('oldSelf', 'dyn') }

/** The expression, parsed and type-checked. Throws Error as the API server words it. */
function compile(expression: string, isTransition: boolean, wanted: 'bool' | 'string') {
  const env = isTransition ? environment.transition : environment.state
  const failed = (why: string, cause?: unknown): Error => new Error(`compilation failed: ERROR: ${why}`, { cause })
  try {
    const checked = env.check(expression)
    if (!checked.valid) throw checked.error ?? failed('no reason given')
    if (checked.type !== wanted && checked.type !== 'dyn') throw failed(`cel expression must evaluate to a ${wanted}`)
    return env.parse(expression)
  } catch (cause) {
    throw cause instanceof Error && !cause.message.startsWith('compilation failed') ? failed(cause.message, cause) : cause
  }
}

const REASONS: Readonly<Record<string, FieldProblem['type']>> = {
  FieldValueRequired: 'Required',
  FieldValueForbidden: 'Forbidden',
  FieldValueDuplicate: 'Duplicate',
}

/** Rules of `x-kubernetes-validations`, parsed. Throws Error naming the rule that does not compile. */
export function compileRules(sources: readonly Json[]): readonly Rule[] {
  return sources.map(asObject).map((source) => {
    const text = asText(source['rule'])
    const isTransition = /\boldSelf\b/.test(text.replace(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g, ''))
    const program = compile(text, isTransition, 'bool')
    const expression = asText(source['messageExpression'])
    return {
      text,
      message: asText(source['message']) || `failed rule: ${text.trim()}`,
      fieldPath: asText(source['fieldPath']),
      reason: REASONS[asText(source['reason'])] ?? 'Invalid',
      isTransition,
      holds: program,
      ast: program.ast,
      explain: expression === '' ? null : compile(expression, isTransition, 'string'),
    }
  })
}
