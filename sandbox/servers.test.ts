import { mkdtempSync, rmSync } from 'node:fs'
import { Resolver } from 'node:dns/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runGit } from './git/run-git.ts'
import { createKubeClient, type KubeClient } from './kube-client.ts'
import { type RunningWorld, startServers } from './servers.ts'
import { contextOf } from './set-up/kubeconfig.ts'

const dir = mkdtempSync(join(tmpdir(), 'world-'))
const options = { dir, layout: { now: new Date().toISOString(), isRenamed: false, shiftDays: 0 }, portalUrl: 'http://localhost:3000' }
let world: RunningWorld

beforeAll(async () => void (world = await startServers(options)), 120_000)
afterAll(async () => {
  await world.close()
  rmSync(dir, { recursive: true })
})

/** A client as anybody would make it: from the kubeconfig alone. */
const clientOf = (context: string): KubeClient => createKubeClient(contextOf(world.addresses.kubernetes.kubeconfig, context))

const control = (path: string, body: object): Promise<Response> =>
  fetch(`${world.addresses.control.url}${path}`, { method: 'POST', body: JSON.stringify(body) })

test('everything of the repository is applied, nothing is refused', () => {
  expect(world.isFresh).toBe(true)
  expect(world.applier.state()).toMatchObject({ refused: [], waiting: [], problem: undefined })
})

test('every operator wrote under its own name, and no mark for a uid is left', async () => {
  const admin = clientOf('admin')
  const profiles = await admin.list({ apiVersion: 'guardian.ontai.dev/v1alpha1', kind: 'RBACProfile' })
  expect(profiles.items.length).toBeGreaterThan(5)
  const managers = profiles.items.flatMap(
    (profile) => (profile.metadata as unknown as { managedFields: { manager: string; subresource?: string }[] }).managedFields,
  )
  expect(managers).toContainEqual(expect.objectContaining({ manager: 'gitops-applier' }))
  expect(managers).toContainEqual(expect.objectContaining({ manager: 'guardian', subresource: 'status' }))
  const records = await admin.list({ apiVersion: 'seam.ontai.dev/v1alpha1', kind: 'LineageRecord' })
  expect(JSON.stringify(records.items)).not.toContain('<uid')
  admin.close()
})

test('the portal reads what it needs and writes nothing', async () => {
  const vortex = clientOf('vortex')
  const requests = await vortex.list({ apiVersion: 'seam.ontai.dev/v1alpha1', kind: 'RelationshipAdmissionRequest' })
  expect(requests.items.length).toBeGreaterThan(3)
  const one = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', namespace: 'ont-system' }, data: {} }
  await expect(vortex.apply(one, 'vortex')).rejects.toMatchObject({ code: 403 })
  vortex.close()
})

test('the zone, the audit rows and the repository are served', async () => {
  const resolver = new Resolver({ timeout: 5_000, tries: 1 })
  resolver.setServers([world.addresses.dns.address])
  expect((await resolver.resolveSoa('seam.ontave.dev')).serial).toBeGreaterThan(0)
  const client = new pg.Client({ connectionString: world.addresses.audit.url })
  await client.connect()
  const { rows } = await client.query('select count(*)::int as n, min(sequence_number) as first from guardian.audit_events')
  expect(rows[0].n).toBeGreaterThan(20)
  await client.end()
  const address = world.addresses.git.url.replace('://', `://vortex:${world.addresses.git.token}@`)
  const head = (await runGit(dir, ['ls-remote', address, 'refs/heads/main'])).toString('utf8').slice(0, 40)
  expect(head).toBe(world.applier.state().commit)
  const signers = await runGit(world.addresses.git.path, ['show', 'main:vortex/allowed_signers'])
  expect(signers.toString('utf8')).toMatch(/^vortex@vortex\.invalid namespaces="git" ssh-ed25519 /)
})

test('the control address makes services fail and mend', async () => {
  const vortex = clientOf('vortex')
  const look = () => vortex.list({ apiVersion: 'v1', kind: 'Namespace' })
  await look()
  expect((await control('/fault', { service: 'kube', mode: 'down' })).status).toBe(200)
  await expect(look()).rejects.toThrow(/ECONNREFUSED|hang up|closed|ECONNRESET/)
  await control('/fault', { service: 'kube', mode: 'none' })
  expect((await look()).items.length).toBeGreaterThan(3)
  expect((await control('/fault', { service: 'kube', mode: 'cut-watches' })).status).toBe(200)
  expect((await control('/fault', { service: 'moon', mode: 'down' })).status).toBe(400)
  expect((await control('/fault', { service: 'dns', mode: 'slow' })).status).toBe(400)
  const held = (await (await control('/applier', { action: 'hold' })).json()) as { applier: { held: boolean } }
  expect(held.applier.held).toBe(true)
  await control('/applier', { action: 'release' })
  vortex.close()
})

test('a restart goes on with the same world on the same ports', async () => {
  const before = world.addresses
  await world.close()
  world = await startServers({ ...options, layout: { ...options.layout, isRenamed: true } })
  expect(world.isFresh).toBe(false)
  expect(world.addresses).toEqual(before)
  expect(world.layout.isRenamed).toBe(false)
})
