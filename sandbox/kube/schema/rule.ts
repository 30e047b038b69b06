import { Environment } from '@marcbachmann/cel-js'
import { asObject, asText, type Json } from '../json.ts'
import type { FieldProblem } from '../status-error.ts'

export type Scope = { readonly self: unknown; readonly oldSelf?: unknown }
export type Rule = {
  readonly text: string
  readonly message: string
  readonly fieldPath: string
  readonly reason: FieldProblem['type']
  /** Mentions oldSelf: checked on updates only. */
  readonly isTransition: boolean
  readonly holds: (scope: Scope) => unknown
  readonly explain: ((scope: Scope) => unknown) | null
}

const base = (): Environment =>
  new Environment({ homogeneousAggregateLiterals: false, enableOptionalTypes: true }).registerVariable('self', 'dyn')
const environment = { state: base(), transition: base().registerVariable('oldSelf', 'dyn') }

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
    const env = isTransition ? environment.transition : environment.state
    const parse = (expression: string): ((scope: Scope) => unknown) => {
      try {
        return env.parse(expression)
      } catch (cause) {
        throw new Error(`compilation failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
      }
    }
    const expression = asText(source['messageExpression'])
    return {
      text,
      message: asText(source['message']) || `failed rule: ${text.trim()}`,
      fieldPath: asText(source['fieldPath']),
      reason: REASONS[asText(source['reason'])] ?? 'Invalid',
      isTransition,
      holds: parse(text),
      explain: expression === '' ? null : parse(expression),
    }
  })
}
