import { create, toJson } from '@bufbuild/protobuf'
import { StructSchema } from '@bufbuild/protobuf/wkt'
import { Code, ConnectError } from '@connectrpc/connect'
import { createGrpcTransport } from '@connectrpc/connect-node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openFrontDoor } from '../front-door.ts'
import { computeGraph, type GuardianObjects, type PermissionGraph } from './permission-graph.ts'
import { type GuardianServer, startGuardianServer } from './server.ts'

const ns = 'seam-system'
const set = (name: string, permissions: unknown[]) => ({ metadata: { name, namespace: ns }, spec: { permissions } })
const profile = (name: string, principalRef: string, declarations: unknown[], provisioned = true) => ({
  metadata: { name, namespace: ns },
  spec: { principalRef, rbacPolicyRef: 'policy', targetClusters: ['one', 'two'], permissionDeclarations: declarations },
  status: { provisioned },
})
const OBJECTS: GuardianObjects = {
  policies: [{ metadata: { name: 'policy', namespace: ns }, spec: { maximumPermissionSetRef: 'max' } }],
  permissionSets: [
    set('max', [
      { apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list', 'update'] },
      { apiGroups: ['seam.test'], resources: ['clusters'], verbs: ['delete'], resourceNames: ['a'] },
    ]),
    set('reader', [{ apiGroups: ['seam.test'], resources: ['clusters', 'packs'], verbs: ['get', 'create'] }]),
    set('named', [{ apiGroups: ['seam.test'], resources: ['requests'], verbs: ['update'], resourceNames: ['r1'] }]),
    set('wild', [{ apiGroups: ['*'], resources: ['*'], verbs: ['get'] }]),
    set('core', [{ resources: ['configmaps'], verbs: ['list'] }]),
  ],
  profiles: [
    profile('ada', 'oidc:ada', [{ permissionSetRef: 'reader' }, { permissionSetRef: 'named', clusters: ['two', 'three'] }]),
    profile('ada-2', 'oidc:ada', [{ permissionSetRef: 'core' }]),
    profile('wild', 'oidc:wild', [{ permissionSetRef: 'wild' }]),
    profile('new', 'oidc:new', [{ permissionSetRef: 'reader' }], false),
  ],
}

let graph: PermissionGraph | undefined = computeGraph(OBJECTS)
let server: GuardianServer
beforeAll(async () => void (server = await startGuardianServer({ graph: () => graph })))
afterAll(() => server.close())

async function ask(method: string, message: Record<string, string>, address = server.address, timeoutMs = 2_000) {
  const transport = createGrpcTransport({ baseUrl: `http://${address}`, useBinaryFormat: false })
  const service = { typeName: 'ontai.security.v1alpha1.PermissionService' }
  const description = {
    kind: 'rpc',
    methodKind: 'unary',
    name: method,
    localName: method,
    parent: service,
    input: StructSchema,
    output: StructSchema,
  }
  const fields = Object.entries(message).map(([key, value]) => [key, { kind: { case: 'stringValue', value } }])
  // safe: these are the members of a unary method that the transport reads; no protobuf file describes this service
  const answer = await transport.unary(
    description as never,
    undefined,
    timeoutMs,
    {},
    create(StructSchema, { fields: Object.fromEntries(fields) as never }),
  )
  return toJson(StructSchema, answer.message as never)
}
const check = (principal: string, cluster: string, resource: string, verb: string, resourceName = '') =>
  ask('CheckPermission', { principal, cluster, apiGroup: 'seam.test', resource, verb, resourceName })

test('rights are the declared ones, cut by the ceiling', async () => {
  expect(await check('oidc:ada', 'one', 'clusters', 'get')).toEqual({ allowed: true, reason: 'allowed by effective rule' })
  expect(await check('oidc:ada', 'one', 'clusters', 'create')).toEqual({
    allowed: false,
    reason: 'no effective rule grants create seam.test/clusters to principal "oidc:ada" on cluster "one"',
  })
})

test('a declaration counts only where both it and the profile reach', async () => {
  expect(await check('oidc:ada', 'one', 'requests', 'update', 'r1')).toMatchObject({ allowed: false })
  expect(await check('oidc:ada', 'two', 'requests', 'update', 'r1')).toMatchObject({ allowed: true })
  expect(await check('oidc:ada', 'two', 'requests', 'update', 'r2')).toMatchObject({ allowed: false })
  expect(await check('oidc:ada', 'two', 'requests', 'update')).toMatchObject({ allowed: true })
})

test('a star grants only what literally asks for a star', async () => {
  expect(await check('oidc:wild', 'one', 'clusters', 'get')).toMatchObject({ allowed: false })
  expect(await ask('CheckPermission', { principal: 'oidc:wild', cluster: 'one', apiGroup: '*', resource: '*', verb: 'get' })).toMatchObject(
    { allowed: true },
  )
})

test('lists merge the profiles of one principal, and say who could', async () => {
  expect(await ask('ListPermissions', { principal: 'oidc:ada', cluster: 'two' })).toEqual({
    rules: [
      { apiGroup: '', resource: 'configmaps', verbs: ['list'] },
      { apiGroup: 'seam.test', resource: 'clusters', verbs: ['get'] },
      { apiGroup: 'seam.test', resource: 'packs', verbs: ['get'] },
      { apiGroup: 'seam.test', resource: 'requests', verbs: ['update'], resourceNames: ['r1'] },
    ],
  })
  expect(await ask('WhoCanDo', { cluster: 'one', apiGroup: 'seam.test', resource: 'clusters', verb: 'get' })).toEqual({
    principals: ['oidc:ada'],
  })
  expect(
    await ask('ExplainDecision', { principal: 'oidc:ada', cluster: 'one', apiGroup: 'seam.test', resource: 'packs', verb: 'get' }),
  ).toMatchObject({
    allowed: true,
    matchedRule: { resource: 'packs' },
  })
})

test('disjoint names mean all names, as in Guardian itself', () => {
  const [rule] =
    computeGraph({
      ...OBJECTS,
      permissionSets: [
        set('max', [{ apiGroups: ['g'], resources: ['r'], verbs: ['get'], resourceNames: ['a'] }]),
        set('reader', [{ apiGroups: ['g'], resources: ['r'], verbs: ['get'], resourceNames: ['b'] }]),
      ],
    })
      .get('one')
      ?.get('oidc:ada') ?? []
  expect(rule).toEqual({ apiGroup: 'g', resource: 'r', verbs: ['get'] })
})

test('before the first computation nothing is decided and lists are empty', async () => {
  graph = undefined
  expect(await check('oidc:ada', 'one', 'clusters', 'get')).toMatchObject({ allowed: false, reason: expect.stringContaining('not yet') })
  expect(await ask('ListPermissions', { principal: 'oidc:ada', cluster: 'one' })).toEqual({ rules: [] })
  graph = computeGraph(OBJECTS)
})

test('an unknown method is unimplemented', async () => {
  const failure: unknown = await ask('Guess', {}).catch((cause: unknown) => cause)
  expect(ConnectError.from(failure).code).toBe(Code.Unimplemented)
})

test('behind a door it can be mute, slow and gone, and comes back on the same port', async () => {
  const door = await openFrontDoor({ targetPort: server.port })
  const asked = { principal: 'oidc:ada', cluster: 'one', apiGroup: 'seam.test', resource: 'packs', verb: 'get' }
  const through = (timeoutMs: number) => ask('CheckPermission', asked, `127.0.0.1:${door.port}`, timeoutMs)
  const codeOf = async (answer: Promise<unknown>) => ConnectError.from(await answer.catch((cause: unknown) => cause)).code
  expect(await through(2_000)).toMatchObject({ allowed: true })
  await door.set('silent')
  expect(await codeOf(through(200))).toBe(Code.DeadlineExceeded)
  await door.set('slow', 50)
  expect(await through(2_000)).toMatchObject({ allowed: true })
  await door.set('down')
  expect(await codeOf(through(500))).toBe(Code.Unavailable)
  await door.set('none')
  expect(await through(2_000)).toMatchObject({ allowed: true })
  await door.close()
})
