import { LATELY_MS } from '#components/ui/live-place.ts'
import { type Follower, followStream, type LiveState } from '#components/ui/live-stream.ts'
import type { Beat } from '#lib/live/beat.ts'

type Listener = { readonly topics: readonly string[]; readonly call: () => void }

/** What a tab knows of the stream. */
export type Live = {
  readonly start: () => () => void
  readonly listen: (listener: Listener) => () => void
  /** Called when the state or the beat changed, and each second, since ages grow. */
  readonly subscribe: (changed: () => void) => () => void
  readonly state: () => LiveState
  readonly beat: () => Beat | undefined
  /** Milliseconds since the portal was heard last; 0 before the tab follows. */
  readonly silence: () => number
}

const STREAM = '/api/stream'
const SECOND_MS = 1_000
/** Parts of a page are brought to life one after another; together they are one question (milliseconds). */
const SETTLE_MS = 40
/** A tab that nobody looks at lets its connection go: browsers give few to one portal (milliseconds). */
const HIDDEN_MS = 60_000
/** Of a reset: whatever the page shows may have changed. */
const EVERYTHING = ''

/** What was heard lately: a part of the page that is brought to life after it was drawn has missed it. */
function hearing(): { readonly note: (topic: string) => void; readonly has: (topics: readonly string[]) => boolean } {
  const heard = new Map<string, number>()
  const forget = (): void => {
    for (const [topic, at] of heard) if (performance.now() - at > LATELY_MS) heard.delete(topic)
  }
  return {
    note: (topic) => {
      forget()
      heard.set(topic, performance.now())
    },
    has: (topics) => {
      forget()
      return heard.has(EVERYTHING) || topics.some((topic) => heard.has(topic))
    },
  }
}

/** One stream for a tab: follows what its parts show while somebody looks, and goes on where it was after sleep, loss or the back button. */
export function createLive(from: string | undefined): Live {
  const listeners = new Set<Listener>()
  const watchers = new Set<() => void>()
  const heard = hearing()
  let follower: Follower | undefined
  let state: LiveState = 'connecting'
  let beat: Beat | undefined
  let asked: ReadonlySet<string> = new Set()
  let settling: ReturnType<typeof setTimeout> | undefined

  const told = (): void => {
    for (const watcher of watchers) watcher()
  }
  const wanted = (): ReadonlySet<string> => new Set([...listeners].flatMap(({ topics }) => topics))
  /** Topics that are no longer shown go at the next connection; new ones are worth one. */
  const settle = (): void => {
    settling = undefined
    if ([...wanted()].some((topic) => !asked.has(topic))) follower?.turn()
  }
  const hear = (topic: string): void => {
    heard.note(topic)
    for (const { topics, call } of listeners) if (topic === EVERYTHING || topics.includes(topic)) call()
  }
  const follow = (): Follower =>
    followStream(STREAM, from, {
      topics: () => [...(asked = wanted())],
      onTopic: hear,
      onEverything: () => hear(EVERYTHING),
      onBeat: (next) => {
        beat = next
        told()
      },
      onState: (next) => {
        state = next
        told()
      },
    })
  return {
    start: () => {
      const stops = [
        followSight(
          () => follower?.rest(),
          () => follower?.again(),
          // What the back button brings was drawn when it was left, and nothing was followed for it since.
          () => heard.note(EVERYTHING),
        ),
        () => clearInterval(second),
        () => follower?.stop(),
      ]
      const second = setInterval(told, SECOND_MS)
      follower = follow()
      return () => {
        for (const stop of stops) stop()
        follower = undefined
      }
    },
    listen: (listener) => {
      listeners.add(listener)
      if (heard.has(listener.topics)) listener.call()
      settling ??= setTimeout(settle, SETTLE_MS)
      return () => listeners.delete(listener)
    },
    subscribe: (changed) => {
      watchers.add(changed)
      return () => watchers.delete(changed)
    },
    state: () => state,
    beat: () => beat,
    silence: () => follower?.silence() ?? 0,
  }
}

/**
 * Calls `leave` when nobody looks for a while or the page is put away, `back` when somebody looks again or the network came back, and
 * `returned` when an earlier page is shown again.
 */
function followSight(leave: () => void, back: () => void, returned: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const look = (): void => {
    clearTimeout(timer)
    if (document.visibilityState === 'hidden') timer = setTimeout(leave, HIDDEN_MS)
    else back()
  }
  const own = new AbortController()
  const { signal } = own
  document.addEventListener('visibilitychange', look, { signal })
  // A page that holds a connection cannot be kept for the back button.
  window.addEventListener('pagehide', leave, { signal })
  window.addEventListener('pageshow', look, { signal })
  window.addEventListener('online', back, { signal })
  window.addEventListener('popstate', returned, { signal })
  return () => {
    clearTimeout(timer)
    own.abort()
  }
}
