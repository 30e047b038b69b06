/** A reading that never comes back does not end the following (milliseconds). */
const PATIENCE_MS = 6_000

/** How soon something is run again: after what gathers, and after a rest that grows with how long a run takes (all in milliseconds but `times`). */
export type Rhythm = {
  readonly gather: number
  readonly restMin: number
  readonly restMax: number
  /** A run is followed by so many times its length of rest, so that a slow answer is asked for less often. */
  readonly times: number
}

/** For what draws much: a burst costs one run, a flood half of the time. */
export const CALM: Rhythm = { gather: 20, restMin: 200, restMax: 2_000, times: 1 }
/** For what costs little and is looked at: the first change is asked about at once; a flood costs a third of the time. */
export const PROMPT: Rhythm = { gather: 0, restMin: 25, restMax: 2_000, times: 2 }
export const atMostEvery = (ms: number): Rhythm => ({ ...CALM, restMin: ms, restMax: ms })
/** For what concerns a page only at its edges. */
export const EDGES = atMostEvery(5_000)

export type Pace = { readonly call: () => void; readonly stop: () => void }

/** Runs something again and again as it is called, one at a time and with a rest after each run; the last call is always followed by a run. */
export function paced(run: () => unknown, { gather, restMin, restMax, times }: Rhythm = CALM): Pace {
  let timer: ReturnType<typeof setTimeout> | undefined
  let isRunning = false
  let isDue = false
  let isStopped = false
  let notBefore = 0

  const go = async (): Promise<void> => {
    timer = undefined
    isRunning = true
    isDue = false
    const begun = performance.now()
    await patiently(Promise.resolve().then(run))
    const ended = performance.now()
    notBefore = ended + Math.min(restMax, Math.max(restMin, times * (ended - begun)))
    isRunning = false
    if (isDue) call()
  }
  const call = (): void => {
    if (isStopped) return
    isDue = true
    if (isRunning) return
    timer ??= setTimeout(() => void go(), Math.max(gather, notBefore - performance.now()))
  }
  return {
    call,
    stop: () => {
      isStopped = true
      clearTimeout(timer)
    },
  }
}

/** Until it ended, however it did, or for as long as anybody waits. */
async function patiently(running: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const patience = new Promise((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS)
  })
  await Promise.race([running.catch(() => undefined), patience])
  clearTimeout(timer)
}
