import { describe, expect, it } from 'vitest'
import { isRestricted } from '#lib/access/level.ts'
import type { ServedKind } from '#lib/kube/concept.ts'
import type { KubeObject } from '#lib/kube/object.ts'
import type { Sourced } from '#lib/sourced.ts'
import type { Ctx } from '#server/context.ts'
import { listKinds } from '#server/resource/list-kinds.ts'
import { listObjects } from '#server/resource/list-objects.ts'
import { searchObjects } from '#server/resource/search.ts'

const kind = (group: string, name: string, plural = `${name.toLowerCase()}s`): ServedKind => ({
  group,
  version: 'v1alpha1',
  kind: name,
  plural,
  namespaced: true,
})
const CLUSTER = kind('seam.ontai.dev', 'TalosCluster')
const OLD_CLUSTER = kind('infrastructure.ontai.dev', 'InfrastructureTalosCluster')
const MACHINE = kind('platform.ontai.dev', 'MachineConfig')
const THING = kind('example.org', 'Thing')
const CRD = { ...kind('apiextensions.k8s.io', 'CustomResourceDefinition'), version: 'v1', namespaced: false }
const MAP = { ...kind('', 'ConfigMap'), version: 'v1' }
const KINDS = [CLUSTER, OLD_CLUSTER, MACHINE, THING, CRD, MAP]

const of = ({ group, version, kind: name }: ServedKind, metadata: object, rest: object = {}): KubeObject => ({
  apiVersion: group === '' ? version : `${group}/${version}`,
  kind: name,
  metadata: { name: 'x', namespace: 'seam-system', ...metadata },
  ...rest,
})
const definition = ({ plural, group }: ServedKind, columns: readonly object[]): KubeObject => ({
  ...of(CRD, { name: `${plural}.${group}`, namespace: undefined }),
  spec: { versions: [{ name: 'v1alpha1', additionalPrinterColumns: columns }] },
})
const ready = (status: string) => ({ conditions: [{ type: 'Ready', status, reason: 'ZebraReason', message: 'm' }] })
const cluster = (index: number): KubeObject =>
  of(
    CLUSTER,
    {
      name: `cluster-${String(index).padStart(3, '0')}`,
      namespace: index % 2 === 0 ? 'even' : 'odd',
      labels: { tier: index % 10 === 0 ? 'ZEBRA' : 'plain' },
      creationTimestamp: new Date(Date.UTC(2026, 0, 1, 0, index)).toISOString(),
    },
    { spec: { mode: `mode-${200 - index}`, nodes: 200 - index }, status: ready(index % 4 === 0 ? 'False' : 'True') },
  )

