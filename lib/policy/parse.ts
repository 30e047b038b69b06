import { isMap, isScalar, LineCounter, parseDocument, type Document } from 'yaml'
import type { z } from 'zod'
import { type Policy, PolicyFile } from '#lib/policy/policy.ts'
import { err, ok, type Result } from '#lib/result.ts'

/** What is wrong in the policy file: the line (1-based), the field, and the rule with its way out. */
export type PolicyProblem = { readonly line: number | undefined; readonly field: string; readonly message: string }

/** Reads the policy file (decisions.md 5). Every problem is told, not only the first one. */
export function parsePolicy(text: string): Result<Policy, readonly PolicyProblem[]> {
  const lines = new LineCounter()
  const doc = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true })
  if (doc.errors.length > 0)
    return err(
      doc.errors.map((error) => ({ line: lines.linePos(error.pos[0]).line, field: 'file', message: `Not valid YAML: ${error.message}` })),
    )
  const parsed = PolicyFile.safeParse(doc.toJS({ maxAliasCount: 0 }))
  if (parsed.success) return ok(parsed.data)
  return err(parsed.error.issues.flatMap((issue) => problemsOf(issue, doc, lines)))
}

/** The problem as one line of text: `vortex/policy.yaml line 12, overall.quorum: …`. */
export const policyProblemText = (problem: PolicyProblem): string =>
  `vortex/policy.yaml${problem.line === undefined ? '' : ` line ${problem.line}`}, ${problem.field}: ${problem.message}`

function problemsOf(issue: z.core.$ZodIssue, doc: Document, lines: LineCounter): readonly PolicyProblem[] {
  const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      line: lineOf(doc, lines, [...path, key]),
      field: [...path, key].join('.'),
      message: 'This key is not known, and an unknown key is refused. Correct its spelling or remove it.',
    }))
  return [{ line: lineOf(doc, lines, path), field: path.join('.') || 'file', message: `${issue.message.replace(/\.?$/, '.')}` }]
}

/** Line of the key at a path, or of its nearest ancestor that exists. */
function lineOf(doc: Document, lines: LineCounter, path: readonly (string | number)[]): number | undefined {
  for (let length = path.length; length >= 0; length -= 1) {
    const at = startOf(doc, path.slice(0, length))
    if (at !== undefined) return lines.linePos(at).line
  }
  return undefined
}

function startOf(doc: Document, path: readonly (string | number)[]): number | undefined {
  const last = path.at(-1)
  const parent = path.length < 2 ? doc.contents : doc.getIn(path.slice(0, -1), true)
  if (typeof last === 'string' && isMap(parent)) {
    const pair = parent.items.find(({ key }) => isScalar(key) && String(key.value) === last)
    return pair !== undefined && isScalar(pair.key) ? pair.key.range?.[0] : undefined
  }
  const node = path.length === 0 ? doc.contents : doc.getIn(path, true)
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range) && typeof node.range[0] === 'number'
    ? node.range[0]
    : undefined
}
