'use client'
import { useSyncExternalStore } from 'react'

const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined
let now = 0

const tick = (): void => {
  now = Date.now()
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  if (timer === undefined) {
    now = Date.now()
    timer = setInterval(tick, 1000)
  }
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

const loaded = Date.now()
/** On the server the instant of drawing; in the browser one fixed instant while it takes over. */
const readFirst = (): number => (typeof window === 'undefined' ? Date.now() : loaded)
const read = (): number => (now ||= Date.now())

/** Epoch milliseconds, one clock for the whole page, each second. */
export const useNow = (): number => useSyncExternalStore(subscribe, read, readFirst)