const OBJECTS: readonly KubeObject[] = [
  ...Array.from({ length: 120 }, (_, index) => cluster(index)),
  of(OLD_CLUSTER, { name: 'old' }),
  of(MACHINE, { name: 'node-1' }, { spec: { role: 'worker', machine: { token: 'ZEBRA' } } }),
  of(THING, { name: 'thing' }, { spec: { a: 1 } }),
  of(MAP, { name: 'settings' }),
  definition(CLUSTER, [
    { name: 'Mode', type: 'string', jsonPath: '.spec.mode' },
    { name: 'Nodes', type: 'integer', jsonPath: '.spec.nodes' },
    { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
    { name: 'Wide', type: 'string', jsonPath: '.spec.wide', priority: 1 },
    { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
  ]),
  definition(MACHINE, [
    { name: 'Role', type: 'string', jsonPath: '.spec.role' },
    { name: 'Token', type: 'string', jsonPath: '.spec.machine.token' },
  ]),
]

type Options = {
  readonly allowed?: boolean
  readonly down?: string
  readonly kinds?: readonly ServedKind[]
  readonly builtIn?: readonly ServedKind[]
  readonly unopened?: Set<string>
}

/** Only what these verbs touch; everything else would fail loudly. */
function world({ allowed = true, down, kinds = KINDS, builtIn = [], unopened = new Set() }: Options = {}): Ctx {
  const listKind = (group: string, name: string): Sourced<readonly KubeObject[]> =>
    down === name
      ? { state: 'down', problem: 'listing is forbidden (403)' }
      : {
          state: 'fresh',
          at: 0,
          value: OBJECTS.filter((one) => one.kind === name && one.apiVersion.startsWith(group)),
        }
  const get = (group: string, name: string, namespace: string, called: string): Sourced<KubeObject | undefined> => {
    const all = listKind(group, name)
    return all.state === 'down'
      ? all
      : { ...all, value: all.value.find(({ metadata }) => metadata.name === called && (metadata.namespace ?? '') === namespace) }
  }
  const parts = {
    kube: {
      cluster: 'ccs-mgmt',
      servedKinds: () => kinds,
      builtInKinds: () => builtIn,
      isLeftOut: (_group: string, name: string) => unopened.has(name),
      follow: async (_group: string, name: string) => void unopened.delete(name),
      served: () => undefined,
      listKind,
      list: () => ({ state: 'fresh', at: 0, value: [] }),
      get,
      age: () =>
        kinds.length === 0
          ? { source: 'Kubernetes', state: 'down', at: undefined, problem: 'connection refused' }
          : { source: 'Kubernetes', state: 'fresh', at: 0, problem: undefined },
    },
    guardian: { check: async () => ({ allowed, reason: 'said so', at: 0 }) },
    git: {
      url: `resource-test`,
      head: async () => 'commit',
      read: async () => new TextEncoder().encode('schema: vortex-policy/1\n'),
      age: () => ({ source: 'Git', state: 'fresh', at: 0, problem: undefined }),
    },
    viewer: { kind: 'person', login: 'maria.santos', name: 'Maria', groups: [] },
    requestId: 'r',
    now: new Date(0),
  }
  return { ...parts, clusters: [parts.kube] } as unknown as Ctx // safe: a test double that holds only what these verbs read
}
const clusters = (asked: object = {}, options: Options = {}) =>
  listObjects(world(options), { group: CLUSTER.group, kind: CLUSTER.kind, ...asked })
const names = async (asked: object, options: Options = {}) => (await clusters(asked, options)).rows.map(({ ref }) => ref.name)

describe('the kinds', () => {
  it('are counted with their health, badged by generation, and the strangers are there', async () => {
    const { lines, missing, problem } = await listKinds(world(), {})
    const line = (name: string) => lines.find((each) => each.kind === name)
    expect(line('TalosCluster')).toMatchObject({
      shelf: 'Platform',
      generation: 'C',
      among: 'best',
      count: 120,
      health: { ok: 90, caution: 30 },
    })
    expect(line('InfrastructureTalosCluster')).toMatchObject({ known: 'TalosCluster', generation: 'B', among: 'older', count: 1 })
    expect(line('Thing')).toMatchObject({ shelf: 'Other kinds', generation: undefined, among: 'only' })
    expect(line('ConfigMap')).toMatchObject({ shelf: 'Kubernetes', group: '' })
    expect(missing.map((each) => each.kind)).toEqual(expect.arrayContaining(['RunnerConfig', 'Hat']))
    expect(missing.map((each) => each.kind)).not.toContain('TalosCluster')
    expect(problem).toBeUndefined()
  })

  it('are filtered by words of their names and groups, and by one group', async () => {
    const kinds = async (asked: object) => (await listKinds(world(), asked)).lines.map((line) => line.kind)
    expect(await kinds({ q: 'TALOS' })).toEqual(['InfrastructureTalosCluster', 'TalosCluster'])
    expect(await kinds({ q: 'ontai machine' })).toEqual(['MachineConfig'])
    expect(await kinds({ q: 'configmaps core' })).toEqual(['ConfigMap'])
    expect(await kinds({ group: 'example.org' })).toEqual(['Thing'])
    expect(await kinds({ group: 'core' })).toEqual(['ConfigMap'])
    expect(await listKinds(world(), { q: 'nothing' })).toMatchObject({ lines: [], found: 0, total: KINDS.length })
    await expect(kinds({ q: 'x'.repeat(254) })).rejects.toMatchObject({ code: 'invalid', fields: [{ field: 'q' }] })
  })

  it('are folded into groups where they are thousands, and each is on some page', async () => {
    const strangers = Array.from({ length: 1_000 }, (_, at) => kind(`g${at % 120}.example.org`, `Kind${at}`))
    const many = () => world({ kinds: [...KINDS, ...strangers] })
    const pages = await Promise.all(['1', '2'].map((page) => listKinds(many(), { page })))
    expect(pages.map(({ lines }) => lines.map((line) => line.kind))).toEqual([
      expect.arrayContaining(['TalosCluster', 'MachineConfig', 'ConfigMap']),
      expect.arrayContaining(['TalosCluster', 'MachineConfig', 'ConfigMap']),
    ])
    const groups = pages.flatMap((page) => page.groups.map(({ group }) => group))
    const inGroups = await Promise.all(groups.map(async (group) => (await listKinds(many(), { group })).lines))
    expect(new Set(inGroups.flat().map((line) => line.kind)).size).toBe(1_001)
    expect((await listKinds(many(), { q: 'kind777 g57' })).lines.map((line) => line.kind)).toEqual(['Kind777'])
  })

  it('are counted anew when a list changes', async () => {
    const counted = async (objects: readonly KubeObject[]) => {
      const ctx = world({ kinds: [THING] })
      const kube = { ...ctx.kube, listKind: () => ({ state: 'fresh' as const, at: 0, value: objects }) }
      return (await listKinds({ ...ctx, kube }, {})).lines[0]?.health
    }
    const one = of(THING, { name: 'one' }, { status: ready('True') })
    const list = [one]
    expect(await counted(list)).toMatchObject({ ok: 1, caution: 0 })
    expect(await counted(list)).toMatchObject({ ok: 1, caution: 0 })
    expect(await counted([one, of(THING, { name: 'two' }, { status: ready('False') })])).toMatchObject({ ok: 1, caution: 1 })
  })

  it('say why one cannot be read', async () => {
    const { lines } = await listKinds(world({ down: 'Thing' }), {})
    expect(lines.find((each) => each.kind === 'Thing')).toMatchObject({ state: 'down', problem: 'listing is forbidden (403)', count: 0 })
    expect((await listObjects(world({ down: 'Thing' }), { group: 'example.org', kind: 'Thing' })).line.problem).toMatch(/forbidden/)
  })

  it('of a silent cluster are not called missing', async () => {
    expect(await listKinds(world({ kinds: [] }), {})).toMatchObject({ lines: [], missing: [], problem: 'connection refused' })
  })
})

describe('a kind of the API server itself', () => {
  const POD = { ...kind('', 'Pod'), version: 'v1' }
  const unopened = () => ({ kinds: [...KINDS], builtIn: [POD], unopened: new Set(['Pod']) })

  it('stands on the shelf of Kubernetes, and that nobody opened it is no fault', async () => {
    const { lines } = await listKinds(world(unopened()), {})
    expect(lines.find((line) => line.kind === 'Pod')).toMatchObject({
      shelf: 'Kubernetes',
      state: 'unopened',
      count: 0,
      problem: undefined,
    })
    expect(lines.filter(({ state }) => state === 'unopened')).toHaveLength(1)
  })

  it('is followed once somebody opens it', async () => {
    const ctx = world(unopened())
    expect((await listObjects(ctx, { group: 'core', kind: 'pod' })).line).toMatchObject({ kind: 'Pod', state: 'fresh' })
    expect((await listKinds(ctx, {})).lines.find((line) => line.kind === 'Pod')).toMatchObject({ state: 'fresh' })
  })

  it('is found by its name, and makes no search fall silent', async () => {
    expect(await searchObjects(world(unopened()), { q: 'pod' })).toMatchObject({
      kinds: [{ group: '', kind: 'Pod' }],
      silent: [],
      unopened: 1,
    })
  })
})

describe('the objects of a kind', () => {
  it('come by pages of fifty with the columns of the definition', async () => {
    const first = await clusters()
    expect(first).toMatchObject({ found: 120, page: 1, pages: 3, columnsFrom: 'definition', closed: false, namespaces: ['even', 'odd'] })
    expect(first.columns.map(({ title }) => title)).toEqual(['Mode', 'Nodes', 'Ready'])
    expect(first.rows).toHaveLength(50)
    expect(first.rows[0]).toMatchObject({ health: 'caution', words: 'Ready is False.', cells: ['mode-200', '200', 'False'] })
    const all = await Promise.all(['1', '2', '3'].map((page) => names({ page })))
    expect(new Set(all.flat()).size).toBe(120)
    expect(await clusters({ page: '999' })).toMatchObject({ page: 3 })
    expect(await clusters({ page: 'x' })).toMatchObject({ page: 1 })
  })

  it('are sorted here, numbers as numbers', async () => {
    expect((await names({ sort: 'c1' }))[0]).toBe('cluster-119')
    expect((await names({ sort: '-c1' }))[0]).toBe('cluster-000')
    expect((await names({ sort: 'age' }))[0]).toBe('cluster-119')
    expect((await names({ sort: '-name' }))[0]).toBe('cluster-119')
    expect((await clusters({ sort: 'health' })).rows[0]?.health).toBe('caution')
    expect((await names({ sort: 'nonsense' }))[0]).toBe('cluster-000')
  })

  it.each([
    [{ namespace: 'even' }, 60],
    [{ label: 'tier=ZEBRA' }, 12],
    [{ label: 'tier in (ZEBRA,none),tier!=plain' }, 12],
    [{ condition: 'Ready=False' }, 30],
    [{ condition: 'ready!=true' }, 30],
    [{ condition: 'Degraded=absent' }, 120],
    [{ health: 'caution' }, 30],
    [{ q: 'cluster-01' }, 10],
    [{ q: 'mode-81' }, 1],
    [{ namespace: 'even', label: 'tier=ZEBRA', health: 'ok' }, 6],
    [{ q: 'nowhere' }, 0],
  ])('are filtered by %j', async (asked, found) => {
    expect((await clusters(asked)).found).toBe(found)
  })

  it.each([
    ['label', '=x'],
    ['condition', 'Ready=maybe'],
  ])('refuse a %s that cannot be read, naming the field and the way out', async (field, text) => {
    await expect(clusters({ [field]: text })).rejects.toMatchObject({ code: 'invalid', fields: [{ field, message: /Write / }] })
  })

  it('of a kind that is not served are not found; the core group is called core', async () => {
    await expect(listObjects(world(), { group: 'example.org', kind: 'Nothing' })).rejects.toMatchObject({ code: 'not_found' })
    expect(await listObjects(world(), { group: 'core', kind: 'ConfigMap' })).toMatchObject({ found: 1 })
  })

  it('without columns of their definition show what the portal knows of the kind', async () => {
    const old = await listObjects(world(), { group: OLD_CLUSTER.group, kind: OLD_CLUSTER.kind })
    expect(old.columnsFrom).toBe('portal')
  })

  it('never show key material, nor let a filter find it', async () => {
    const machines = { group: MACHINE.group, kind: MACHINE.kind }
    expect(JSON.stringify(await listObjects(world(), machines))).not.toContain('ZEBRA')
    expect((await listObjects(world(), { ...machines, q: 'zebra' })).found).toBe(0)
  })
})

describe('whoever may not read them', () => {
  const closed = { allowed: false }

  it('sees every object, its health and that the rest is restricted', async () => {
    const page = await clusters({}, closed)
    expect(page).toMatchObject({ found: 120, closed: false })
    for (const row of page.rows) {
      expect(row.cells.every(isRestricted)).toBe(true)
    }
    expect(JSON.stringify(page)).not.toMatch(/Zebra|mode-/i)
  })

  it('learns nothing from a filter or an order over what is hidden, and is told so', async () => {
    expect(await clusters({ label: 'tier=ZEBRA' }, closed)).toMatchObject({ found: 0, closed: true })
    expect(await clusters({ label: 'tier!=ZEBRA' }, closed)).toMatchObject({ found: 0, closed: true })
    expect(await clusters({ q: 'mode-81' }, closed)).toMatchObject({ found: 0, closed: true })
    expect(await names({ sort: 'c1' }, closed)).toEqual(await names({}, closed))
    expect(await names({ sort: '-c1' }, closed)).toEqual(await names({}, closed))
    expect((await clusters({ q: 'cluster-01' }, closed)).found).toBe(10)
  })

  it('finds by name and kind, never by label', async () => {
    expect((await searchObjects(world(), { q: 'tier=zebra' })).hits).toHaveLength(12)
    expect((await searchObjects(world(closed), { q: 'tier=zebra' })).hits).toEqual([])
    expect((await searchObjects(world(closed), { q: 'cluster-007' })).hits).toHaveLength(1)
  })
})

describe('the search', () => {
  it('puts the very name first and takes words in any order', async () => {
    const { hits, more } = await searchObjects(world(), { q: 'cluster-007' })
    expect(hits[0]?.ref).toMatchObject({ kind: 'TalosCluster', namespace: 'odd', name: 'cluster-007' })
    expect(more).toBe(false)
    expect((await searchObjects(world(), { q: 'odd taloscluster 00' })).hits.every(({ ref }) => ref.namespace === 'odd')).toBe(true)
    expect(await searchObjects(world(), { q: 'cluster-' })).toMatchObject({ more: true })
  })

  it('finds kinds, says which label it was, and names the kinds it could not look through', async () => {
    const found = await searchObjects(world({ down: 'Thing' }), { q: 'thing' })
    expect(found).toMatchObject({ kinds: [{ group: 'example.org', kind: 'Thing' }], silent: ['Thing'] })
    expect((await searchObjects(world(), { q: 'zebra' })).hits[0]?.label).toBe('tier=ZEBRA')
  })

  it.each(['', '   ', 'x'.repeat(201)])('refuses %j', async (q) => {
    await expect(searchObjects(world(), { q })).rejects.toMatchObject({ code: 'invalid', fields: [{ field: 'q' }] })
  })
})
