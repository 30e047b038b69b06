'use client'
import { useSyncExternalStore } from 'react'

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
const portalNow = (): number => Date.now() + skew

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
/** On the server the instant of drawing; in the browser one fixed instant while it takes over. */
const readFirst = (): number => (typeof window === 'undefined' ? Date.now() : loaded)
const read = (): number => (now ||= portalNow())

/** Epoch milliseconds, one clock for the whole page, each second. */
export const useNow = (): number => useSyncExternalStore(subscribe, read, readFirst)
