/** One row of bench/results/NAME.json. Ratios are plain numbers; `met` is never true for an inconclusive run. */
export type Figure = {
  readonly id: string
  /** What was promised, in words: `≥ 1.5 × single unchained inserts`. */
  readonly goal: string
  readonly value: number
  /** 95 % bootstrap interval of the median; equal to the value for exact counters. */
  readonly low: number
  readonly high: number
  readonly met: boolean
  readonly note: string
}

/** One subject beside its frozen reference in bench/ref, or an exact counter. It checks its own answer and throws when that is wrong. */
export type Measurement = { readonly name: string; readonly run: (settings: Settings) => Promise<readonly Figure[]> }

/** What a run may ask for; a measurement takes what concerns it. */
export type Settings = { readonly minutes?: number }

/** What a ratio has to reach. */
export type Bound = { readonly atLeast: number } | { readonly atMost: number }

export const reaches = (value: number, bound: Bound): boolean => ('atLeast' in bound ? value >= bound.atLeast : value <= bound.atMost)

/** An exact counter as a figure: SQL statements, bytes on the wire, calls, processes. */
export const counted = (id: string, goal: string, value: number, bound: Bound, note: string): Figure => ({
  id,
  goal,
  value,
  low: value,
  high: value,
  met: reaches(value, bound),
  note,
})
