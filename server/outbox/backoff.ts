import 'server-only'

const FIRST_MS = 1_000
const MAX_MS = 120_000

/** Milliseconds until try number `attempts + 1`: doubled each time, at most two minutes, half of it by chance. */
export const backoff = (attempts: number, chance: number = Math.random()): number => {
  const full = Math.min(MAX_MS, FIRST_MS * 2 ** Math.min(attempts - 1, 10))
  return Math.round(full / 2 + (full / 2) * chance)
}
