import 'server-only'
import { setTimeout as pause } from 'node:timers/promises'
import type { World } from '#server/context.ts'

const EVERY_MS = 10_000

/**
 * Keeps this process's view of the repository fresh. Every process does it for itself, leader or not: pages of a replica
 * that never decides must not say that Git is silent. A host that does not answer shows in the source's age.
 */
export function keepMirror({ git }: Pick<World, 'git'>): () => Promise<void> {
  const ended = new AbortController()
  const running = (async () => {
    while (!ended.signal.aborted) {
      await git.fetch().catch(() => {})
      await pause(EVERY_MS, undefined, { signal: ended.signal }).catch(() => {})
    }
  })()
  return async () => {
    ended.abort()
    await running
  }
}
