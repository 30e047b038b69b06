import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { parseAllDocuments } from 'yaml'
import type { Viewer } from '#lib/access/viewer.ts'
import { groupOf, type KubeObject } from '#lib/kube/object.ts'
import { refOf } from '#lib/kube/ref.ts'
import { meaningOf } from '#lib/kube/resolve.ts'
import { HEALTHS } from '#lib/kube/summary/reading.ts'
import { type Cluster, isGivenOther, openCluster } from '#sandbox/kube/contract/cluster.ts'
import { startRealKube } from '#sandbox/kube/real/apiserver.ts'
import { findKubeAssets } from '#sandbox/kube/real/assets.ts'
import { openDatabase } from '#server/adapter/db/open.ts'
import type { Database } from '#server/adapter/db/client.ts'
import { createKube } from '#server/adapter/kube/create-kube.ts'
import type { Kube } from '#server/adapter/kube/kube.ts'
import type { Ctx } from '#server/context.ts'
import { getObject } from '#server/history/object.ts'
import { isRestricted } from '#lib/access/level.ts'
import { listKinds } from '#server/resource/list-kinds.ts'
import { listObjects } from '#server/resource/list-objects.ts'
import { searchObjects } from '#server/resource/search.ts'
import { testWorld } from '#server/testing/approval-world.ts'

// What the platform's own repositories hold, as the explorer shows it: every definition of generations B and C, of hats and of Ameide is loaded, and
// every manifest of the lab and of Ameide's samples applied that is a resource of these kinds.

const DATA = join(import.meta.dirname, '../../../shared/data')
const APPLY = 'application/apply-patch+yaml'
const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
const PATIENCE = { timeout: 60_000 }

/** Some files hold comments only, some a list of something else. */
const isManifest = (value: unknown): value is KubeObject =>
  typeof value === 'object' && value !== null && 'apiVersion' in value && 'kind' in value && 'metadata' in value

function documentsIn(folder: string): KubeObject[] {
  const root = join(DATA, folder)
  if (!existsSync(root)) return []
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.ya?ml$/.test(file))
    .toSorted()
    .flatMap((file) => parseAllDocuments(readFileSync(join(root, file), 'utf8')))
    .map((document): unknown => document.toJS())
    .filter(isManifest)
}

type Definition = {
  readonly group: string
  readonly scope: string
  readonly names: { readonly kind: string; readonly plural: string }
}
const documents = ['crds', 'hats', 'ameide', 'lab'].flatMap(documentsIn)
const definitions = documents.filter(({ kind }) => kind === 'CustomResourceDefinition')
const kinds = new Map(
  definitions.map(({ spec }) => {
    const { group, names, scope } = spec as Definition // safe: a CRD is not one without
    return [`${group}/${names.kind}`, { group, kind: names.kind, plural: names.plural, namespaced: scope === 'Namespaced' }]
  }),
)
const kindOf = (object: KubeObject) => kinds.get(`${groupOf(object)}/${object.kind}`)
const manifests = documents.filter((object) => kindOf(object) !== undefined)
if (definitions.length === 0)
  process.stderr.write(`${relative(process.cwd(), DATA)} is not there: the lab's manifests in the explorer are skipped\n`)

const assets = findKubeAssets()
const isReal = isGivenOther() && assets.state === 'found'

/** The sandbox's server, or a real one under `npm run test:cluster`: of our own, because the manifests stand in namespaces with names of their own. */
async function openServer(): Promise<Cluster> {
  if (!isReal) return openCluster('embedded')
  const server = await startRealKube(assets.directory, [{ name: 'admin', username: 'admin', groups: ['system:masters'] }])
  return { ...(await openCluster(server.kubeconfig)), stop: server.stop }
}

async function untilServed(cluster: Cluster, path: string): Promise<void> {
  for (let round = 0; round < 300 && (await cluster.call('GET', path)).code !== 200; round += 1) await sleep(100)
}

/** The path of a manifest once its kind is served. */
async function placeOf(cluster: Cluster, object: KubeObject): Promise<string> {
  const kind = kindOf(object)
  const base = `/apis/${object.apiVersion}`
  await untilServed(cluster, `${base}/${kind?.plural}`)
  return `${base}${kind?.namespaced ? `/namespaces/${namespaceOf(object)}` : ''}/${kind?.plural}/${object.metadata.name}`
}
const namespaceOf = ({ metadata }: KubeObject): string => metadata.namespace ?? 'default'

/** What is said of the health stands in the manifest, or says that nothing does; conditions stand there as type and status. */
function isGrounded(object: KubeObject, words: string): boolean {
  const [, field = '', value = ''] = /^(\w+) is (\w+)\.$/.exec(words) ?? []
  if (field === '') return /^(No status yet|No condition|Objects of this kind report no state|Reported for generation)/.test(words)
  const text = JSON.stringify(object)
  return [`"${field}":"${value}"`, `"${field}":${value}`, `"type":"${field}","status":"${value}"`].some((said) => text.includes(said))
}

