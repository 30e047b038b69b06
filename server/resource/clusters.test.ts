import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { parse, stringify } from 'yaml'
import { isRestricted } from '#lib/access/level.ts'
import { createKubeClient, type KubeClient } from '#sandbox/kube-client.ts'
import { type KubeServer, startKubeServer } from '#sandbox/kube/server.ts'
import type { Database } from '#server/adapter/db/client.ts'
import { openDatabase } from '#server/adapter/db/open.ts'
import { objectChange } from '#server/adapter/db/schema-recorder.ts'
import { createKube } from '#server/adapter/kube/create-kube.ts'
import type { Kube } from '#server/adapter/kube/kube.ts'
import type { Ctx } from '#server/context.ts'
import { listSources } from '#server/health/sources.ts'
import { getObject } from '#server/history/object.ts'
import { objectHistory } from '#server/history/object-history.ts'
import { listHistory } from '#server/history/list.ts'
import { keepRecord } from '#server/recorder/recorder.ts'
import { objectEvents } from '#server/resource/events.ts'
import { listKinds } from '#server/resource/list-kinds.ts'
import { listObjects } from '#server/resource/list-objects.ts'
import { searchObjects } from '#server/resource/search.ts'
import { testWorld } from '#server/testing/approval-world.ts'
import { GROUP, widget, WIDGET_CRD } from '#server/testing/watch-world.ts'

// One kubeconfig, two contexts, two API servers: `near` is decided about, `far` is read.

const users = [{ name: 'admin', username: 'admin', groups: ['system:masters'] }]
const PATIENCE = { timeout: 20_000 }
const NAMES = ['near', 'far'] as const
const WIDGETS = { group: GROUP, kind: 'Widget' }
let directory = ''
let servers: Readonly<Record<'near' | 'far', KubeServer>>
let kubes: Readonly<Record<'near' | 'far', Kube>>
let database: Database
/** Guardian's answer about each cluster. */
const allows = { near: true, far: true }

const open = (name: string, port = 0) => startKubeServer({ dir: join(directory, name), users, port })
const clientOf = (server: KubeServer): KubeClient =>
  createKubeClient({ url: server.url, caPem: server.caPem, token: server.token('admin') })
const refOf = (cluster: string, name = 'shared') => ({ cluster, ...WIDGETS, namespace: 'default', name })

function ctx(): Ctx {
  const { near, far } = kubes
  const base = testWorld(database).ctx('james')
  const check: Ctx['guardian']['check'] = async (_login, { cluster }) => {
    const allowed = cluster === 'far' ? allows.far : allows.near
    return { allowed, reason: `said of ${cluster ?? 'the default'}`, at: Date.now() }
  }
  return { ...base, kube: near, clusters: [near, far], guardian: { ...base.guardian, check } }
}

/** What a person's own kubeconfig looks like: everything that `kubectl config` merged into one file. */
function merged(): string {
  const [one, two] = NAMES.map((name) => {
    // safe: written by the server; each part of it is a list of named things
    const config = parse(servers[name].kubeconfig(['admin'])) as Record<'clusters' | 'users' | 'contexts', { name: string }[]>
    const renamed = (part: keyof typeof config) => config[part].map((each) => ({ ...each, name }))
    return {
      clusters: renamed('clusters'),
      users: renamed('users'),
      contexts: [{ name: `context-of-${name}`, context: { cluster: name, user: name } }],
    }
  })
  const both = (part: 'clusters' | 'users' | 'contexts') => [...(one?.[part] ?? []), ...(two?.[part] ?? [])]
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: both('clusters'),
    users: both('users'),
    contexts: both('contexts'),
    'current-context': 'context-of-near',
  })
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vortex-clusters-'))
  servers = { near: await open('near'), far: await open('far') }
  for (const name of NAMES) {
    const admin = clientOf(servers[name])
    await admin.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } }, 'test')
    await admin.apply(WIDGET_CRD, 'test')
    await admin.apply(widget('shared', { from: `only-${name}` }, { where: name }), 'test')
    await admin.apply(widget(`of-${name}`, { a: 1 }), 'test')
    admin.close()
  }
  const kubeconfig = join(directory, 'kubeconfig')
  await writeFile(kubeconfig, merged())
  const follow = (name: string) => createKube({ kubeconfig, context: `context-of-${name}`, cluster: name })
  kubes = { near: await follow('near'), far: await follow('far') }
  database = await openDatabase('memory:')
  await vi.waitUntil(() => kubes.near.ready() && kubes.far.ready(), PATIENCE)
  await vi.waitUntil(() => NAMES.every((name) => kubes[name].listKind(GROUP, 'Widget').state === 'fresh'), PATIENCE)
}, 60_000)
afterAll(async () => {
  for (const name of NAMES) {
    await kubes[name].stop()
    await servers[name].close()
  }
  await database.close()
  await rm(directory, { recursive: true, force: true })
})

test('each cluster shows its own kinds and objects, and one that is not read is refused by name', async () => {
  const kinds = await listKinds(ctx(), { cluster: 'far' })
  expect(kinds).toMatchObject({ cluster: 'far', clusters: [{ name: 'near' }, { name: 'far' }] })
  expect(kinds.lines.find(({ kind }) => kind === 'Widget')).toMatchObject({ count: 2 })
  expect(await listKinds(ctx(), {})).toMatchObject({ cluster: 'near' })
  const names = async (cluster: object) => (await listObjects(ctx(), { ...WIDGETS, ...cluster })).rows.map(({ ref }) => ref)
  expect(await names({ cluster: 'far' })).toMatchObject([
    { cluster: 'far', name: 'of-far' },
    { cluster: 'far', name: 'shared' },
  ])
  expect(await names({})).toMatchObject([
    { cluster: 'near', name: 'of-near' },
    { cluster: 'near', name: 'shared' },
  ])
  await expect(listObjects(ctx(), { ...WIDGETS, cluster: 'moon' })).rejects.toMatchObject({
    code: 'not_found',
    message: 'This portal reads no cluster moon. It reads near, far.',
  })
})

