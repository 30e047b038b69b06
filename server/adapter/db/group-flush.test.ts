import { expect, it } from 'vitest'
import { groupFlush } from '#server/adapter/db/group-flush.ts'

/** Flushes that end when told to, counted. */
function flushes() {
  const open: { readonly done: () => void; readonly fail: (error: Error) => void }[] = []
  let begun = 0
  const flush = (): Promise<void> => {
    begun += 1
    return new Promise((resolve, reject) => open.push({ done: resolve, fail: reject }))
  }
  return { flush, begun: () => begun, next: () => open.shift() }
}
const settled = async (promise: Promise<void>): Promise<boolean> => {
  let is = false
  void promise.then(() => (is = true)).catch(() => {})
  await new Promise((resolve) => setTimeout(resolve, 0))
  return is
}

it('shares one flush among all who came while another ran, and never the one that had begun before them', async () => {
  const { flush, begun, next } = flushes()
  const wait = groupFlush(flush)
  const first = wait()
  const later = [wait(), wait(), wait()]
  expect(begun()).toBe(1)
  next()?.done()
  await first
  expect(await settled(later[0] ?? first)).toBe(false)
  expect(begun()).toBe(2)
  const last = wait()
  next()?.done()
  await Promise.all(later)
  expect(await settled(last)).toBe(false)
  next()?.done()
  await last
  expect(begun()).toBe(3)
})

it('a flush that fails is told to those who shared it, and the next ones begin anew', async () => {
  const { flush, next } = flushes()
  const wait = groupFlush(flush)
  const first = wait()
  const later = wait()
  next()?.fail(new Error('gone'))
  await expect(first).rejects.toThrow('gone')
  await settled(later)
  next()?.done()
  await expect(later).resolves.toBeUndefined()
  const again = wait()
  next()?.done()
  await expect(again).resolves.toBeUndefined()
})