async function fill(cluster: Cluster): Promise<void> {
  // Two folders hold some of the names in different states, as a cluster sees them over an upgrade.
  for (const { metadata, ...rest } of definitions) {
    const options = { type: APPLY, body: JSON.stringify({ metadata, ...rest }) }
    const { code, text } = await cluster.call('PATCH', `${CRDS}/${metadata.name}?fieldManager=lab&force=true`, options)
    expect(code < 300 ? 'accepted' : text).toBe('accepted')
  }
  for (const name of new Set(manifests.map(namespaceOf)))
    await cluster.call('POST', '/api/v1/namespaces', { body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name } } })
  for (const object of manifests) {
    const options = { type: APPLY, body: JSON.stringify(object) }
    const { code, text } = await cluster.call('PATCH', `${await placeOf(cluster, object)}?fieldManager=lab&force=true`, options)
    expect(code < 300 ? 'accepted' : text).toBe('accepted')
  }
}

describe.skipIf(definitions.length === 0)(
  `the manifests of the lab in the explorer, with ${isReal ? 'a real' : 'the embedded'} API server`,
  () => {
    let cluster: Cluster
    let kube: Kube
    let database: Database
    let ctx: Ctx
    beforeAll(async () => {
      cluster = await openServer()
      await fill(cluster)
      database = await openDatabase('memory:')
      kube = await createKube({ kubeconfig: cluster.kubeconfig, context: undefined, cluster: 'lab' })
      await vi.waitUntil(() => kube.ready(), PATIENCE)
      const viewer: Viewer = { kind: 'person', login: 'james', name: 'James', groups: ['platform'] }
      ctx = { ...testWorld(database).ctx('james'), kube, clusters: [kube], viewer }
    }, 240_000)
    afterAll(async () => {
      await kube.stop()
      await database.close()
      await cluster.stop()
    })

    test('every definition is a kind of the explorer, under the concept that the contracts describe', async () => {
      expect(manifests.length).toBeGreaterThan(10)
      // A kind that was defined a moment ago is listed, but a real server refuses to watch it (429) until its storage is ready.
      const troubled = async () => (await listKinds(ctx, {})).lines.filter(({ problem }) => problem !== undefined)
      await expect.poll(troubled, PATIENCE).toEqual([])
      const { lines } = await listKinds(ctx, {})
      for (const { group, kind } of kinds.values()) {
        const line = lines.find((each) => each.group === group && each.kind === kind)
        const meaning = meaningOf({ group, kind })
        expect({ kind, described: meaning !== undefined, other: line === undefined || line.shelf === 'Other kinds' }).toEqual({
          kind,
          described: true,
          other: false,
        })
        expect(line?.generation).toBe(meaning?.name.generation)
      }
    })

    test.each(manifests.map((object) => [object.kind, object.metadata.name, object] as const))(
      '%s %s stands in its list, is found by name, and has a summary in its own terms',
      async (_kind, name, object) => {
        const { group = '', kind = '' } = kindOf(object) ?? {}
        const ref = { ...refOf('lab', object), namespace: kindOf(object)?.namespaced ? namespaceOf(object) : '' }
        const { rows } = await listObjects(ctx, { group, kind, q: name, namespace: ref.namespace })
        const row = rows.find((each) => each.ref.name === name)
        expect(row).toMatchObject({ ref })
        expect(row?.cells.some(isRestricted)).toBe(false)
        expect(HEALTHS).toContain(row?.health)
        expect(row?.words).toMatch(/\S \S.*\.$/)
        const { hits } = await searchObjects(ctx, { q: `${kind} ${name}` })
        expect(hits.map((hit) => hit.ref.name)).toContain(name)

        const page = await getObject(ctx, ref)
        expect(page).toMatchObject({ presence: 'there', health: { is: row?.health, words: row?.words } })
        expect(page.generation).toBe(meaningOf({ group, kind })?.name.generation)
        expect(page.own, 'facts in the terms of the kind').toEqual(
          expect.arrayContaining([{ label: expect.stringMatching(/\S/), value: expect.stringMatching(/\S/) }]),
        )
        expect(isGrounded(object, page.health?.words ?? ''), page.health?.words).toBe(true)
      },
    )

    test('what an operator reports turns unknown into a state with its reason', async () => {
      const membership = manifests.find(({ kind }) => kind === 'SeamMembership')
      if (membership === undefined) throw new Error('the lab has no membership')
      const ref = refOf('lab', membership)
      const said = async () => (await getObject(ctx, ref)).health
      const report = async (admitted: boolean) =>
        cluster.call('PATCH', `${await placeOf(cluster, membership)}/status`, {
          type: 'application/merge-patch+json',
          body: { status: { admitted } },
        })
      expect((await report(false)).code).toBe(200)
      await expect.poll(said, PATIENCE).toMatchObject({ is: 'caution', words: 'admitted is false.' })
      expect((await report(true)).code).toBe(200)
      await expect.poll(said, PATIENCE).toMatchObject({ is: 'ok', words: 'admitted is true.' })
    })
  },
)
