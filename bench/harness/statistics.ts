/** The middle of the values. Throws on none: a figure out of nothing would be a lie. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** Linear between the two neighbours; `at` from 0 to 1. Throws on no values. */
export function quantile(values: readonly number[], at: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const place = (sorted.length - 1) * at
  const low = sorted[Math.floor(place)]
  const high = sorted[Math.ceil(place)]
  if (low === undefined || high === undefined) throw new Error('no values to take a quantile of')
  return low + (high - low) * (place - Math.floor(place))
}

/** Numbers in [0, 1) that are the same in every run (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const RESAMPLES = 2_000

/** 95 % interval of the median by bootstrap, seeded. */
export function interval(values: readonly number[]): { readonly low: number; readonly high: number } {
  const random = seeded(values.length)
  const medians = Array.from({ length: RESAMPLES }, () => median(values.map(() => values[Math.floor(random() * values.length)] ?? 0)))
  return { low: quantile(medians, 0.025), high: quantile(medians, 0.975) }
}
