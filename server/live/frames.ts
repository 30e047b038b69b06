import 'server-only'
import type { Beat } from '#lib/live/beat.ts'
import { topicOf } from '#lib/live/topic.ts'
import type { LiveEvent } from '#server/live/event-log.ts'

const encoder = new TextEncoder()

/** The texts of a stream (HTML standard, 9.2). Every one carries the place that a reader goes on from. */
export type Frames = {
  /** The same bytes for whoever hears the event. */
  readonly event: (event: LiveEvent) => Uint8Array
  readonly reset: (seq: number) => Uint8Array
  readonly beat: (seq: number, beat: Beat) => Uint8Array
  /** How many were put into bytes. */
  readonly made: () => number
}

export const idOf = (epoch: string, seq: number): string => `${epoch}.${seq}`

/** The place in this process's log that an id names; undefined for that of another process, or for none. */
export function placeOf(epoch: string, id: string): number | undefined {
  const [of, seq] = id.split('.')
  return of === epoch && seq !== undefined && /^\d{1,15}$/.test(seq) ? Number(seq) : undefined
}

export function createFrames(epoch: string): Frames {
  const known = new WeakMap<LiveEvent, Uint8Array>()
  let made = 0
  const frame = (text: string): Uint8Array => {
    made += 1
    return encoder.encode(text)
  }
  return {
    event: (event) => {
      const before = known.get(event)
      if (before !== undefined) return before
      const bytes = frame(`id: ${idOf(epoch, event.seq)}\ndata: ${JSON.stringify({ topic: topicOf(event.key) })}\n\n`)
      known.set(event, bytes)
      return bytes
    },
    reset: (seq) => frame(`event: reset\nid: ${idOf(epoch, seq)}\ndata: {}\n\n`),
    beat: (seq, beat) => frame(`event: beat\nid: ${idOf(epoch, seq)}\ndata: ${JSON.stringify(beat)}\n\n`),
    made: () => made,
  }
}
