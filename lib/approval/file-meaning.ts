import { parseAllDocuments } from 'yaml'
import { canonicalJson } from '#lib/canonical.ts'
import { CONCEPT } from '#lib/kube/concept.ts'
import { parsePolicy } from '#lib/policy/parse.ts'
import { POLICY_PATH } from '#lib/policy/policy.ts'
import { remembered } from '#lib/remember.ts'

/**
 * What a file says, whatever its layout: comments, order of keys, quotes and white space do not enter a vote's digest, so that a
 * remark in the repository takes nobody's vote (product.md: surroundings). The sealed bytes keep every byte. What is no YAML, or
 * holds a number that JSON cannot carry, means its own text.
 */
export const fileMeaning = remembered((path: string, text: string | undefined): string | undefined => {
  if (text === undefined || !/\.(ya?ml|json)$/.test(path)) return text
  if (path === POLICY_PATH) {
    const policy = parsePolicy(text)
    if (policy.ok) return canonicalJson(policy.value)
  }
  try {
    // Readers of YAML 1.1 and 1.2 differ in what `yes` and `010` are: the same to both, or another meaning.
    const said = (['1.2', '1.1'] as const).map((version) => read(text, version))
    return said.every((one) => one !== undefined) ? canonicalJson(said) : text
  } catch {
    return text
  }
})

function read(text: string, version: '1.1' | '1.2'): unknown {
  const all = parseAllDocuments(text, { version, logLevel: 'error' })
  if (!Array.isArray(all) || all.some((one) => one.errors.length > 0)) return undefined
  const values = all.map((one): unknown => one.toJS())
  return values.every(exact) ? values.map(withoutLabels) : undefined
}

/** Whole numbers past 2^53 lose digits when read: two different ones would look alike. */
function exact(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))
  return typeof value !== 'object' || value === null || Object.values(value).every(exact)
}

/** Labels sort a request and decide nothing; of every other kind they may be what a selector reads. */
function withoutLabels(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('kind' in value) || value.kind !== CONCEPT.rar.kind || !('metadata' in value))
    return value
  const { labels: _, ...metadata } = { labels: undefined, ...Object(value.metadata) } as Record<string, unknown> // safe: an object's own entries
  return { ...value, metadata }
}