test('of two objects with one name each page shows its own, and Guardian is asked about its cluster', async () => {
  const there = await getObject(ctx(), refOf('far'))
  expect(there).toMatchObject({ presence: 'there', elsewhere: 'far', yaml: expect.stringContaining('only-far') })
  expect(await getObject(ctx(), refOf('near'))).toMatchObject({ elsewhere: undefined, yaml: expect.stringContaining('only-near') })
  allows.far = false
  try {
    const [closed, open] = [await getObject(ctx(), refOf('far')), await getObject(ctx(), refOf('near'))]
    expect(isRestricted(closed.yaml)).toBe(true)
    expect(open.yaml).toContain('only-near')
    const { rows } = await listObjects(ctx(), { ...WIDGETS, cluster: 'far' })
    expect(rows).toHaveLength(2)
    expect(rows.flatMap(({ cells }) => cells).every(isRestricted)).toBe(true)
    expect(await objectEvents(ctx(), refOf('far'))).toMatchObject({ state: 'read', events: { requiredLevel: 'Operational' } })
    const hits = await searchObjects(ctx(), { q: 'where=far' })
    expect(hits.hits, 'a label that may not be read finds nothing').toEqual([])
  } finally {
    allows.far = true
  }
  expect(await objectEvents(ctx(), refOf('far'))).toMatchObject({ state: 'read', events: [] })
  const typed = await getObject(ctx(), { ...refOf('far'), kind: 'widget' })
  expect(typed, 'a kind typed in lower case is the same').toMatchObject({ presence: 'there', ref: refOf('far') })
  expect(await getObject(ctx(), refOf('moon'))).toMatchObject({ presence: 'unknown', problem: expect.stringContaining('only near, far') })
})

test('a search finds in all clusters and says where', async () => {
  const { hits, kinds } = await searchObjects(ctx(), { q: 'shared' })
  expect(hits).toMatchObject([
    { ref: { cluster: 'near' }, elsewhere: undefined },
    { ref: { cluster: 'far' }, elsewhere: 'far' },
  ])
  expect(kinds).toEqual([])
  expect((await searchObjects(ctx(), { q: 'widget' })).kinds).toMatchObject([{ elsewhere: undefined }, { elsewhere: 'far' }])
  expect((await searchObjects(ctx(), { q: 'where=far' })).hits).toMatchObject([{ elsewhere: 'far', label: 'where=far' }])
})

test('each is recorded under its own name, and the history of one says nothing of the other', async () => {
  const end = new AbortController()
  const lost = new AbortController().signal
  const recorders = NAMES.map((name) => keepRecord({ database, kube: kubes[name] }, { lost }, end.signal))
  const recorded = async () =>
    (await database.db.select().from(objectChange)).map(({ cluster, name, what }) => `${cluster} ${name} ${what}`).toSorted()
  await expect.poll(recorded, PATIENCE).toEqual(['far of-far present', 'far shared present', 'near of-near present', 'near shared present'])
  const admin = clientOf(servers.far)
  await admin.apply(widget('shared', { from: 'changed-far' }, { where: 'far' }), 'test')
  admin.close()
  await expect.poll(recorded, PATIENCE).toContain('far shared changed')
  end.abort()
  await Promise.all(recorders)
  const told = async (cluster: string) => (await objectHistory(ctx(), refOf(cluster))).entries.map(({ what }) => what)
  expect(await told('far')).toHaveLength(2)
  expect(await told('near')).toHaveLength(1)
  allows.far = false
  try {
    const { entries } = await listHistory(ctx(), { source: 'Recorder' })
    const of = (cluster: string) => entries.filter(({ subjects }) => subjects.some(({ ref }) => ref?.cluster === cluster))
    expect(of('far')).toHaveLength(1)
    expect(of('far')[0]?.subjects).toMatchObject([{ text: 'Widget/shared in far' }])
    expect(JSON.stringify(of('far'))).not.toContain('changed-far')
    expect(of('far').every(({ fields }) => isRestricted(fields) || fields === undefined)).toBe(true)
  } finally {
    allows.far = true
  }
})

test('one that goes away says so itself and heals alone, and the other goes on', async () => {
  const states = async () =>
    (await listSources(ctx(), {})).flatMap(({ cluster, state }) => (cluster === undefined ? [] : [`${cluster} ${state}`]))
  expect(await states()).toEqual(['near fresh', 'far fresh'])
  const port = Number(new URL(servers.far.url).port)
  await servers.far.close()
  await expect.poll(states, PATIENCE).toEqual(['near fresh', 'far stale'])
  const far = await listObjects(ctx(), { ...WIDGETS, cluster: 'far' })
  expect(far).toMatchObject({ found: 2, line: { state: 'stale' } })
  expect(await listObjects(ctx(), WIDGETS)).toMatchObject({ line: { state: 'fresh' } })
  servers = { ...servers, far: await open('far', port) }
  await expect.poll(states, PATIENCE).toEqual(['near fresh', 'far fresh'])
}, 60_000)
