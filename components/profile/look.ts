import type { Origin } from '#lib/profile/origin.ts'
import { PHASE_NAMES } from '#lib/profile/phase.ts'
import type { ConditionRow, Readiness } from '#lib/profile/view.ts'
import type { Tone } from '#lib/status.ts'

export const READINESS_TONE = { ready: 'ok', 'not-ready': 'working', missing: 'caution', unknown: 'unknown' } satisfies Record<
  Readiness,
  Tone
>
export const READINESS_WORD = { ready: 'Ready', 'not-ready': 'Not ready', missing: 'Missing', unknown: 'Not reported' } satisfies Record<
  Readiness,
  string
>

/** Letter in the gutter, word in the legend, and tone; the letter alone tells them apart. */
export const ORIGIN = {
  curator: { letter: 'C', word: 'Curator', about: 'chosen by rule' },
  inherited: { letter: 'I', word: 'Inherited', about: 'from a domain object or another profile' },
  default: { letter: 'D', word: 'Default', about: 'usual for the template, or fixed' },
  author: { letter: 'A', word: 'Author', about: 'yours' },
} satisfies Record<Origin, { readonly letter: string; readonly word: string; readonly about: string }>

export const ORIGINS = ['curator', 'inherited', 'default', 'author'] as const satisfies readonly Origin[]

/** `IdentityRegistration` as words: the platform's names are one word each. */
export const phaseWords = (name: string): string =>
  name.replaceAll(/([a-z])([A-Z])/g, '$1 $2').replace(/ ([A-Z])/g, (all) => all.toLowerCase())

/** Conditions whose True is good news. A type that is not known here is never drawn as good. */
const GOOD: ReadonlySet<string> = new Set(['Ready', 'ReferencesResolved', 'WithinBounds', ...PHASE_NAMES])
const BAD = /^(Degraded|Diverged|Invalid|Failed|Stalled|Drifted|Stale)/

export function conditionTone({ type, status }: Pick<ConditionRow, 'type' | 'status'>): Tone {
  if (status === 'Unknown') return 'unknown'
  if (GOOD.has(type)) return status === 'True' ? 'ok' : 'caution'
  if (BAD.test(type)) return status === 'True' ? 'caution' : 'ok'
  return 'off'
}
