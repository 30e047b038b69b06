import { expect, test } from '@playwright/test'
import { relationshipPath } from './cluster.ts'
import { useWorld } from './world.ts'

const world = useWorld()

const rar = () => world.rarPath(world.named('rar-cs-observes-pgw'))
const policy = () => `/apis/core.ontai.dev/v1alpha1/namespaces/ont-system/domainpolicies/${world.named('cs-production')}`
const CONFIG_MAPS = '/api/v1/namespaces/seam-system/configmaps'

const patch = 'application/merge-patch+json'
const labels = { metadata: { labels: { written: 'by-vortex' } } }

/** Every verb that writes, on kinds of people, of operators and of Kubernetes itself. */
const WRITES = (): readonly (readonly [method: string, path: string, body?: unknown, type?: string])[] => [
  [
    'POST',
    world.rarPath(),
    { apiVersion: `${world.group()}/v1alpha1`, kind: 'RelationshipAdmissionRequest', metadata: { name: 'x' }, spec: {} },
  ],
  ['PUT', rar(), {}],
  ['PATCH', rar(), labels, patch],
  [
    'PATCH',
    `${rar()}?fieldManager=vortex&force=true`,
    { ...labels, apiVersion: `${world.group()}/v1alpha1` },
    'application/apply-patch+yaml',
  ],
  ['PATCH', `${rar()}/status`, { status: { phase: 'Admitted' } }, patch],
  ['PUT', `${rar()}/status`, {}],
  ['DELETE', rar()],
  ['DELETE', world.rarPath()],
  ['PATCH', policy(), labels, patch],
  ['DELETE', policy()],
  ['POST', relationshipPath(), { apiVersion: 'core.ontai.dev/v1alpha1', kind: 'DomainRelationship', metadata: { name: 'x' }, spec: {} }],
  ['DELETE', relationshipPath()],
  ['POST', CONFIG_MAPS, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } }],
  ['POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'x' } }],
  [
    'POST',
    '/apis/coordination.k8s.io/v1/namespaces/seam-system/leases',
    { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'x' } },
  ],
  [
    'POST',
    '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings',
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding', metadata: { name: 'x' } },
  ],
]

test('every verb that writes is forbidden to the identity of the portal', async () => {
  for (const [method, path, body, type] of WRITES()) {
    const answer = await world.kube('vortex', method, path, body, type)
    expect({ method, path, status: answer.status, reason: answer.body['reason'] }).toMatchObject({ status: 403, reason: 'Forbidden' })
    expect(String(answer.body['message'])).toContain('system:serviceaccount:vortex-system:vortex')
  }
  const after = await world.object(rar())
  expect(after?.['metadata']).not.toHaveProperty('labels.written')
})

test('the identity of the portal reads, watches and asks for reviews', async () => {
  expect((await world.kube('vortex', 'GET', rar())).status).toBe(200)
  const list = await world.kube('vortex', 'GET', world.rarPath())
  expect(list.status).toBe(200)
  const version = (list.body['metadata'] as { resourceVersion: string }).resourceVersion // safe: every list has one
  expect((await world.kube('vortex', 'GET', `${world.rarPath()}?watch=true&timeoutSeconds=1&resourceVersion=${version}`)).status).toBe(200)
  const attributes = { group: world.group(), resource: 'relationshipadmissionrequests', namespace: 'seam-system' }
  const review = async (verb: string): Promise<unknown> => {
    const answer = await world.kube('vortex', 'POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes: { ...attributes, verb } },
    })
    expect(answer.status).toBe(201)
    return (answer.body['status'] as { allowed?: boolean }).allowed ?? false // safe: the review's own answer
  }
  for (const verb of ['get', 'list', 'watch']) expect({ verb, allowed: await review(verb) }).toEqual({ verb, allowed: true })
  for (const verb of ['create', 'update', 'patch', 'delete', 'deletecollection'])
    expect({ verb, allowed: await review(verb) }).toEqual({ verb, allowed: false })
})

test('with this identity and no other the portal shows what waits', async ({ browser }) => {
  const { env } = world.info().portal
  expect(env?.['VORTEX_KUBE_CONTEXT']).toBe('vortex')
  const sources = await (await world.as(browser, 'maria.santos')).request.get(new URL('/api/sources', world.info().portal.url).href)
  expect(sources.status()).toBe(200)
  const page = await world.as(browser, 'lena.fischer')
  await page.goto(new URL('/approvals', page.url()).href)
  await expect(page.locator(`a[href^="/approvals/"]`).first()).toBeVisible()
})
