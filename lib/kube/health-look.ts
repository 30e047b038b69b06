import type { Health } from '#lib/kube/summary/reading.ts'
import type { Tone } from '#lib/status.ts'

/** Worst first, as people look for it. */
export const HEALTH_LOOK = {
  danger: { tone: 'danger', word: 'Bad' },
  caution: { tone: 'caution', word: 'Warning' },
  unknown: { tone: 'unknown', word: 'Unknown' },
  ok: { tone: 'ok', word: 'Good' },
} satisfies Record<Health, { readonly tone: Tone; readonly word: string }>
