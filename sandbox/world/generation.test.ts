import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { meaningOf } from '#lib/kube/resolve.ts'
import { createKubeClient, type KubeClient } from '#sandbox/kube-client.ts'
import { type RunningWorld, startServers } from '#sandbox/servers.ts'
import { contextOf } from '#sandbox/set-up/kubeconfig.ts'
import { auditRows } from '#sandbox/world/audit.ts'
import { inGeneration } from '#sandbox/world/generation.ts'
import { layOut } from '#sandbox/world/lay-out.ts'
import { observedWrites } from '#sandbox/world/observed.ts'
import { story } from '#sandbox/world/story.ts'

const now = new Date()
/** Names of generation C alone: its groups, but for labels, and its kinds. */
const OF_C =
  /(?<![A-Za-z0-9])(?:(?:seam|guardian)\.ontai\.dev(?!\/(?:webhook-mode|dsns-zone))|TalosCluster|LineageRecord|talosclusters|lineagerecords)\b/

test('every text of the world is said in generation B, labels stay, and C is what stands in the files', () => {
  const { commits } = layOut(now, undefined, 0, 'B')
  const texts = commits.flatMap(({ files, message }) => [message, ...[...files].map(([path, text]) => `${path}\n${text}`)])
  const definitions = texts.filter((text) => /^clusters\/[^\n]*customresourcedefinition/.test(text))
  expect(texts.filter((text) => OF_C.test(text))).toEqual([])
  expect(definitions.join()).toContain('kind: InfrastructureTalosCluster')
  expect(texts.join()).toContain('seam.ontai.dev/webhook-mode')
  for (const said of [observedWrites, story, auditRows]) expect(JSON.stringify(said({ now, generation: 'B' }))).not.toMatch(OF_C)
  expect(inGeneration('C')('kind: TalosCluster in seam.ontai.dev')).toBe('kind: TalosCluster in seam.ontai.dev')
  expect(layOut(now)).toEqual(layOut(now, undefined, 0, 'C'))
})

const dir = mkdtempSync(join(tmpdir(), 'world-b-'))
let world: RunningWorld
let admin: KubeClient
beforeAll(async () => {
  const layout = { now: now.toISOString(), isRenamed: false, shiftDays: 0, generation: 'B' } as const
  world = await startServers({ dir, layout, portalUrl: 'http://localhost:3000' })
  admin = createKubeClient(contextOf(world.addresses.kubernetes.kubeconfig, 'admin'))
}, 120_000)
afterAll(async () => {
  admin.close()
  await world.close()
  rmSync(dir, { recursive: true })
})

test('an API server takes all of it, fields that it does not know refused', () => {
  expect(world.applier.state()).toMatchObject({ refused: [], waiting: [], problem: undefined })
})

test('what is served is generation B of the concepts, with the fields that it had', async () => {
  const served = [
    ['infrastructure.ontai.dev', 'RelationshipAdmissionRequest'],
    ['infrastructure.ontai.dev', 'InfrastructureTalosCluster'],
    ['infrastructure.ontai.dev', 'InfrastructureLineageIndex'],
    ['infrastructure.ontai.dev', 'SeamMembership'],
    ['security.ontai.dev', 'RBACProfile'],
    ['security.ontai.dev', 'PermissionSnapshot'],
  ] as const
  for (const [group, kind] of served) {
    const { items } = await admin.list({ apiVersion: `${group}/v1alpha1`, kind })
    expect(items.length, kind).toBeGreaterThan(1)
    expect(meaningOf({ group, kind })?.name.generation).toMatch(/B/)
  }
  for (const group of ['seam', 'guardian'])
    await expect(admin.list({ apiVersion: `${group}.ontai.dev/v1alpha1`, kind: 'Any' })).rejects.toMatchObject({ code: 404 })
  const definition = await admin.get({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    name: 'infrastructuretalosclusters.infrastructure.ontai.dev',
  })
  const text = JSON.stringify(definition?.['spec'])
  for (const field of ['nodeAddresses', 'capiClusterRef', '"capi"']) expect(text).toContain(field)
  for (const field of ['pkiExpiryDate', 'pkiRotationThresholdDays', 'deletionStage']) expect(text).not.toContain(field)
})
