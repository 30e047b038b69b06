import { createHash } from 'node:crypto'
import { type Bound, type Figure, reaches } from './figure.ts'
import { interval, median, quantile } from './statistics.ts'

/**
 * One slice of work, at least some milliseconds of it. What it returns is its cost (CPU seconds, bytes); nothing means that the harness
 * takes the wall time. It checks its answer and throws when that is wrong.
 */
export type Slice = () => Promise<number | void>

export type Comparison = {
  readonly id: string
  readonly goal: string
  readonly subject: Slice
  readonly reference: Slice
  /** `speed`: reference cost / subject cost, more is better. `cost`: subject cost / reference cost, less is better. */
  readonly as: 'speed' | 'cost'
  readonly bound: Bound
  readonly pairs?: number
  readonly note?: string
}

const PAIRS = 15
const TRIES = 3
/** Median and best tenth may differ by this much, else the run is inconclusive (goals.md 2). */
const SPREAD = 0.15
/** A canary slower than this times its best drops the pair: something else had the machine. */
const DISTURBED = 1.5

/** Slices interleaved A B B A, both warm; repeated while inconclusive, never passed then (goals.md, how to measure). */
export async function compare(comparison: Comparison): Promise<Figure> {
  await comparison.subject()
  await comparison.reference()
  let best: Figure | undefined
  for (let tried = 1; tried <= TRIES; tried += 1) {
    const { figure, conclusive } = figureOf(comparison, await pairsOf(comparison))
    if (conclusive) return figure
    best = figure
  }
  if (best === undefined) throw new Error('unreachable: at least one try')
  return { ...best, met: false, note: `${best.note}; inconclusive after ${TRIES} runs` }
}

type Pair = { readonly subject: number; readonly reference: number; readonly canary: number }

async function pairsOf({ subject, reference, pairs = PAIRS }: Comparison): Promise<readonly Pair[]> {
  const taken: Pair[] = []
  const kept = (): readonly Pair[] => {
    const calm = Math.min(...taken.map(({ canary }) => canary)) * DISTURBED
    return taken.filter(({ canary }) => canary <= calm)
  }
  while (kept().length < pairs && taken.length < pairs * 3) {
    const a = await timed(subject)
    const b = await timed(reference)
    const c = await timed(reference)
    const d = await timed(subject)
    taken.push({ subject: a.cost, reference: b.cost, canary: Math.max(a.canary, b.canary) })
    taken.push({ subject: d.cost, reference: c.cost, canary: Math.max(c.canary, d.canary) })
  }
  return kept()
}

async function timed(slice: Slice): Promise<{ readonly cost: number; readonly canary: number }> {
  const before = canary()
  const start = performance.now()
  const own = await slice()
  const wall = performance.now() - start
  return { cost: own ?? wall, canary: Math.max(before, canary()) }
}

const CANARY = Buffer.alloc(1 << 20, 7)

/** Milliseconds for a fixed hash. */
function canary(): number {
  const start = performance.now()
  createHash('sha256').update(CANARY).digest()
  return performance.now() - start
}

function figureOf(comparison: Comparison, pairs: readonly Pair[]): { readonly figure: Figure; readonly conclusive: boolean } {
  const { id, goal, as, bound, note, pairs: wanted = PAIRS } = comparison
  const ratio = (subject: number, reference: number): number => (as === 'speed' ? reference / subject : subject / reference)
  const ratios = pairs.map(({ subject, reference }) => ratio(subject, reference))
  if (ratios.length === 0) throw new Error(`${id}: no pair was taken`)
  const value = median(ratios)
  const bestTenth = ratio(
    quantile(
      pairs.map(({ subject }) => subject),
      0.1,
    ),
    quantile(
      pairs.map(({ reference }) => reference),
      0.1,
    ),
  )
  const spread = Math.abs(bestTenth / value - 1)
  const conclusive = ratios.length >= wanted && spread <= SPREAD
  const said = [note, `${ratios.length} pairs, best tenth ${bestTenth.toFixed(2)}`].filter((part) => part !== undefined).join('; ')
  return { figure: { id, goal, value, ...interval(ratios), met: conclusive && reaches(value, bound), note: said }, conclusive }
}
