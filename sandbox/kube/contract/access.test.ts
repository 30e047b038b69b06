import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { asObject, asText, type JsonObject } from '../json.ts'
import { createCrd, openCluster, type Cluster } from './cluster.ts'

const RBAC = 'rbac.authorization.k8s.io/v1'
let cluster: Cluster
let reader: Record<string, string>
let nobody: Record<string, string>
let widgets: string
const core = (plural: string): string => `/api/v1/namespaces/${cluster.namespace}/${plural}`
const rbac = (plural: string): string => `/apis/${RBAC}/namespaces/${cluster.namespace}/${plural}`
const as = (headers: Record<string, string>) => (method: string, path: string, body?: JsonObject) =>
  cluster.call(method, path, { headers, ...(body ? { body } : {}) })
const configMap = (name: string): JsonObject => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } })

beforeAll(async () => {
  cluster = await openCluster()
  reader = { 'impersonate-user': `system:serviceaccount:${cluster.namespace}:reader` }
  nobody = { 'impersonate-user': 'nobody' }
  widgets = await createCrd(
    cluster,
    'widgets',
    'Widget',
    { type: 'object', properties: { status: { type: 'object' } } },
    { subresources: { status: {} } },
  )
  const rules = [
    { apiGroups: ['', cluster.group], resources: ['configmaps', 'widgets'], verbs: ['get', 'list', 'watch'] },
    { apiGroups: [''], resources: ['secrets'], resourceNames: ['open'], verbs: ['get', 'list'] },
    { apiGroups: [cluster.group], resources: ['widgets/status'], verbs: ['patch', 'update'] },
  ]
  await cluster.call('POST', rbac('roles'), { body: { apiVersion: RBAC, kind: 'Role', metadata: { name: 'reader' }, rules } })
  await cluster.call('POST', rbac('rolebindings'), {
    body: {
      apiVersion: RBAC,
      kind: 'RoleBinding',
      metadata: { name: 'reader' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' },
      subjects: [{ kind: 'ServiceAccount', name: 'reader', namespace: cluster.namespace }],
    },
  })
  for (const name of ['open', 'shut'])
    await cluster.call('POST', core('secrets'), { body: { apiVersion: 'v1', kind: 'Secret', metadata: { name } } })
  await cluster.call('POST', core('configmaps'), { body: configMap('there') })
  await vi.waitFor(async () => {
    if ((await as(reader)('GET', core('configmaps'))).code !== 200) throw new Error('the role does not hold yet')
  }, 30_000)
})
afterAll(() => cluster.stop())

describe('a read-only identity', () => {
  test('reads what its role names, by watch too', async () => {
    expect((await as(reader)('GET', core('configmaps'))).code).toBe(200)
    expect((await as(reader)('GET', `${core('configmaps')}/there`)).code).toBe(200)
    expect((await as(reader)('GET', `${core('configmaps')}?watch=true&timeoutSeconds=1`)).code).toBe(200)
    expect((await as(reader)('GET', widgets)).code).toBe(200)
  })
  test('writes nothing, in any way', async () => {
    const calls: [string, string, JsonObject?][] = [
      ['POST', core('configmaps'), configMap('new')],
      ['PUT', `${core('configmaps')}/there`, configMap('there')],
      ['DELETE', `${core('configmaps')}/there`],
      ['DELETE', core('configmaps')],
    ]
    for (const [method, path, body] of calls) expect((await as(reader)(method, path, body)).code).toBe(403)
    for (const type of ['application/merge-patch+json', 'application/apply-patch+yaml']) {
      const patched = await cluster.call('PATCH', `${core('configmaps')}/there?fieldManager=x`, {
        type,
        headers: reader,
        body: configMap('there'),
      })
      expect(patched.code).toBe(403)
    }
  })
  test('is refused in the words of Kubernetes', async () => {
    const user = reader['impersonate-user']
    const named = await as(reader)('DELETE', `${core('configmaps')}/there`)
    expect(named.body).toMatchObject({
      kind: 'Status',
      reason: 'Forbidden',
      code: 403,
      details: { name: 'there', kind: 'configmaps' },
      message: `configmaps "there" is forbidden: User "${user}" cannot delete resource "configmaps" in API group "" in the namespace "${cluster.namespace}"`,
    })
    const listed = await as(reader)('GET', '/api/v1/namespaces')
    expect(listed.body['message']).toBe(
      `namespaces is forbidden: User "${user}" cannot list resource "namespaces" in API group "" at the cluster scope`,
    )
    const custom = await as(reader)('DELETE', `${widgets}/w`)
    expect(custom.body['message']).toBe(
      `widgets.${cluster.group} "w" is forbidden: User "${user}" cannot delete resource "widgets" in API group "${cluster.group}" in the namespace "${cluster.namespace}"`,
    )
    expect((await as(nobody)('GET', '/metrics')).body['message']).toBe('forbidden: User "nobody" cannot get path "/metrics"')
  })
  test('may be limited to named objects, in lists by their name only', async () => {
    expect((await as(reader)('GET', `${core('secrets')}/open`)).code).toBe(200)
    expect((await as(reader)('GET', `${core('secrets')}/shut`)).code).toBe(403)
    expect((await as(reader)('GET', core('secrets'))).code).toBe(403)
    expect((await as(reader)('GET', `${core('secrets')}?fieldSelector=metadata.name%3Dopen`)).code).toBe(200)
  })
  test('a subresource is its own resource', async () => {
    await cluster.call('POST', widgets, { body: { apiVersion: `${cluster.group}/v1`, kind: 'Widget', metadata: { name: 'w' } } })
    const patch = (path: string) =>
      cluster.call('PATCH', path, { type: 'application/merge-patch+json', headers: reader, body: { status: {} } })
    expect((await patch(`${widgets}/w/status`)).code).toBe(200)
    expect((await patch(`${widgets}/w`)).code).toBe(403)
  })
  test('ends where its namespace ends', async () => {
    expect((await as(reader)('GET', '/api/v1/namespaces/kube-system/configmaps')).code).toBe(403)
    expect((await as(reader)('GET', '/api/v1/configmaps')).code).toBe(403)
  })
  test('sees the kinds that are served', async () => {
    for (const path of ['/api', '/apis', '/api/v1', '/version', '/openapi/v3']) expect((await as(reader)('GET', path)).code).toBe(200)
  })
})

describe('who is asking', () => {
  test('a wrong token is unauthorized, no token is anonymous', async () => {
    const wrong = await cluster.call('GET', '/api', { anonymous: true, headers: { authorization: 'Bearer wrong' } })
    expect([wrong.code, wrong.body['reason'], wrong.body['message']]).toEqual([401, 'Unauthorized', 'Unauthorized'])
    const none = await cluster.call('GET', core('configmaps'), { anonymous: true })
    expect([401, 403]).toContain(none.code)
  })
  test('reviews answer for oneself and for others', async () => {
    const ask = (headers: Record<string, string>, resourceAttributes: JsonObject) =>
      cluster.call('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
        headers,
        body: { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: { resourceAttributes } },
      })
    const read = { verb: 'list', resource: 'configmaps', namespace: cluster.namespace }
    expect(asObject((await ask(reader, read)).body['status'])['allowed']).toBe(true)
    expect(asObject((await ask(reader, { ...read, verb: 'create' })).body['status'])['allowed']).toBe(false)
    expect(asObject((await ask(nobody, read)).body['status'])['allowed']).toBe(false)
    const other = await cluster.call('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', {
      body: {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SubjectAccessReview',
        spec: { user: reader['impersonate-user'] ?? '', resourceAttributes: read },
      },
    })
    expect([other.code, asObject(other.body['status'])['allowed']]).toEqual([201, true])
    expect(
      (
        await cluster.call('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', {
          headers: reader,
          body: { apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', spec: {} },
        })
      ).code,
    ).toBe(403)
    const self = await cluster.call('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', {
      headers: reader,
      body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
    })
    expect(asObject(asObject(self.body['status'])['userInfo'])['username']).toBe(reader['impersonate-user'])
  })
  test('a token review refuses a token that nobody has', async () => {
    const answer = await cluster.call('POST', '/apis/authentication.k8s.io/v1/tokenreviews', {
      body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token: 'nobody-has-this' } },
    })
    expect(answer.code).toBe(201)
    expect(asObject(answer.body['status'])['authenticated'] ?? false).toBe(false)
  })
})

describe('roles', () => {
  test('a binding keeps its role, a role needs verbs and resources', async () => {
    const changed = await cluster.call('PATCH', `${rbac('rolebindings')}/reader`, {
      type: 'application/merge-patch+json',
      body: { roleRef: { name: 'other' } },
    })
    expect([changed.code, asText(changed.body['message']).includes('cannot change roleRef')]).toEqual([422, true])
    const empty = await cluster.call('POST', rbac('roles'), {
      body: { apiVersion: RBAC, kind: 'Role', metadata: { name: 'empty' }, rules: [{ apiGroups: [''], resources: ['pods'], verbs: [] }] },
    })
    expect(empty.code).toBe(422)
  })
})
