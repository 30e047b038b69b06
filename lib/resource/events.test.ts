import { expect, test } from 'vitest'
import { eventLine, newestFirst } from '#lib/resource/events.ts'

const metadata = { name: 'e', namespace: 'a', uid: 'u1', creationTimestamp: '2026-01-01T00:00:00Z' }

test('an event reads the same in either generation of its API', () => {
  const old = {
    metadata,
    type: 'Warning',
    reason: 'BackOff',
    message: 'again',
    count: 7,
    firstTimestamp: '2026-01-01T00:00:01Z',
    lastTimestamp: '2026-01-01T01:00:00Z',
    source: { component: 'kubelet', host: 'node-1' },
  }
  const { message: _, count: __, firstTimestamp, lastTimestamp, source, ...rest } = old
  const now = {
    ...rest,
    note: 'again',
    deprecatedCount: 7,
    deprecatedFirstTimestamp: firstTimestamp,
    deprecatedLastTimestamp: lastTimestamp,
    deprecatedSource: source,
  }
  const line = {
    id: 'u1',
    type: 'Warning',
    reason: 'BackOff',
    message: 'again',
    count: 7,
    first: '2026-01-01T00:00:01Z',
    last: '2026-01-01T01:00:00Z',
    by: 'kubelet on node-1',
  }
  expect(eventLine(old)).toEqual(line)
  expect(eventLine(now)).toEqual(line)
})

test('a series counts for itself and says when it was seen last', () => {
  const event = {
    metadata,
    eventTime: '2026-01-01T00:00:02.5Z',
    series: { count: 40, lastObservedTime: '2026-01-02T00:00:00Z' },
    reportingController: 'c',
    reportingInstance: 'c',
  }
  expect(eventLine(event)).toMatchObject({ count: 40, first: '2026-01-01T00:00:02.5Z', last: '2026-01-02T00:00:00Z', by: 'c' })
})

test('what is ill-typed counts as absent', () => {
  const event = eventLine({
    metadata: 7,
    type: 3,
    reason: {},
    message: [],
    count: -1,
    lastTimestamp: 'yesterday',
    series: 'many',
    source: 'x',
  })
  expect(event).toEqual({ id: '/', type: '', reason: '', message: '', count: 1, first: undefined, last: undefined, by: '' })
})

test('the newest stand first, those without a time last, in the same order each time', () => {
  const at = (id: string, last: string | undefined) => ({ ...eventLine({}), id, last })
  const events = [at('c', undefined), at('b', '2026-01-01T00:00:00Z'), at('a', '2026-01-01T00:00:00Z'), at('d', '2026-01-02T00:00:00Z')]
  expect(newestFirst(events).map(({ id }) => id)).toEqual(['d', 'a', 'b', 'c'])
})
