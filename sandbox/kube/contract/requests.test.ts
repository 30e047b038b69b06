import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { asList, asObject, asText, nameOf, type Json, type JsonObject } from '../json.ts'
import { createCrd, metadataIn, openCluster, type Call, type Cluster, type Reply } from './cluster.ts'

// What a request may ask, and how one that asks wrongly is refused: code and words.

let cluster: Cluster
let widgets: string
let maps: string
const MERGE = 'application/merge-patch+json'
const JSON_PATCH = 'application/json-patch+json'
const APPLY = 'application/apply-patch+yaml'
const widget = (name: string, extra: JsonObject = {}): JsonObject => ({
  apiVersion: `${cluster.group}/v1`,
  kind: 'Widget',
  metadata: { name },
  ...extra,
})
const configMap = (name: string, extra: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  ...extra,
})
const select = (selector: string): string => `?labelSelector=${encodeURIComponent(selector)}`

beforeAll(async () => {
  cluster = await openCluster()
  maps = `/api/v1/namespaces/${cluster.namespace}/configmaps`
  const spec = { type: 'object', properties: { color: { type: 'string' } } }
  const columns = [{ name: 'Color', type: 'string', jsonPath: '.spec.color' }]
  widgets = await createCrd(cluster, 'widgets', 'Widget', { type: 'object', properties: { spec } }, { additionalPrinterColumns: columns })
  await cluster.call('POST', widgets, { body: widget('a', { spec: { color: 'red' } }) })
  await cluster.call('POST', widgets, { body: widget('b') })
})
afterAll(() => cluster.stop())

type Refusal = readonly [sentence: string, ask: () => Promise<Reply>, code: number, words: () => string]
const refusals = (rows: readonly Refusal[]): void =>
  test.each(rows)('%s', async (_sentence, ask, code, words) => {
    const reply = await ask()
    // The end of a watch's refusal is a line of its own.
    const status = Object.keys(reply.body).length > 0 ? reply.body : asObject(JSON.parse(reply.text) as Json) // safe: JSON.parse yields JSON values
    expect([reply.code, asText(status['message'])]).toEqual([code, words()])
  })
const list = (query: string) => (): Promise<Reply> => cluster.call('GET', `${widgets}${query}`)
const post =
  (body: () => Call['body'], query = '', path = () => widgets) =>
  (): Promise<Reply> => {
    const sent = body()
    return cluster.call('POST', `${path()}${query}`, sent === undefined ? {} : { body: sent })
  }
const patch =
  (type: string, body: () => Json, query = '', name = 'a') =>
  (): Promise<Reply> =>
    cluster.call('PATCH', `${widgets}/${name}${query}`, { type, body: body() })
const erase = (options: JsonObject) => (): Promise<Reply> =>
  cluster.call('DELETE', `${widgets}/a`, { body: { kind: 'DeleteOptions', apiVersion: 'v1', ...options } })
const options = (kind: string, field: string, words: string) => (): string => `${kind}.meta.k8s.io "" is invalid: ${field}: ${words}`
const VALUE_RULE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"

