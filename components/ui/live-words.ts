import { spanWords } from '#components/ui/time-words.ts'
import { type Beat, SILENCE_MAX_MS } from '#lib/live/beat.ts'

const AGAIN = 'It opens again by itself.'

/**
 * Why nothing may be decided from a page: it has not heard of the portal, or the portal not of a source, for longer than a decision may
 * rest on. `silence` is in milliseconds; ages are the portal's own, so that a clock that is wrong here neither opens nor closes anything.
 */
export function closedWords(beat: Beat | undefined, silence: number): string | undefined {
  if (silence > SILENCE_MAX_MS)
    return `Deciding is closed: this page has not heard from the portal for ${spanWords(silence)}, and what it shows may be old. ${AGAIN}`
  for (const { source, at, limit, problem } of beat?.binding ?? []) {
    if (problem !== undefined) return `Deciding is closed: ${source} is silent or old (${problem}). ${AGAIN}`
    const age = at === undefined || beat === undefined ? undefined : beat.now - at + silence
    if (age === undefined) return `Deciding is closed: ${source} has not answered yet. ${AGAIN}`
    if (age > limit)
      return `Deciding is closed: ${source} was last heard ${spanWords(age)} ago, and a decision may rest on ${limit / 1000} s at most. ${AGAIN}`
  }
  return undefined
}
