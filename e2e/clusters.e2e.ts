import { readdir, readFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { expect, test } from '@playwright/test'
import { parse } from 'yaml'
import { createKubeClient, type KubeObject } from '#sandbox/kube-client.ts'
import { type KubeServer, startKubeServer } from '#sandbox/kube/server.ts'
import { useWorld } from './world.ts'

// The portal decides about one cluster and reads others: here a tenant with an API server of its own.

const TENANT = 'ccs-dev'
const DEFINITIONS = join(import.meta.dirname, '../sandbox/world/crd')
const users = [
  { name: 'admin', username: 'admin', groups: ['system:masters'] },
  { name: 'reader', username: 'vortex', groups: ['system:masters'] },
]
let directory = ''
let port = 0
let tenant: KubeServer | undefined

const open = async (): Promise<KubeServer> => {
  const server = await startKubeServer({ dir: join(directory, 'tenant'), users, port })
  port = Number(new URL(server.url).port)
  return server
}
const snapshot = (name: string): KubeObject => ({
  apiVersion: 'guardian.ontai.dev/v1alpha1',
  kind: 'PermissionSnapshot',
  metadata: { name, namespace: 'ont-system' },
  spec: { targetCluster: TENANT, version: '2026-11-20T00:00:00Z', generatedAt: '2026-11-20T00:00:00Z' },
})

async function apply(objects: readonly KubeObject[]): Promise<void> {
  if (tenant === undefined) throw new Error('the tenant is not there')
  const admin = createKubeClient({ url: tenant.url, caPem: tenant.caPem, token: tenant.token('admin') })
  for (const object of objects) await admin.apply(object, 'test')
  admin.close()
}

async function startTenant(): Promise<string> {
  directory = await mkdtemp(join(tmpdir(), 'vortex-tenant-'))
  tenant = await open()
  const file = (await readdir(DEFINITIONS)).find((name) => name.startsWith('permissionsnapshots.')) ?? ''
  const definition = parse(await readFile(join(DEFINITIONS, file), 'utf8')) as KubeObject // safe: a definition of the sandbox
  await apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'ont-system' } }, definition, snapshot('of-the-tenant')])
  const kubeconfig = join(directory, 'kubeconfig')
  await writeFile(kubeconfig, tenant.kubeconfig(['reader']))
  return kubeconfig
}

const world = useWorld({
  portalEnv: async () => ({
    VORTEX_CLUSTERS: `${TENANT}=reader`,
    VORTEX_CLUSTERS_KUBECONFIG: directory === '' ? await startTenant() : join(directory, 'kubeconfig'),
  }),
})
test.afterAll(async () => {
  await tenant?.close()
  await rm(directory, { recursive: true, force: true })
})

test('a tenant is explored beside the cluster that is decided about, live, and its silence is its own', async ({ browser }) => {
  const lena = await world.as(browser, 'lena.fischer')
  await lena.goto(`${world.info().portal.url}/resources`)
  const choice = lena.getByRole('navigation', { name: 'Clusters' })
  await expect(choice.getByText('ccs-mgmt')).toHaveAttribute('aria-current', 'page')
  await choice.getByRole('link', { name: TENANT }).click()
  await expect(lena).toHaveURL(new RegExp(`cluster=${TENANT}`))
  await expect(choice.getByText(TENANT)).toHaveAttribute('aria-current', 'page')
  await expect(lena.getByRole('table', { name: 'Domain core' })).toHaveCount(0)
  expect((await new AxeBuilder({ page: lena }).analyze()).violations).toEqual([])

  await lena.getByRole('link', { name: 'PermissionSnapshot' }).click()
  await expect(lena.getByText(`Cluster ${TENANT}`)).toBeVisible()
  const rows = lena.locator('main table .row-link')
  await expect(rows).toHaveText(['of-the-tenant'])
  await lena.getByLabel('Filter by name or text').fill('zzz')
  await expect(rows).toHaveCount(0)
  await lena.getByRole('link', { name: 'Clear the filters' }).click()
  await expect(rows).toHaveText(['of-the-tenant'])
  await apply([snapshot('made-just-now')])
  await expect(rows, 'what happens there is seen without a reload').toHaveText(['made-just-now', 'of-the-tenant'])

  await rows.first().click()
  await expect(lena).toHaveURL(new RegExp(`/objects/${TENANT}/`))
  await expect(lena.getByText('In the cluster', { exact: true })).toBeVisible()
  await expect(lena.getByRole('region', { name: 'History' }).getByText('Recorder').first()).toBeVisible()

  await lena.keyboard.press('Control+k')
  await lena.getByRole('combobox', { name: 'Find or do' }).fill('of-the-tenant')
  await expect(lena.getByRole('option', { name: new RegExp(`of ${TENANT}`) })).toBeVisible()
  await lena.keyboard.press('Escape')

  await tenant?.close()
  const ages = lena.getByRole('list', { name: 'Age of the sources' })
  await expect(ages.getByText(new RegExp(`Kubernetes ${TENANT} .*old`))).toBeVisible({ timeout: 45_000 })
  await lena.goto(`${world.info().portal.url}/approvals`)
  await expect(lena.getByRole('heading', { level: 1 })).toBeVisible()
  const answer = await lena.request.get(`${world.info().portal.url}/api/health/ready`)
  expect(answer.status(), 'the portal is ready without it').toBe(200)
  tenant = await open()
  await expect(ages.getByText(new RegExp(`Kubernetes ${TENANT} .*old`))).toHaveCount(0, { timeout: 45_000 })
})
