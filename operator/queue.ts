import { causeText, log } from '#server/log.ts'

const SETTLE_MS = 30
const BACKOFF_MIN_MS = 200
const BACKOFF_MAX_MS = 30_000

export type Queue = { readonly add: (key: string) => void; readonly idle: () => boolean; readonly stop: () => Promise<void> }

/**
 * Works on keys one after the other. A key added many times is worked on once; one that fails comes back after a backoff with
 * jitter, doubled each time and forgotten at its next success. What happens while a key is worked on brings it back.
 */
export function createQueue(work: (key: string) => Promise<void>): Queue {
  const waiting = new Set<string>()
  const failures = new Map<string, number>()
  const timers = new Map<string, NodeJS.Timeout>()
  let running: Promise<void> | undefined
  let stopped = false

  const add = (key: string): void => {
    if (stopped) return
    clearTimeout(timers.get(key))
    timers.delete(key)
    waiting.add(key)
    // A moment to settle: one change seldom comes alone, and each key is then worked on once.
    running ??= new Promise((resolve) => setTimeout(resolve, SETTLE_MS)).then(drain)
  }
  const drain = async (): Promise<void> => {
    for (const key of waiting) {
      if (stopped) break
      waiting.delete(key)
      await once(key)
    }
    running = undefined
    if (waiting.size > 0 && !stopped) add([...waiting][0] ?? '')
  }
  const once = async (key: string): Promise<void> => {
    try {
      await work(key)
      failures.delete(key)
    } catch (error) {
      const count = (failures.get(key) ?? 0) + 1
      failures.set(key, count)
      const delay = Math.min(BACKOFF_MIN_MS * 2 ** (count - 1), BACKOFF_MAX_MS) * (0.5 + Math.random())
      log.warn('operator.retry', { key, attempt: count, delayMs: Math.round(delay), error: causeText(error) })
      if (!stopped && !waiting.has(key))
        timers.set(
          key,
          setTimeout(() => add(key), delay),
        )
    }
  }
  return {
    add,
    idle: () => running === undefined && waiting.size === 0 && timers.size === 0,
    stop: async () => {
      stopped = true
      for (const timer of timers.values()) clearTimeout(timer)
      await running
    },
  }
}
