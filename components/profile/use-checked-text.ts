'use client'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { StudioActions } from '#components/profile/actions.ts'
import { useSettled } from '#components/ui/use-settled.ts'
import type { CheckAnswer } from '#lib/profile/view.ts'

const REST_MS = 250

export type Checked = {
  /** The last answer; it may be of an earlier text. */
  readonly answer: CheckAnswer | undefined
  /** Whether the answer is of the text as it stands. */
  readonly current: boolean
  readonly words: string
}

/** Asks the server what is wrong with the text, a moment after the last key. Earlier answers stay until the next one comes. */
export function useCheckedText(text: string, ask: StudioActions['check']): Checked {
  const settled = useSettled(text, REST_MS)
  const empty = text.trim() === ''
  const { data, isPlaceholderData } = useQuery({
    queryKey: ['profile.check', settled],
    queryFn: () => ask({ text: settled }),
    enabled: settled.trim() !== '',
    placeholderData: keepPreviousData,
  })
  if (empty) return { answer: undefined, current: false, words: 'no text yet' }
  if (data?.ok === false) return { answer: undefined, current: false, words: `not checked: ${data.error.message}` }
  const current = data !== undefined && settled === text && !isPlaceholderData
  return { answer: data?.value, current, words: current ? 'checked' : 'checking' }
}
