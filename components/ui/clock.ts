'use client'
import { createContext, use, useSyncExternalStore } from 'react'

/** Below this a difference is the network's, and the browser's own clock is finer. */
const SKEW_MIN_MS = 30_000

/**
 * How far this computer's clock is behind the portal's, in milliseconds. Deadlines are the portal's: a clock that is five
 * minutes off must not show an open request as late, nor a late one as open.
 */
function skewOf(): number {
  if (typeof window === 'undefined') return 0
  const drawn = Number(document.documentElement.dataset['now'])
  const [visit] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[] // safe: what the specification says
  // A page out of the browser's own store was drawn long ago: its instant says nothing about clocks.
  if (!(drawn > 0) || visit === undefined || visit.type === 'back_forward') return 0
  const skew = drawn - (performance.timeOrigin + visit.responseStart)
  return Math.abs(skew) > SKEW_MIN_MS ? skew : 0
}

const skew = skewOf()
/** The portal's time as well as it can be known here. */
export const portalNow = (): number => Date.now() + skew

const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined
let now = 0

const tick = (): void => {
  now = portalNow()
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  if (timer === undefined) {
    now = portalNow()
    timer = setInterval(tick, 1000)
  }
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

const loaded = portalNow()
/** On the server there is nothing but the clock of this replica to fall back to; in the browser the instant of loading. */
const undrawn = (): number => (typeof window === 'undefined' ? Date.now() : loaded)
const read = (): number => (now ||= portalNow())

/** The portal's instant of drawing the page (epoch milliseconds); undefined where there is no page around. */
export const DrawnAt = createContext<number | undefined>(undefined)

/** Epoch milliseconds, one clock for the whole page, each second. What the browser takes over is as of drawing, so both say the same. */
export function useNow(): number {
  const drawn = use(DrawnAt)
  return useSyncExternalStore(subscribe, read, () => drawn ?? undrawn())
}

/** What is said of an instant now. It is looked at each second, and drawn when the words change: a table says `3 d` for a day. */
export function useWords(words: (now: number) => string): string {
  const drawn = use(DrawnAt)
  return useSyncExternalStore(
    subscribe,
    () => words(read()),
    () => words(drawn ?? undrawn()),
  )
}
