import { expect, test } from 'vitest'
import { frameReader } from '#components/ui/live-frames.ts'
import { createPlace } from '#components/ui/live-place.ts'

test('an event of a topic is news once, and those of another process are news again', () => {
  const place = createPlace('one.5', 0)
  expect(place.isNews('a', 'one.6')).toBe(true)
  expect(place.isNews('a', 'one.6')).toBe(false)
  expect(place.isNews('b', 'one.6')).toBe(true)
  expect(place.isNews('a', 'one.7')).toBe(true)
  expect(place.isNews('a', 'two.1')).toBe(true)
  expect(place.isNews('a', undefined)).toBe(true)
})

test('the place only goes on, but for another process', () => {
  const place = createPlace('one.5', 0)
  place.reached('one.4', 1)
  expect(place.last()).toBe('one.5')
  place.reached('two.1', 2)
  expect(place.last()).toBe('two.1')
})

test('new topics are asked for from ten seconds ago, or from where the page was drawn', () => {
  const place = createPlace('one.0', 0)
  const until = (from: number, to: number): void => {
    for (let second = from; second <= to; second += 1) place.reached(`one.${second}`, second * 1_000)
  }
  until(1, 5)
  expect(place.earlier(5_000)).toBe('one.0')
  until(6, 30)
  expect(place.earlier(30_000)).toBe('one.20')
  expect(place.last()).toBe('one.30')
  expect(createPlace(undefined, 0).earlier(0)).toBeUndefined()
})

test('a stream is read the same wherever it is cut, and what was cut off is no event', () => {
  const text = ': hello\nretry: 1\n\nid: a.1\ndata: {"topic":"x: y"}\n\nevent: beat\nid: a.1\ndata: 1\ndata: 2\n\nid: a.2\ndata: lost'
  const whole = [
    { name: 'message', data: '{"topic":"x: y"}', id: 'a.1' },
    { name: 'beat', data: '1\n2', id: 'a.1' },
  ]
  for (let at = 0; at <= text.length; at += 1) {
    const read = frameReader()
    expect([...read(text.slice(0, at)), ...read(text.slice(at))]).toEqual(whole)
  }
})

test('an event without end is no stream of ours', () => {
  expect(() => frameReader()('data: '.padEnd(2_000_000, 'x'))).toThrow('without end')
})
