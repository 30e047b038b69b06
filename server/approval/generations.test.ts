import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { ServedKind } from '#lib/kube/concept.ts'
import { mergeGenerations } from '#lib/kube/merge-generations.ts'
import { groupOf, type KubeObject } from '#lib/kube/object.ts'
import type { Database } from '#server/adapter/db/client.ts'
import { openDatabase } from '#server/adapter/db/open.ts'
import { castVote } from '#server/approval/cast-vote.ts'
import { getRequest } from '#server/approval/get.ts'
import { openRequests, type RequestRow, votesOf } from '#server/approval/repo.ts'
import { syncRequests } from '#server/approval/sync.ts'
import type { Ctx } from '#server/context.ts'
import { entriesOfRequest } from '#server/ledger/list.ts'
import { verifyLedger } from '#server/ledger/verify.ts'
import { testWorld, type TestWorld } from '#server/testing/approval-world.ts'

const RATIONALE = {
  checked: 'Read both policies and the diff.',
  acceptable: 'It reads only and both agree.',
  undo: 'Revert the relationship file.',
}
const [NEW, OLD] = ['seam.ontai.dev', 'infrastructure.ontai.dev'] as const

let database: Database
let world: TestWorld
/** The requests of each generation that the cluster shows now. */
let shown: Record<typeof NEW | typeof OLD, readonly KubeObject[]>
beforeAll(async () => {
  database = await openDatabase('memory:')
})
afterAll(() => database.close())
beforeEach(() => {
  world = testWorld(database)
  shown = { [NEW]: [], [OLD]: [] }
})

const isRequest = ({ kind }: { readonly kind: string }): boolean => kind === 'RelationshipAdmissionRequest'
const kindIn = (group: string): ServedKind => ({
  group,
  version: 'v1alpha1',
  kind: 'RelationshipAdmissionRequest',
  plural: 'relationshipadmissionrequests',
  namespaced: true,
})

/** Both generations served at once, as the reflectors show them. */
function ctx(login: string, kind: 'person' | 'system' = 'person'): Ctx {
  const plain = world.ctx(login, kind)
  const of = (group: string, namespace: string, name: string): KubeObject | undefined =>
    Object.entries(shown)
      .find(([each]) => each === group)?.[1]
      .find(({ metadata }) => metadata.name === name && metadata.namespace === namespace)
  return {
    ...plain,
    kube: {
      ...plain.kube,
      servedKinds: () => [kindIn(NEW), kindIn(OLD), ...plain.kube.servedKinds().filter((each) => !isRequest(each))],
      list: (concept) =>
        concept === 'rar'
          ? { state: 'fresh', value: mergeGenerations([shown[NEW], shown[OLD]]), at: Date.now() }
          : plain.kube.list(concept),
      get: (group, name, namespace, called) =>
        isRequest({ kind: name })
          ? { state: 'fresh', value: of(group, namespace, called), at: Date.now() }
          : plain.kube.get(group, name, namespace, called),
      fetch: async (each, namespace, name) => (isRequest(each) ? of(each.group, namespace, name) : plain.kube.fetch(each, namespace, name)),
    },
  }
}
const sync = (): Promise<void> => syncRequests(ctx('system', 'system'))
const open = async (name: string): Promise<readonly RequestRow[]> => (await openRequests(database.db)).filter((row) => row.name === name)
const only = async (name: string): Promise<RequestRow> => {
  const [row, ...more] = await open(name)
  if (row === undefined || more.length > 0) throw new Error(`${more.length + (row === undefined ? 0 : 1)} open requests ${name}`)
  return row
}
const inGroup = (object: KubeObject, group: string, uid: string): KubeObject => ({
  ...object,
  apiVersion: `${group}/v1alpha1`,
  metadata: { ...object.metadata, uid },
})
const standing = (name: string): KubeObject => {
  const found = world.objects.find((object) => isRequest(object) && object.metadata.name === name)
  if (found === undefined) throw new Error(`no object ${name}`)
  return found
}
async function filedOld(name: string): Promise<RequestRow> {
  world.request(name)
  shown[OLD] = [inGroup(standing(name), OLD, `${name}-old`)]
  await sync()
  const row = await only(name)
  expect(row).toMatchObject({ group: OLD, uid: `${name}-old` })
  return row
}
const newerComes = (name: string): void => {
  shown[NEW] = [inGroup(standing(name), NEW, `${name}-new`)]
}

test('a request that comes in a newer generation is asked about once: under the new one, with what was voted before on record', async () => {
  const old = await filedOld('rar-twice')
  const { digest = '' } = await getRequest(ctx('maria'), { id: old.id })
  await castVote(ctx('maria'), { id: old.id, digest, verdict: 'approve', ...RATIONALE })
  await sync()
  newerComes('rar-twice')
  await sync()
  expect(await only('rar-twice')).toMatchObject({ group: NEW, uid: 'rar-twice-new' })
  const view = await getRequest(ctx('maria'), { id: old.id })
  expect(view.state).toBe('withdrawn')
  expect((await votesOf(database.db, [old.id])).map(({ state }) => state)).not.toContain('counted')
  const [last] = await entriesOfRequest(database.db, old.id, 100)
  expect(last).toMatchObject({ action: 'relationship.withdrawn' })
  expect(JSON.stringify(last)).toContain(`stands in the group ${NEW} now`)
  await sync()
  expect(await open('rar-twice'), 'and it stays so').toHaveLength(1)
  expect((await verifyLedger(database.db)).problem).toBeUndefined()
})

test('a vote on the older one does not count any more, even before anybody looked', async () => {
  const old = await filedOld('rar-late')
  const { digest = '' } = await getRequest(ctx('maria'), { id: old.id })
  newerComes('rar-late')
  await expect(castVote(ctx('maria'), { id: old.id, digest, verdict: 'approve', ...RATIONALE })).rejects.toMatchObject({
    code: expect.stringMatching(/conflict|forbidden/),
  })
  expect(await votesOf(database.db, [old.id])).toEqual([])
})

test('that the newer one is gone, or only an older one is there, ends nothing by this rule', async () => {
  world.request('rar-back')
  newerComes('rar-back')
  await sync()
  const row = await only('rar-back')
  shown[OLD] = [inGroup(standing('rar-back'), OLD, 'rar-back-old')]
  await sync()
  expect(await only('rar-back')).toMatchObject({ id: row.id, group: NEW })
  expect(groupOf(standing('rar-back'))).not.toBe(OLD)
})
