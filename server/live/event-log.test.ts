import { expect, test } from 'vitest'
import { createLog } from '#server/live/event-log.ts'

const keys = (log: ReturnType<typeof createLog>, from: number, wanted: readonly string[]) => {
  const missed = log.since(from, wanted)
  return missed.is === 'known' ? missed.events.map(({ key, seq }) => `${seq} ${key}`) : missed.is
}

test('gives each key that changed since a place once, in the order of its last change', () => {
  const log = createLog()
  for (const key of ['a', 'b', 'a', 'c', 'b']) log.publish(key)
  expect(keys(log, 0, ['a', 'b', 'c', 'd'])).toEqual(['3 a', '4 c', '5 b'])
  expect(keys(log, 3, ['a', 'b'])).toEqual(['5 b'])
  expect(keys(log, 5, ['a', 'b', 'c'])).toEqual([])
})

test('does not claim to know what came before its oldest key, nor a place that it never came to', () => {
  const log = createLog(2)
  for (const key of ['object:1', 'object:2', 'object:3']) log.publish(key)
  expect(keys(log, 0, ['object:3'])).toBe('unknown')
  expect(keys(log, 1, ['object:1', 'object:3'])).toEqual(['3 object:3'])
  expect(keys(log, 4, ['object:3'])).toBe('unknown')
})

test('a flood of one family makes nobody who follows another one read everything anew', () => {
  const log = createLog(100)
  log.publish('approvals')
  for (let index = 0; index < 10_000; index += 1) log.publish(`object:${index}`)
  expect(keys(log, 0, ['approvals'])).toEqual(['1 approvals'])
  expect(keys(log, 0, ['approvals', 'object:1'])).toBe('unknown')
  expect(log.size()).toBe(101)
})

test('whatever is missed from wherever, it is what a full record says', () => {
  const log = createLog(16)
  const record: string[] = []
  let seed = 7
  const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below
  const all = Array.from({ length: 40 }, (_, index) => `kind:${index}`)
  for (let step = 0; step < 3_000; step += 1) {
    const key = all[random(all.length)] ?? ''
    log.publish(key)
    record.push(key)
    const from = random(record.length + 1)
    const wanted = all.filter(() => random(3) === 0)
    const missed = log.since(from, wanted)
    if (missed.is === 'unknown') continue
    const expected = wanted.filter((each) => record.lastIndexOf(each) >= from)
    expect(missed.events.map((event) => event.key).toSorted()).toEqual(expected.toSorted())
  }
})
