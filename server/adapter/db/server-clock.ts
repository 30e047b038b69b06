import 'server-only'
import { causeText, log } from '#server/log.ts'

/** Milliseconds between two looks at the server's clock. */
const LOOK_MS = 30_000

export type ServerClock = { readonly now: () => Date; readonly stop: () => void }

/**
 * The time of a server that several processes share, told without asking it each time: the offset to this process's monotonic
 * clock is measured at once and then every 30 s. Setting this machine's clock changes nothing. `ask` gives the server's time
 * (epoch milliseconds); throws what the first `ask` throws, and keeps the last offset while later ones fail.
 */
export async function followClock(ask: () => Promise<number>): Promise<ServerClock> {
  const look = async (): Promise<{ readonly offset: number; readonly error: number }> => {
    const asked = performance.now()
    const time = await ask()
    const answered = performance.now()
    return { offset: time - (asked + answered) / 2, error: (answered - asked) / 2 }
  }
  let { offset } = await look()
  const follow = async (): Promise<void> => {
    try {
      const seen = await look()
      // The answer may have been given at any time of the round trip: what lies within it is no news, and time must not jump for it.
      if (Math.abs(seen.offset - offset) > seen.error) offset = seen.offset
    } catch (error) {
      log.warn('database.clock-not-read', { error: causeText(error) })
    }
  }
  const looking = setInterval(() => void follow(), LOOK_MS)
  looking.unref()
  return { now: () => new Date(performance.now() + offset), stop: () => clearInterval(looking) }
}
