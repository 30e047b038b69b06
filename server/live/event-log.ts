import 'server-only'
import { familyOf } from '#lib/live/topic.ts'

/** Something of a key may have changed. `seq` counts from 1 in one process. */
export type LiveEvent = { readonly seq: number; readonly key: string }

/** What was missed, oldest first; or that nobody can say what was missed. */
export type Missed = { readonly is: 'known'; readonly events: readonly LiveEvent[] } | { readonly is: 'unknown' }

export type EventLog = {
  readonly publish: (key: string) => LiveEvent
  readonly position: () => number
  readonly since: (seq: number, keys: Iterable<string>) => Missed
  /** How many keys are held. */
  readonly size: () => number
}

type Family = { readonly last: Map<string, LiveEvent>; floor: number }

/** Keys of one family that are held: as many as change within minutes, in a few MB. */
const KEYS_MAX = 16_384

/**
 * The last event of each key. An event says only that its key may have changed, so of many the last is enough: the log reaches back far
 * longer than one that keeps each, and whoever was away hears each key once. What is dropped for room raises the floor of its family,
 * so that a flood of object events makes nobody who follows requests read everything anew.
 */
export function createLog(keysMax = KEYS_MAX): EventLog {
  const families = new Map<string, Family>()
  let seq = 0
  const family = (key: string): Family => {
    const name = familyOf(key)
    const known = families.get(name)
    if (known) return known
    const made = { last: new Map<string, LiveEvent>(), floor: 0 }
    families.set(name, made)
    return made
  }
  const makeRoom = (of: Family): void => {
    const [oldest] = of.last.values()
    if (of.last.size <= keysMax || oldest === undefined) return
    of.last.delete(oldest.key)
    of.floor = oldest.seq
  }
  return {
    publish: (key) => {
      seq += 1
      const event = { seq, key }
      const of = family(key)
      // Set anew, so that the map's order is that of the events.
      of.last.delete(key)
      of.last.set(key, event)
      makeRoom(of)
      return event
    },
    position: () => seq,
    since: (from, keys) => {
      const events: LiveEvent[] = []
      // A place that this process never came to is of another one.
      if (from > seq) return { is: 'unknown' }
      for (const key of keys) {
        const of = family(key)
        if (from < of.floor) return { is: 'unknown' }
        const last = of.last.get(key)
        if (last !== undefined && last.seq > from) events.push(last)
      }
      return { is: 'known', events: events.toSorted((a, b) => a.seq - b.seq) }
    },
    size: () => [...families.values()].reduce((sum, { last }) => sum + last.size, 0),
  }
}
