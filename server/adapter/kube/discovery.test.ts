import { expect, test } from 'vitest'
import { discover } from '#server/adapter/kube/discovery.ts'

const resource = (kind: string, more: object = {}) => ({
  resource: `${kind.toLowerCase()}s`,
  responseKind: { group: '', version: '', kind },
  scope: 'Namespaced',
  verbs: ['get', 'list', 'watch'],
  ...more,
})
const answering = (apis: unknown, core: unknown = { kind: 'APIGroupDiscoveryList', items: [] }) =>
  discover({
    json: async (_method, path) => ({ status: 200, body: path === '/apis' ? apis : core }),
    stream: () => Promise.reject(new Error('not asked for')),
    close: () => {},
  })

test('an aggregated API server that is away is silent alone: what it said last is not what it serves', async () => {
  const found = await answering({
    kind: 'APIGroupDiscoveryList',
    items: [
      { metadata: { name: 'away.example.org' }, versions: [{ version: 'v1', freshness: 'Stale', resources: [resource('Gone')] }] },
      { metadata: { name: 'metrics.k8s.io' }, versions: [{ version: 'v1', freshness: 'Stale' }] },
      {
        metadata: { name: 'here.example.org' },
        versions: [
          { version: 'v2', resources: [resource('Thing', { scope: 'Cluster' }), resource('Unwatched', { verbs: ['get', 'list'] })] },
          { version: 'v1', resources: [resource('Older')] },
        ],
      },
    ],
  })
  expect(found).toEqual({
    kinds: [{ group: 'here.example.org', version: 'v2', kind: 'Thing', plural: 'things', namespaced: false }],
    silent: ['away.example.org', 'metrics.k8s.io'],
  })
})

test('the kinds of the API server itself are found, and events are not: nobody follows them', async () => {
  const core = {
    metadata: { name: '' },
    versions: [{ version: 'v1', resources: ['Pod', 'Event', 'ConfigMap'].map((kind) => resource(kind)) }],
  }
  const group = (name: string, ...kinds: readonly string[]) => ({
    metadata: { name },
    versions: [{ version: 'v1', resources: kinds.map((kind) => resource(kind)) }],
  })
  const found = await answering(
    { kind: 'APIGroupDiscoveryList', items: [group('apps', 'Deployment'), group('events.k8s.io', 'Event'), group('example.org', 'Event')] },
    { kind: 'APIGroupDiscoveryList', items: [core] },
  )
  expect(found.kinds.map(({ group: of, kind }) => `${of}/${kind}`)).toEqual(['/Pod', '/ConfigMap', 'apps/Deployment', 'example.org/Event'])
})

test.each([
  ['neither of the two documents', { kind: 'Status' }],
  [
    'a group without a name for its resources',
    { kind: 'APIGroupDiscoveryList', items: [{ versions: [{ version: 'v1', resources: [{}] }] }] },
  ],
])('%s cannot be read, and is not taken for a cluster that serves nothing', async (_what, document) => {
  await expect(answering(document)).rejects.toMatchObject({ code: 'malformed' })
})
