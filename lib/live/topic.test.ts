import { expect, test } from 'vitest'
import { keysOf, objectTopic, parseTopics, personal, topicOf, TOPICS_MAX } from '#lib/live/topic.ts'

test('topics that are shown are followed, whatever their objects are called', () => {
  const odd = objectTopic({ group: 'rbac.authorization.k8s.io', kind: 'ClusterRole', namespace: '', name: 'system:a,b@c/d' })
  expect(parseTopics(['approvals', odd, 'approvals'])).toEqual({ ok: true, value: ['approvals', odd] })
  expect(topicOf(odd)).toBe(odd)
  expect(parseTopics([])).toEqual({ ok: true, value: [] })
})

test.each([['notices@lena'], ['approval:'], ['person:lena'], [''], ['history.list'], ['object:'.padEnd(2_000, 'x')]])(
  '%s is no topic',
  (topic) => {
    expect(parseTopics(['approvals', topic])).toMatchObject({ ok: false, error: /is no topic\. There are approvals/ })
  },
)

test('more than a page shows are refused', () => {
  const many = Array.from({ length: TOPICS_MAX + 1 }, (_, index) => `approval:${index}`)
  expect(parseTopics(many)).toMatchObject({ ok: false, error: /At most 64/ })
})

test('what is about one person is heard by that person, as the topic that everybody calls it', () => {
  expect([...keysOf(['notices', 'approvals'], 'lena')]).toEqual(['notices', 'notices@lena', 'approvals'])
  expect(topicOf(personal('notices', 'lena'))).toBe('notices')
})