describe('a list or a watch is refused', () => {
  const match = (words: string) => options('ListOptions', 'resourceVersionMatch', words)
  refusals([
    ['with a limit that is no number', list('?limit=x'), 400, () => 'strconv.ParseInt: parsing "x": invalid syntax'],
    [
      'at a version that is no number',
      list('?resourceVersion=abc'),
      400,
      () => 'invalid resource version: resourceVersion: Invalid value: "abc": strconv.ParseUint: parsing "abc": invalid syntax',
    ],
    [
      'with a match but no version',
      list('?resourceVersionMatch=Exact'),
      422,
      match('Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided'),
    ],
    [
      'exactly at version 0',
      list('?resourceVersionMatch=Exact&resourceVersion=0'),
      422,
      match('Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0"'),
    ],
    [
      'with an unknown match',
      list('?resourceVersionMatch=Nope&resourceVersion=1'),
      422,
      match('Unsupported value: "Nope": supported values: "Exact", "NotOlderThan", ""'),
    ],
    [
      'that wants initial events without a watch',
      list('?sendInitialEvents=true'),
      422,
      options('ListOptions', 'sendInitialEvents', 'Forbidden: sendInitialEvents is forbidden for list'),
    ],
    [
      'that wants initial events without saying how old they may be',
      list('?watch=true&sendInitialEvents=true&timeoutSeconds=1'),
      422,
      match('Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'),
    ],
    [
      'with a match for a watch without initial events',
      list('?watch=true&resourceVersionMatch=NotOlderThan&resourceVersion=1&timeoutSeconds=1'),
      422,
      match('Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'),
    ],
    ['with two values', list(select('a=b=c')), 400, () => "found '=', expected: ',' or 'end of string'"],
    ['with a set that is none', list(select('a in b')), 400, () => "unable to parse requirement: found 'b' expected: '('"],
    ['with two names', list(select('a b')), 400, () => "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
    [
      'with a value that no label has',
      list(select('a=-b')),
      400,
      () => `unable to parse requirement: values[0][a]: Invalid value: "-b": ${VALUE_RULE}`,
    ],
    ['by another field', list('?fieldSelector=spec.color%3Da'), 400, () => 'field label not supported: spec.color'],
  ])
})

describe('a write is refused', () => {
  const unsupported = (kind: string) => options(kind, 'dryRun', 'Unsupported value: ["yes"]: supported values: "All"')
  refusals([
    [
      'of another kind',
      post(() => ({ ...widget('x'), kind: 'Gadget' })),
      422,
      () => `Gadget.${cluster.group} "x" is invalid: kind: Invalid value: "Gadget": must be Widget`,
    ],
    [
      'without a name, and nothing else is wrong with it',
      post(() => ({ ...widget('x'), metadata: {} })),
      422,
      () => `Widget.${cluster.group} "" is invalid: metadata.name: Required value: name or generateName is required`,
    ],
    [
      'with a version that it cannot have yet',
      post(() => ({ ...widget('x'), metadata: { name: 'x', resourceVersion: '1' } })),
      500,
      () => 'resourceVersion should not be set on objects to be created',
    ],
    [
      'with unknown fields, in their order',
      post(() => widget('x', { spec: { nope: 1 }, other: 1 }), '?fieldValidation=Strict'),
      400,
      () => 'Widget in version "v1" cannot be handled as a Widget: strict decoding error: unknown field "other", unknown field "spec.nope"',
    ],
    [
      'with an unknown strictness',
      post(() => widget('x'), '?fieldValidation=Sometimes'),
      422,
      options('CreateOptions', 'fieldValidation', 'Unsupported value: "Sometimes": supported values: "", "Ignore", "Strict", "Warn"'),
    ],
    ['with an unknown dry run', post(() => widget('x'), '?dryRun=yes'), 422, unsupported('CreateOptions')],
    ['with an unknown dry run of a patch', patch(MERGE, () => ({}), '?dryRun=yes'), 422, unsupported('PatchOptions')],
    [
      'that forces what is no apply',
      patch(MERGE, () => ({ spec: { color: 'b' } }), '?force=true'),
      422,
      options('PatchOptions', 'force', 'Forbidden: may not be specified for non-apply patch'),
    ],
    [
      'by a manager with too long a name',
      patch(MERGE, () => ({ spec: { color: 'b' } }), `?fieldManager=${'m'.repeat(129)}`),
      422,
      options('PatchOptions', 'fieldManager', 'Too long: may not be more than 128 bytes'),
    ],
    [
      'when it patches the kind',
      patch(MERGE, () => ({ kind: 'b' })),
      422,
      () => `b.${cluster.group} "a" is invalid: kind: Invalid value: "b": must be Widget`,
    ],
    [
      'when a JSON patch asks for an unknown operation',
      patch(JSON_PATCH, () => [{ op: 'nope', path: '/a' }]),
      422,
      () => 'the server rejected our request due to an error in our request',
    ],
    [
      'when a JSON patch removes what is not there',
      patch(JSON_PATCH, () => [{ op: 'remove', path: '/spec/zzz' }]),
      422,
      () => 'the server rejected our request due to an error in our request',
    ],
    [
      'when a JSON patch is no list',
      patch(JSON_PATCH, () => ({ op: 'test' })),
      400,
      () => 'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp',
    ],
    [
      'when a merge patch is a list',
      patch(MERGE, () => []),
      400,
      () => 'error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}',
    ],
    [
      'when it applies to an identity that nobody has',
      patch(APPLY, () => ({ ...widget('new'), metadata: { name: 'new', uid: 'x' } }), '?fieldManager=m', 'new'),
      409,
      () =>
        `Operation cannot be fulfilled on widgets.${cluster.group} "new": uid mismatch: the provided object specified uid x, and no existing object was found`,
    ],
    [
      'when it applies a field that nobody knows',
      patch(APPLY, () => widget('new', { spec: { zz: 1 } }), '?fieldManager=m', 'new'),
      500,
      () => `failed to create typed patch object (/new; ${cluster.group}/v1, Kind=Widget): .spec.zz: field not declared in schema`,
    ],
    [
      'with owners that are not named',
      post(() => ({ ...widget('x'), metadata: { name: 'x', ownerReferences: [{ apiVersion: 'v1', kind: 'A', name: '', uid: 'u' }] } })),
      422,
      () => `Widget.${cluster.group} "x" is invalid: metadata.ownerReferences.name: Invalid value: "": must not be empty`,
    ],
    [
      'that deletes by two policies',
      erase({ propagationPolicy: 'Orphan', orphanDependents: true }),
      422,
      options('DeleteOptions', 'propagationPolicy', 'Invalid value: "Orphan": orphanDependents and deletionPropagation cannot be both set'),
    ],
    ['of a collection as a whole', () => cluster.call('PUT', widgets, { body: widget('a') }), 400, () => 'name must be provided'],
  ])
})

describe('built-in kinds refuse', () => {
  const namespaces = '/api/v1/namespaces'
  const forbidden = (name: string) => (): string => `namespaces "${name}" is forbidden: this namespace may not be deleted`
  refusals([
    [
      'a key that is no file name',
      post(
        () => configMap('x', { data: { 'a b': '1' } }),
        '',
        () => maps,
      ),
      422,
      () =>
        `ConfigMap "x" is invalid: data[a b]: Invalid value: "a b": a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')`,
    ],
    [
      'a change of what is immutable',
      async () => {
        await cluster.call('POST', maps, { body: configMap('fixed', { data: { a: '1' }, immutable: true }) })
        return cluster.call('PATCH', `${maps}/fixed`, { type: MERGE, body: { data: { a: '2' } } })
      },
      422,
      () => 'ConfigMap "fixed" is invalid: data: Forbidden: field is immutable when `immutable` is set',
    ],
    [
      'another type of secret',
      async () => {
        const secrets = `/api/v1/namespaces/${cluster.namespace}/secrets`
        await cluster.call('POST', secrets, { body: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' } } })
        return cluster.call('PATCH', `${secrets}/s`, { type: MERGE, body: { type: 'x/y' } })
      },
      422,
      () => 'Secret "s" is invalid: type: Invalid value: "x/y": field is immutable',
    ],
    [
      'a namespace with dots',
      () => cluster.call('POST', namespaces, { body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a.b' } } }),
      422,
      () => 'Namespace "a.b" is invalid: metadata.name: Invalid value: "a.b": must not contain dots',
    ],
    ['to lose the default namespace', () => cluster.call('DELETE', `${namespaces}/default`), 403, forbidden('default')],
    ['to lose the system namespace', () => cluster.call('DELETE', `${namespaces}/kube-system`), 403, forbidden('kube-system')],
  ])
  test('a value of the wrong type before they validate', async () => {
    const reply = await cluster.call('POST', maps, { body: configMap('x', { data: { a: 1 } }) })
    expect([reply.code, reply.body['reason']]).toEqual([400, 'BadRequest'])
    expect(reply.body['message']).toContain(
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal number into',
    )
  })
  test('nothing of a namespace that names itself in a label', async () => {
    const reply = await cluster.call('GET', `${namespaces}/${cluster.namespace}`)
    expect(metadataIn(reply)['labels']).toEqual({ 'kubernetes.io/metadata.name': cluster.namespace })
  })
})

describe('an answer', () => {
  const accepting = (as: string): string => `application/json;as=${as};v=v1;g=meta.k8s.io`
  test('holds metadata alone when that is asked for', async () => {
    const all = await cluster.call('GET', widgets, { accept: accepting('PartialObjectMetadataList') })
    expect([all.body['kind'], all.body['apiVersion']]).toEqual(['PartialObjectMetadataList', 'meta.k8s.io/v1'])
    expect(asList(all.body['items']).map((each) => [Object.keys(asObject(each)).toSorted(), nameOf(asObject(each))])).toEqual([
      [['apiVersion', 'kind', 'metadata'], 'a'],
      [['apiVersion', 'kind', 'metadata'], 'b'],
    ])
    const one = await cluster.call('GET', `${widgets}/a`, { accept: accepting('PartialObjectMetadata') })
    expect([one.body['kind'], one.body['apiVersion'], one.body['spec']]).toEqual(['PartialObjectMetadata', 'meta.k8s.io/v1', undefined])
    const events = await cluster.watch(
      `${widgets}?watch=true`,
      ({ object }) => nameOf(object) === 'b',
      undefined,
      accepting('PartialObjectMetadata'),
    )
    expect(events.map(({ object }) => [object['kind'], object['spec']])).toEqual([
      ['PartialObjectMetadata', undefined],
      ['PartialObjectMetadata', undefined],
    ])
  })
  test('is YAML when that is asked for, and refused in a form that nobody knows', async () => {
    const yaml = await cluster.call('GET', `${widgets}/a`, { accept: 'application/yaml' })
    expect([yaml.code, yaml.headers['content-type']]).toEqual([200, 'application/yaml'])
    expect(yaml.text).toContain('kind: Widget\n')
    const odd = await cluster.call('GET', `${widgets}/a`, { accept: 'application/xml' })
    expect([odd.code, odd.body['reason']]).toEqual([406, 'NotAcceptable'])
  })
  test('tells in a table where a column comes from', async () => {
    const table = await cluster.call('GET', widgets, { accept: accepting('Table') })
    expect(asList(table.body['columnDefinitions']).map((each) => asObject(each)['description'])).toContain(
      'Custom resource definition column (in JSONPath format): .spec.color',
    )
  })
  test('is plain where there is nothing', async () => {
    for (const path of ['/nope', `/apis/${cluster.group}/v9`, `/apis/${cluster.group}/v1/nope`]) {
      const reply = await cluster.call('GET', path)
      expect([reply.code, reply.text]).toEqual([404, '404 page not found\n'])
    }
  })
  test('compares labels with numbers', async () => {
    await cluster.call('PATCH', `${widgets}/a`, { type: MERGE, body: { metadata: { labels: { weight: '7' } } } })
    const names = async (selector: string) =>
      asList((await cluster.call('GET', `${widgets}${select(selector)}`)).body['items']).map((each) => nameOf(asObject(each)))
    expect([await names('weight>5'), await names('weight<5'), await names('weight>7')]).toEqual([['a'], [], []])
  })
  test('to a deletion follows the policy of the query', async () => {
    const tried = await cluster.call('DELETE', `${widgets}/b?propagationPolicy=Orphan&dryRun=All`)
    expect([tried.code, metadataIn(tried)['finalizers']]).toEqual([200, ['orphan']])
  })
})
