import type { Origin } from '#lib/profile/origin.ts'
import type { Readiness } from '#lib/profile/view.ts'
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
