import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { followClock } from '#server/adapter/db/server-clock.ts'

const START = Date.UTC(2026, 9, 25, 0, 59)
const LOOK_MS = 30_000

/** Milliseconds since the process began. */
let elapsed = 0

beforeEach(() => {
  elapsed = 0
  vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'], now: START })
  vi.spyOn(performance, 'now').mockImplementation(() => elapsed)
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

const goOn = async (milliseconds: number): Promise<void> => {
  elapsed += milliseconds
  await vi.advanceTimersByTimeAsync(milliseconds)
}

it('tells the time of the server, whatever the clock of this machine says or is set to', async () => {
  const clock = await followClock(async () => START + 300_000)
  expect(clock.now()).toEqual(new Date(START + 300_000))
  vi.setSystemTime(START - 86_400_000)
  await goOn(1_000)
  expect(clock.now()).toEqual(new Date(START + 301_000))
  clock.stop()
})

it('follows a server whose clock was set, and keeps time by itself while the server is silent', async () => {
  let said: () => number = () => START
  const clock = await followClock(async () => said())
  said = () => {
    throw new Error('away')
  }
  await goOn(LOOK_MS)
  expect(clock.now()).toEqual(new Date(START + LOOK_MS))
  said = () => START + 600_000
  await goOn(LOOK_MS)
  expect(clock.now()).toEqual(new Date(START + 600_000))
  clock.stop()
})

it('does not jump for what the way of the answer may have made', async () => {
  let late = 0
  const clock = await followClock(async () => {
    elapsed += late
    return START + elapsed
  })
  late = 400
  await goOn(LOOK_MS)
  expect(clock.now()).toEqual(new Date(START + LOOK_MS + late))
  clock.stop()
})

it('does not begin without the server', async () => {
  await expect(followClock(() => Promise.reject(new Error('away')))).rejects.toThrow('away')
})
