/** How far back a part of the page may have been drawn before it is brought to life and can be told of changes (milliseconds). */
export const LATELY_MS = 10_000
const SPACING_MS = 1_000
/** More topics than a tab shows in a day are not remembered: an event that comes twice only asks once more. */
const TOPICS_KEPT = 1_000

/** Where a tab is in the stream. An id is `<process>.<number>`; numbers grow within a process. */
export type Place = {
  /** Whether this event of a topic is new here; then it is remembered. */
  readonly isNews: (topic: string, id: string | undefined) => boolean
  /** An id that was heard: everything before it that was asked for came. */
  readonly reached: (id: string, now: number) => void
  readonly last: () => string | undefined
  /** An id that is old enough for whatever is shown now to have been drawn after it. */
  readonly earlier: (now: number) => string | undefined
}

const parts = (id: string): { readonly process: string; readonly number: number } => {
  const [process = '', number] = id.split('.')
  return { process, number: Number(number) }
}

const isUpTo = (id: string, known: string | undefined): boolean => {
  if (known === undefined) return false
  const [a, b] = [parts(id), parts(known)]
  return a.process === b.process && a.number <= b.number
}

export function createPlace(from: string | undefined, now: number): Place {
  let last = from
  let trail: readonly { readonly id: string; readonly at: number }[] = from === undefined ? [] : [{ id: from, at: now - LATELY_MS }]
  const heard = new Map<string, string>()
  return {
    isNews: (topic, id) => {
      if (id === undefined) return true
      if (isUpTo(id, heard.get(topic))) return false
      heard.delete(topic)
      heard.set(topic, id)
      const [oldest] = heard.keys()
      if (heard.size > TOPICS_KEPT && oldest !== undefined) heard.delete(oldest)
      return true
    },
    reached: (id, at) => {
      if (isUpTo(id, last)) return
      last = id
      const newest = trail.at(-1)
      if (newest !== undefined && at - newest.at < SPACING_MS && at >= newest.at) return
      const grown = [...trail, { id, at }]
      // One that is old enough stays in front.
      const first = grown.findLastIndex((each) => each.at <= at - LATELY_MS)
      trail = grown.slice(Math.max(0, first))
    },
    last: () => last,
    earlier: (at) => (trail.findLast((each) => each.at <= at - LATELY_MS) ?? trail[0])?.id ?? last,
  }
}
