import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { asList, asObject, asText, metadataOf, nameOf, versionOf, type JsonObject } from '../json.ts'
import { metadataIn, openCluster, type Cluster, type Reply, type WatchEvent } from './cluster.ts'

let cluster: Cluster
let maps: string
const configMap = (name: string, labels: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, labels },
  data: {},
})
const make = (name: string, labels?: JsonObject) => cluster.call('POST', maps, { body: configMap(name, labels) })
const label = (name: string, labels: JsonObject) =>
  cluster.call('PATCH', `${maps}/${name}`, { type: 'application/merge-patch+json', body: { metadata: { labels } } })
const names = (reply: Reply): string[] => asList(reply.body['items']).map((entry) => nameOf(asObject(entry)))
const short = ({ type, object }: WatchEvent): string => `${type} ${nameOf(object)}`
const now = async (): Promise<string> => asText(metadataIn(await cluster.call('GET', maps))['resourceVersion'])
const own = '&labelSelector=run'
const isNamed = (type: string, name: string) => (event: WatchEvent) => short(event) === `${type} ${name}`

beforeAll(async () => {
  cluster = await openCluster()
  maps = `/api/v1/namespaces/${cluster.namespace}/configmaps`
  for (const name of ['a', 'b', 'c', 'd', 'e']) await make(name, { run: 'list', half: name < 'c' ? 'first' : 'second' })
})
afterAll(() => cluster.stop())

describe('listing', () => {
  test('gives a typed list with a version, in the order of names', async () => {
    const all = await cluster.call('GET', `${maps}?labelSelector=run%3Dlist`)
    expect(all.body).toMatchObject({
      kind: 'ConfigMapList',
      apiVersion: 'v1',
      metadata: { resourceVersion: expect.stringMatching(/^\d+$/) },
    })
    expect(names(all)).toEqual(['a', 'b', 'c', 'd', 'e'])
  })
  test('in pages shows one moment, whatever is written between', async () => {
    const first = await cluster.call('GET', `${maps}?limit=2&labelSelector=run%3Dlist`)
    const token = asText(metadataIn(first)['continue'])
    expect([names(first), token === '']).toEqual([['a', 'b'], false])
    await make('cc', { run: 'list' })
    await cluster.call('DELETE', `${maps}/d`)
    const second = await cluster.call('GET', `${maps}?limit=2&labelSelector=run%3Dlist&continue=${encodeURIComponent(token)}`)
    expect([names(second), metadataIn(second)['resourceVersion']]).toEqual([['c', 'd'], metadataIn(first)['resourceVersion']])
    const third = await cluster.call(
      'GET',
      `${maps}?limit=2&labelSelector=run%3Dlist&continue=${encodeURIComponent(asText(metadataIn(second)['continue']))}`,
    )
    expect([names(third), metadataIn(third)['continue']]).toEqual([['e'], undefined])
    await cluster.call('DELETE', `${maps}/cc`)
    await make('d', { run: 'list', half: 'second' })
  })
  test('says how many remain', async () => {
    const total = names(await cluster.call('GET', maps)).length
    expect(metadataIn(await cluster.call('GET', `${maps}?limit=2`))['remainingItemCount']).toBe(total - 2)
  })
  test('refuses a continue token that is none', async () => {
    expect((await cluster.call('GET', `${maps}?limit=2&continue=rubbish`)).code).toBe(400)
  })
  test.each([
    ['half=first', ['a', 'b']],
    ['half==second', ['c', 'd', 'e']],
    ['half!=first,run', ['c', 'd', 'e']],
    ['half in (first,second),run', ['a', 'b', 'c', 'd', 'e']],
    ['half notin (first),run=list', ['c', 'd', 'e']],
    ['!half,run', []],
  ])('selects by labels: %s', async (selector, expected) => {
    expect(names(await cluster.call('GET', `${maps}?labelSelector=${encodeURIComponent(selector)}`))).toEqual(expected)
  })
  test('selects by name and namespace, refuses other fields and odd selectors', async () => {
    expect(names(await cluster.call('GET', `${maps}?fieldSelector=metadata.name%3Db`))).toEqual(['b'])
    expect(
      names(await cluster.call('GET', `/api/v1/configmaps?fieldSelector=metadata.namespace%3D${cluster.namespace}&labelSelector=run`)),
    ).toEqual(['a', 'b', 'c', 'd', 'e'])
    const odd = await cluster.call('GET', `${maps}?fieldSelector=spec.x%3Db`)
    expect([odd.code, odd.body['message']]).toEqual([
      400,
      '"spec.x" is not a known field selector: only "metadata.name", "metadata.namespace"',
    ])
    const pods = await cluster.call('GET', '/api/v1/pods?fieldSelector=spec.x%3Db')
    expect([pods.code, pods.body['message']]).toEqual([400, expect.stringContaining('field label not supported: spec.x')])
    expect((await cluster.call('GET', `${maps}?labelSelector=${encodeURIComponent('a in b')}`)).code).toBe(400)
  })
  test('as a table when that is asked for', async () => {
    const table = await cluster.call('GET', `${maps}?labelSelector=half%3Dfirst`, {
      accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json',
    })
    expect(table.body).toMatchObject({ kind: 'Table', apiVersion: 'meta.k8s.io/v1' })
    expect(asList(table.body['rows']).map((row) => asList(asObject(row)['cells'])[0])).toEqual(['a', 'b'])
    expect(asList(table.body['columnDefinitions']).map((column) => asObject(column)['name'])).toEqual(
      expect.arrayContaining(['Name', 'Age']),
    )
  })
})

