import 'server-only'

/**
 * Waits for a flush that begins after the call. One flush runs at a time, and everybody who came while it ran shares the next:
 * a flush that was under way may have missed what they wrote. Fails for all who share it.
 */
export function groupFlush(flush: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  let next: Promise<void> | undefined
  const begin = (): Promise<void> => {
    next = undefined
    running = flush()
    const mine = running
    mine.finally(() => mine === running && (running = undefined)).catch(() => {})
    return mine
  }
  return () => {
    if (running === undefined) return begin()
    next ??= running.catch(() => {}).then(begin)
    return next
  }
}
