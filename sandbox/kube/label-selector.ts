import type { JsonObject } from './json.ts'
import { labelValueProblem } from './names.ts'
import { badRequest } from './status-error.ts'

type Requirement = (labels: JsonObject) => boolean
const OPERATORS = ['in', 'notin', '=', '==', '!=', '>', '<']
const isSymbol = (token: string): boolean => /^[(),!=<>]/.test(token)

const unparsable = (words: string) => badRequest(`unable to parse requirement: ${words}`)

/** The tokens of a selector, as apimachinery's lexer finds them; the end is an empty one. */
const tokensOf = (selector: string): string[] => [...(selector.match(/==|!=|[(),!=<>]|[^\s(),!=<>]+/g) ?? []), '']

function checkValue(key: string, value: string): string {
  const problem = labelValueProblem(value)
  if (problem !== null) throw unparsable(`values[0][${key}]: Invalid value: ${JSON.stringify(value)}: ${problem}`)
  return value
}

/** `(a,b)` after `in` and `notin`; an empty pair holds the empty value. */
function valuesFrom(tokens: string[], key: string): Set<string> {
  const open = tokens.shift() ?? ''
  if (open !== '(') throw unparsable(`found '${open}' expected: '('`)
  const values = new Set<string>()
  let value = ''
  for (;;) {
    const token = tokens.shift() ?? ''
    if (token === ',' || token === ')') values.add(checkValue(key, value))
    if (token === ')') return values
    if (token !== ',' && (token === '' || isSymbol(token))) throw unparsable(`found '${token}', expected: ',', or ')'`)
    value = token === ',' ? '' : token
  }
}

function compared(key: string, operator: string, value: string): Requirement {
  if (operator === '!=') return (labels) => labels[key] !== value
  if (operator === '=' || operator === '==') return (labels) => labels[key] === value
  if (!/^[-+]?\d+$/.test(value))
    throw unparsable(`values[0][${key}]: Invalid value: ${JSON.stringify(value)}: for 'Gt', 'Lt' operators, the value must be an integer`)
  const holds = (label: unknown): boolean =>
    typeof label === 'string' &&
    /^[-+]?\d+$/.test(label) &&
    (operator === '>' ? Number(label) > Number(value) : Number(label) < Number(value))
  return (labels) => holds(labels[key])
}

function requirementFrom(tokens: string[]): Requirement {
  const isNot = tokens[0] === '!'
  if (isNot) tokens.shift()
  const key = tokens.shift() ?? ''
  if (key === '' || isSymbol(key)) throw unparsable(`found '${key}', expected: identifier`)
  if (isNot) return (labels) => labels[key] === undefined
  if (tokens[0] === '' || tokens[0] === ',') return (labels) => labels[key] !== undefined
  const operator = tokens.shift() ?? ''
  if (!OPERATORS.includes(operator)) throw unparsable(`found '${operator}', expected: in, notin, =, ==, !=, gt, lt`)
  if (operator === 'in' || operator === 'notin') {
    const values = valuesFrom(tokens, key)
    return (labels) => (typeof labels[key] === 'string' && values.has(labels[key])) === (operator === 'in')
  }
  const next = tokens[0] ?? ''
  if (next === '' || next === ',') return compared(key, operator, '')
  if (isSymbol(next)) throw unparsable(`found '${next}', expected: identifier`)
  return compared(key, operator, checkValue(key, tokens.shift() ?? ''))
}

/** The requirements of `?labelSelector=`. Throws 400, worded as Kubernetes words it, when it cannot be read. */
export function labelRequirements(selector: string): Requirement[] {
  const tokens = tokensOf(selector)
  const requirements: Requirement[] = []
  while (tokens[0] !== undefined && tokens[0] !== '') {
    if (isSymbol(tokens[0]) && tokens[0] !== '!') throw badRequest(`found '${tokens[0]}', expected: !, identifier, or 'end of string'`)
    requirements.push(requirementFrom(tokens))
    const after = tokens.shift() ?? ''
    if (after === '') break
    if (after !== ',') throw badRequest(`found '${after}', expected: ',' or 'end of string'`)
    const following = tokens[0] ?? ''
    if (following === '' || (isSymbol(following) && following !== '!'))
      throw badRequest(`found '${following}', expected: identifier after ','`)
  }
  return requirements
}
