import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Operator, startOperator } from '#operator/operator.ts'
import { readSettings } from '#operator/settings.ts'
import { createKubeClient, type KubeClient } from '#sandbox/kube-client.ts'
import { type RunningWorld, startServers } from '#sandbox/servers.ts'
import { contextOf } from '#sandbox/set-up/kubeconfig.ts'

// Where the platform serves its kinds as it did before it renamed them: clusters and requests have another kind or group.

const PATIENCE = { timeout: 60_000 }
const dir = mkdtempSync(join(tmpdir(), 'operator-b-'))
let world: RunningWorld
let operator: Operator
let admin: KubeClient

beforeAll(async () => {
  const layout = { now: new Date().toISOString(), isRenamed: false, shiftDays: 0, generation: 'B' } as const
  world = await startServers({ dir, layout, portalUrl: 'http://localhost:3000' })
  const { kubeconfig } = world.addresses.kubernetes
  admin = createKubeClient(contextOf(kubeconfig, 'admin'))
  operator = await startOperator(readSettings({ VORTEX_KUBECONFIG: kubeconfig, VORTEX_KUBE_CONTEXT: 'operator' }))
}, 120_000)
afterAll(async () => {
  await operator.stop()
  admin.close()
  await world.close()
  rmSync(dir, { recursive: true })
})

const statusOf = async (apiVersion: string, kind: string, namespace: string, name: string): Promise<unknown> =>
  (await admin.get({ apiVersion: `${apiVersion}/v1alpha1`, kind, namespace, name }))?.['status']

test('an application stands on a cluster of an older generation', async () => {
  const of = (kind: string) => () => statusOf('app.ontai.dev', kind, 'payments', 'pgw-production')
  await expect.poll(of('AppBoundary'), PATIENCE).toMatchObject({ ready: true })
  await expect.poll(of('AppProfile'), PATIENCE).toMatchObject({ ready: true, currentPhase: 'ProfileCompletion' })
})

test('a request of an older generation is evaluated', async () => {
  const request = () => statusOf('infrastructure.ontai.dev', 'RelationshipAdmissionRequest', 'seam-system', 'rar-cs-observes-pgw')
  await expect.poll(request, PATIENCE).toMatchObject({ phase: 'AwaitingApproval', evaluation: { riskTier: 'High' } })
})
