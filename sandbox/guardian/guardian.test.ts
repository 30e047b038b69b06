import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:http2'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { createKubeFaults } from '../kube/faults.ts'
import { type KubeServer, startKubeServer } from '../kube/server.ts'
import { createKubeClient, type KubeClient, type KubeObject } from '../kube-client.ts'
import { readDefinitions } from '../world/files.ts'
import type { AuditDatabase, AuditRow } from './audit-database.ts'
import { type Guardian, startGuardian } from './guardian.ts'

const dir = mkdtempSync(join(tmpdir(), 'guardian-'))
const faults = createKubeFaults()
const rows: AuditRow[] = []
const earlier = 'ada-before'
const audit: AuditDatabase = {
  port: 0,
  url: () => '',
  append: async (more) => void rows.push(...more),
  has: async (action, resource) => resource === earlier || rows.some((row) => row.action === action && row.resource === resource),
  close: async () => {},
}
let server: KubeServer
let kube: KubeClient
let guardian: Guardian

const API = 'guardian.ontai.dev/v1alpha1'
const named = (kind: string, name: string, spec: object): KubeObject => ({
  apiVersion: API,
  kind,
  metadata: { name, namespace: 'default' },
  spec,
})
const profile = (name: string): KubeObject =>
  named('RBACProfile', name, {
    principalRef: `oidc:${name}`,
    rbacPolicyRef: 'policy',
    targetClusters: ['one'],
    permissionDeclarations: [{ permissionSetRef: 'reader', scope: 'cluster' }],
  })
const provision = (name: string) =>
  kube.apply(
    { apiVersion: API, kind: 'RBACProfile', metadata: { name, namespace: 'default' }, status: { provisioned: true } },
    'guardian',
    'status',
  )

beforeAll(async () => {
  server = await startKubeServer({ dir, users: [{ name: 'admin', username: 'admin', groups: ['system:masters'] }], faults })
  kube = createKubeClient({ url: server.url, caPem: server.caPem, token: server.token('admin') })
  guardian = await startGuardian({ kube, audit })
})
afterAll(async () => {
  await guardian.close()
  kube.close()
  await server.close()
  rmSync(dir, { recursive: true })
})

/** A call in plain HTTP/2, as a client without any library makes it. */
function check(principal: string, verb: string): Promise<{ allowed: boolean; reason: string }> {
  return new Promise((resolve, reject) => {
    const session = connect(`http://${guardian.address}`)
    session.on('error', reject)
    const path = '/ontai.security.v1alpha1.PermissionService/CheckPermission'
    const stream = session.request({ ':method': 'POST', ':path': path, 'content-type': 'application/grpc+json', te: 'trailers' })
    const message = Buffer.from(JSON.stringify({ principal, cluster: 'one', apiGroup: 'seam.test', resource: 'clusters', verb }))
    const head = Buffer.alloc(5)
    head.writeUInt32BE(message.length, 1)
    stream.end(Buffer.concat([head, message]))
    const chunks: Buffer[] = []
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    stream.on('end', () => {
      session.close()
      resolve(JSON.parse(Buffer.concat(chunks).subarray(5).toString('utf8')))
    })
  })
}

async function until(is: () => Promise<boolean> | boolean): Promise<void> {
  for (let turn = 0; turn < 200; turn += 1) {
    if (await is()) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('it did not happen in time')
}

test('before the kinds are served nothing is decided', async () => {
  expect(await check('oidc:ada', 'get')).toMatchObject({ allowed: false, reason: expect.stringContaining('not yet computed') })
})

test('rights follow the objects: given once provisioned, widened by an edit, taken with the profile', async () => {
  for (const [name, text] of readDefinitions())
    if (/guardian\.ontai\.dev|relationshipadmission/.test(name)) await kube.apply(parse(text) as KubeObject, 'admin')
  await kube.apply(
    named('PermissionSet', 'max', { permissions: [{ apiGroups: ['*'], resources: ['*'], verbs: ['get', 'update'] }] }),
    'admin',
  )
  await kube.apply(
    named('PermissionSet', 'reader', { permissions: [{ apiGroups: ['seam.test'], resources: ['clusters'], verbs: ['get'] }] }),
    'admin',
  )
  const policy = { subjectScope: 'platform', enforcementMode: 'strict', allowedClusters: ['one'], maximumPermissionSetRef: 'max' }
  await kube.apply(named('RBACPolicy', 'policy', policy), 'admin')
  await kube.apply(profile('ada'), 'admin')
  await guardian.ready
  expect(await check('oidc:ada', 'get')).toMatchObject({ allowed: false, reason: expect.stringContaining('no effective rule') })
  await provision('ada')
  await until(async () => (await check('oidc:ada', 'get')).allowed)
  const wider = { permissions: [{ apiGroups: ['seam.test'], resources: ['clusters'], verbs: ['get', 'update'] }] }
  await kube.apply(named('PermissionSet', 'reader', wider), 'admin')
  await until(async () => (await check('oidc:ada', 'update')).allowed)
  await kube.remove({ apiVersion: API, kind: 'RBACProfile', namespace: 'default', name: 'ada' })
  await until(async () => !(await check('oidc:ada', 'get')).allowed)
})

test('a lost watch is taken up again', async () => {
  faults.cutWatches()
  faults.gone()
  await kube.apply(profile('eve'), 'admin')
  await provision('eve')
  await until(async () => (await check('oidc:eve', 'get')).allowed)
  expect(await check('oidc:eve', 'delete')).toMatchObject({ allowed: false })
})

test('a provisioned profile has one audit row, and none when an earlier run wrote it', async () => {
  await kube.apply(profile(earlier), 'admin')
  await provision(earlier)
  await until(async () => (await check(`oidc:${earlier}`, 'get')).allowed)
  const provisioned = rows.filter((row) => row.action === 'rbacprofile.provisioned')
  expect(provisioned.map((row) => [row.clusterId, row.subject, row.resource, row.decision])).toEqual([
    ['management', 'oidc:ada', 'ada', 'system'],
    ['management', 'oidc:eve', 'eve', 'system'],
  ])
  expect(BigInt(provisioned[0]?.sequence ?? 0)).toBeGreaterThan(10n ** 15n)
})
