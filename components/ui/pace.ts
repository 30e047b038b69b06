/** What comes together is answered once (milliseconds). */
const GATHER_MS = 20
/** A reading that never comes back does not end the following (milliseconds). */
const PATIENCE_MS = 6_000
const REST_MIN_MS = 200
const REST_MAX_MS = 2_000

export type Pace = { readonly call: () => void; readonly stop: () => void }

/**
 * Runs something again and again as it is called, one at a time and with as much rest after each run as the run took: a burst costs
 * one run, a flood half of the time, and the last call is always followed by a run. `every` sets a longer rest.
 */
export function paced(run: () => unknown, every = 0): Pace {
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
    notBefore = ended + Math.max(every, Math.min(REST_MAX_MS, Math.max(REST_MIN_MS, ended - begun)))
    isRunning = false
    if (isDue) call()
  }
  const call = (): void => {
    if (isStopped) return
    isDue = true
    if (isRunning) return
    timer ??= setTimeout(() => void go(), Math.max(GATHER_MS, notBefore - performance.now()))
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
