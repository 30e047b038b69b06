import type { Result } from '#lib/result.ts'

/** One part of a label selector, as kubectl -l reads it. */
type Requirement = { readonly key: string; readonly is: 'in' | 'notin' | 'exists' | 'absent'; readonly values: readonly string[] }

export type Selector = readonly Requirement[]

const KEY = String.raw`[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?(?:\/[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)?`
const VALUE = String.raw`(?:[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)?`
const EQUALS = new RegExp(`^(${KEY})\\s*(==|=|!=)\\s*(${VALUE})$`)
const SET = new RegExp(`^(${KEY})\\s+(in|notin)\\s*\\(([^()]*)\\)$`)
const EXISTS = new RegExp(`^(!?)\\s*(${KEY})$`)

/** Reads `a=b,c!=d,e in (f,g),h,!i`. The error names the part, the rule and the way out. */
export function parseSelector(text: string): Result<Selector, string> {
  const requirements: Requirement[] = []
  for (const part of text.split(/,(?![^(]*\))/)) {
    const requirement = requirementOf(part.trim())
    if (requirement === undefined)
      return {
        ok: false,
        error: `“${part.trim()}” is no label requirement. Write key=value, key!=value, key in (a,b), key or !key, with commas between.`,
      }
    requirements.push(requirement)
  }
  return { ok: true, value: requirements }
}

function requirementOf(part: string): Requirement | undefined {
  const equals = EQUALS.exec(part)
  if (equals) return { key: equals[1] ?? '', is: equals[2] === '!=' ? 'notin' : 'in', values: [equals[3] ?? ''] }
  const set = SET.exec(part)
  if (set)
    return { key: set[1] ?? '', is: set[2] === 'in' ? 'in' : 'notin', values: (set[3] ?? '').split(',').map((value) => value.trim()) }
  const exists = EXISTS.exec(part)
  return exists ? { key: exists[2] ?? '', is: exists[1] === '!' ? 'absent' : 'exists', values: [] } : undefined
}

/** Like the API server: `!=` and `notin` hold too where the label is absent. */
export const selects = (selector: Selector, labels: Readonly<Record<string, string>> | undefined): boolean =>
  selector.every(({ key, is, values }) => {
    const value = labels !== undefined && Object.hasOwn(labels, key) ? labels[key] : undefined
    if (is === 'exists') return value !== undefined
    if (is === 'absent') return value === undefined
    return (value !== undefined && values.includes(value)) === (is === 'in')
  })