describe('watching', () => {
  test('from a version gives everything after it, once and in order', async () => {
    const from = await now()
    await make('w1', { run: 'w' })
    const events = await cluster.watch(`${maps}?watch=true&resourceVersion=${from}${own}`, isNamed('DELETED', 'w1'), async () => {
      await label('w1', { more: 'yes' })
      await cluster.call('DELETE', `${maps}/w1`)
    })
    expect(events.map(short)).toEqual(['ADDED w1', 'MODIFIED w1', 'DELETED w1'])
    const versions = events.map(({ object }) => Number(versionOf(object)))
    expect(versions).toEqual(versions.toSorted((a, b) => a - b))
    expect(new Set(versions).size).toBe(3)
  })
  test('without a version starts with what is there', async () => {
    const events = await cluster.watch(`${maps}?watch=true&labelSelector=run%3Dlist`, isNamed('ADDED', 'e'))
    expect(events.map(short)).toEqual(['ADDED a', 'ADDED b', 'ADDED c', 'ADDED d', 'ADDED e'])
  })
  test('shows an object that enters or leaves the selection as added or deleted', async () => {
    const from = await now()
    await make('s1', { run: 'no' })
    const events = await cluster.watch(
      `${maps}?watch=true&resourceVersion=${from}&labelSelector=run%3Dyes`,
      isNamed('DELETED', 's1'),
      async () => {
        await label('s1', { run: 'yes' })
        await label('s1', { x: 'y' })
        await label('s1', { run: 'no' })
      },
    )
    expect(events.map(short)).toEqual(['ADDED s1', 'MODIFIED s1', 'DELETED s1'])
    await cluster.call('DELETE', `${maps}/s1`)
  })
  test('one object by field selector', async () => {
    const from = await now()
    await make('f1')
    await make('f2')
    const events = await cluster.watch(
      `${maps}?watch=true&resourceVersion=${from}&fieldSelector=metadata.name%3Df2`,
      isNamed('ADDED', 'f2'),
    )
    expect(events.map(short)).toEqual(['ADDED f2'])
  })
  test('ends after timeoutSeconds, with a bookmark of the newest version when that is allowed', async () => {
    const from = await now()
    const started = Date.now()
    const events = await cluster.watch(
      `${maps}?watch=true&resourceVersion=${from}&timeoutSeconds=3&allowWatchBookmarks=true${own}`,
      () => false,
      async () => {
        await make('elsewhere')
      },
    )
    expect(Date.now() - started).toBeGreaterThan(2_000)
    const last = events.at(-1)
    expect(last?.type).toBe('BOOKMARK')
    expect(last?.object).toMatchObject({ kind: 'ConfigMap', apiVersion: 'v1' })
    expect(Number(metadataOf(last?.object ?? {})['resourceVersion'])).toBeGreaterThanOrEqual(Number(from))
  })
  test('with sendInitialEvents gives the state, then a marked bookmark', async () => {
    const events = await cluster.watch(
      `${maps}?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&labelSelector=run%3Dlist`,
      ({ type }) => type === 'BOOKMARK',
    )
    expect(events.map(({ type }) => type)).toEqual(['ADDED', 'ADDED', 'ADDED', 'ADDED', 'ADDED', 'BOOKMARK'])
    expect(asObject(metadataOf(events.at(-1)?.object ?? {})['annotations'])).toEqual({ 'k8s.io/initial-events-end': 'true' })
  })
  test('refuses a version that is no number', async () => {
    expect([400, 422, 500]).toContain((await cluster.call('GET', `${maps}?watch=true&resourceVersion=abc`)).code)
  })
  test('a list at a version that does not exist yet is refused', async () => {
    const early = await cluster.call('GET', `${maps}?resourceVersion=${Number(await now()) + 1_000_000}`)
    expect([early.code, early.body['reason']]).toEqual([504, 'Timeout'])
  })
})
