import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { asObject, metadataOf, versionOf, type Json, type JsonObject } from '../json.ts'
import { causesOf, createCrd, metadataIn, openCluster, type Cluster, type Reply } from './cluster.ts'

const integer = { type: 'integer' }
const text = { type: 'string' }
const SPEC: JsonObject = {
  type: 'object',
  required: ['title'],
  'x-kubernetes-validations': [
    { rule: '!has(self.low) || !has(self.high) || self.low <= self.high', message: 'low must not exceed high' },
    { rule: 'self.title == oldSelf.title', message: 'title is immutable' },
    { rule: '!has(self.tags) || self.tags.all(t, t.size() < 10)', messageExpression: "'tags: ' + self.tags[0] + ' given'" },
    { rule: "!has(self.__namespace__) || self.__namespace__ != 'bad'", message: 'a bad namespace', fieldPath: '.namespace' },
  ],
  properties: {
    title: { type: 'string', minLength: 3, maxLength: 12, pattern: '^[a-z ]+$' },
    mode: { type: 'string', enum: ['on', 'off'], default: 'off' },
    low: { type: 'integer', minimum: 0 },
    high: { type: 'integer', maximum: 100 },
    share: { type: 'number', minimum: 0, exclusiveMinimum: true },
    tags: { type: 'array', items: { ...text, maxLength: 20 }, maxItems: 3, 'x-kubernetes-list-type': 'set' },
    parts: {
      type: 'array',
      maxItems: 9,
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
      items: {
        type: 'object',
        required: ['name'],
        properties: { name: text, size: { ...integer, default: 1 } },
        'x-kubernetes-validations': [{ rule: 'self.size >= oldSelf.size', message: 'parts only grow' }],
      },
    },
    at: { type: 'string', format: 'date-time' },
    free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    labels: { type: 'object', additionalProperties: text },
    port: { 'x-kubernetes-int-or-string': true },
    maybe: { type: 'string', nullable: true },
    namespace: text,
    nested: { type: 'object', default: {}, properties: { level: { ...integer, default: 5 } } },
  },
}

let cluster: Cluster
let widgets: string
const widget = (name: string, spec: JsonObject): JsonObject => ({
  apiVersion: `${cluster.group}/v1`,
  kind: 'Widget',
  metadata: { name },
  spec,
})
const make = (name: string, spec: JsonObject, query = '') => cluster.call('POST', `${widgets}${query}`, { body: widget(name, spec) })
const specOf = (reply: Reply): JsonObject => asObject(reply.body['spec'])

beforeAll(async () => {
  cluster = await openCluster()
  const status = { type: 'object', properties: { phase: text, seen: integer } }
  const schema = {
    type: 'object',
    required: ['spec'],
    properties: { spec: SPEC, status },
    'x-kubernetes-validations': [
      {
        rule: "!has(self.status) || !has(self.status.phase) || self.status.phase != 'Done' || self.spec.mode == 'on'",
        message: 'done needs mode on',
      },
    ],
  }
  widgets = await createCrd(cluster, 'widgets', 'Widget', schema, { subresources: { status: {} } })
})
afterAll(() => cluster.stop())

describe('a structural schema', () => {
  test('fills in defaults and prunes what it does not name', async () => {
    const made = await make('plain', { title: 'hello', extra: 1, free: { any: { thing: 1 } }, nested: { other: 2 } })
    expect(made.code).toBe(201)
    expect(specOf(made)).toEqual({ title: 'hello', mode: 'off', free: { any: { thing: 1 } }, nested: { level: 5 } })
  })
  test('keeps what is allowed', async () => {
    const spec = {
      title: 'all',
      mode: 'on',
      low: 1,
      high: 2,
      share: 0.5,
      tags: ['a', 'b'],
      parts: [{ name: 'x', size: 3 }],
      at: '2026-01-02T03:04:05Z',
      labels: { k: 'v' },
      port: 'http',
      maybe: null,
      nested: { level: 1 },
    }
    const made = await make('whole', spec)
    expect([made.code, specOf(made)]).toEqual([201, spec])
    expect((await make('port', { title: 'all', port: 80 })).code).toBe(201)
  })
  test('names every field that it refuses', async () => {
    const refused = await make('bad', {
      title: 'x',
      mode: 'sometimes',
      low: -1,
      high: 101,
      share: 0,
      tags: ['a', 'a'],
      parts: [{ name: 'p' }, { name: 'p' }],
      at: 'yesterday',
      labels: { k: 1 },
    })
    expect([refused.code, refused.body['reason']]).toEqual([422, 'Invalid'])
    expect(refused.body['message']).toMatch(new RegExp(`^Widget\\.${cluster.group} "bad" is invalid: \\[`))
    expect(asObject(refused.body['details'])).toMatchObject({ name: 'bad', group: cluster.group, kind: 'Widget' })
    expect(causesOf(refused)).toMatchObject({
      'spec.title': 'Invalid value: "x": spec.title in body should be at least 3 chars long',
      'spec.mode': 'Unsupported value: "sometimes": supported values: "on", "off"',
      'spec.low': 'Invalid value: -1: spec.low in body should be greater than or equal to 0',
      'spec.high': 'Invalid value: 101: spec.high in body should be less than or equal to 100',
      'spec.share': 'Invalid value: 0: spec.share in body should be greater than 0',
      'spec.tags[1]': 'Duplicate value: "a"',
      'spec.at': 'Invalid value: "yesterday": spec.at in body must be of type date-time: "yesterday"',
      'spec.labels.k': 'Invalid value: "integer": spec.labels.k in body must be of type string: "integer"',
    })
  })
  test.each<[string, JsonObject, string, string]>([
    ['a missing field', {}, 'spec.title', 'Required value'],
    ['a pattern', { title: 'NOPE' }, 'spec.title', 'Invalid value: "NOPE": spec.title in body should match \'^[a-z ]+$\''],
    ['a long text', { title: 'a'.repeat(13) }, 'spec.title', 'Too long: may not be more than 12 bytes'],
    ['a long list', { title: 'abc', tags: ['a', 'b', 'c', 'd'] }, 'spec.tags', 'Too many: 4: must have at most 3 items'],
    ['a wrong type', { title: 7 }, 'spec.title', 'Invalid value: "integer": spec.title in body must be of type string: "integer"'],
    ['a key twice', { title: 'abc', parts: [{ name: 'p' }, { name: 'p' }] }, 'spec.parts[1]', 'Duplicate value: {"name":"p"}'],
  ])('refuses %s', async (_what, spec, field, message) => {
    const refused = await make('refused', spec)
    expect(refused.code).toBe(422)
    expect(causesOf(refused)[field]).toContain(message)
  })
  test('refuses unknown fields only when asked to', async () => {
    expect((await make('strict', { title: 'abc', nope: 1 }, '?fieldValidation=Strict')).code).toBe(400)
    expect((await make('strict', { title: 'abc' }, '?fieldValidation=Strict')).code).toBe(201)
  })
})

describe('CEL rules', () => {
  test('refuse with their own words and name the field', async () => {
    const refused = await make('cel', { title: 'abc', low: 5, high: 4 })
    expect([refused.code, refused.body['message']]).toEqual([
      422,
      `Widget.${cluster.group} "cel" is invalid: spec: Invalid value: low must not exceed high`,
    ])
    expect(causesOf(await make('cel', { title: 'abc', tags: ['0123456789'] }))).toEqual({ spec: 'Invalid value: tags: 0123456789 given' })
    expect(causesOf(await make('cel', { title: 'abc', namespace: 'bad' }))).toEqual({
      'spec.namespace': 'Invalid value: a bad namespace',
    })
    expect((await make('cel', { title: 'abc', low: 4, high: 4, namespace: 'good' })).code).toBe(201)
  })
  test('with oldSelf hold on updates, not on creation; list entries are matched by key', async () => {
    const made = await make('moves', {
      title: 'abc',
      parts: [
        { name: 'a', size: 2 },
        { name: 'b', size: 5 },
      ],
    })
    const put = (spec: JsonObject) => cluster.call('PUT', `${widgets}/moves`, { body: { ...made.body, spec } })
    expect(causesOf(await put({ title: 'xyz' }))).toEqual({ spec: 'Invalid value: title is immutable' })
    expect(
      causesOf(
        await put({
          title: 'abc',
          parts: [
            { name: 'b', size: 5 },
            { name: 'a', size: 1 },
          ],
        }),
      ),
    ).toEqual({ 'spec.parts[1]': 'Invalid value: parts only grow' })
    expect(
      (
        await put({
          title: 'abc',
          parts: [
            { name: 'c', size: 1 },
            { name: 'b', size: 5 },
            { name: 'a', size: 2 },
          ],
        })
      ).code,
    ).toBe(200)
  })
})

describe('the status subresource', () => {
  test('is apart from the spec in both directions, and only the spec makes a generation', async () => {
    const made = await cluster.call('POST', widgets, { body: { ...widget('two', { title: 'abc' }), status: { phase: 'Early' } } })
    expect([made.body['status'], metadataIn(made)['generation']]).toEqual([undefined, 1])
    const labelled = { ...made.body, metadata: { ...metadataOf(made.body), labels: { sneaky: 'yes' } } }
    const status = await cluster.call('PUT', `${widgets}/two/status`, {
      body: { ...labelled, spec: { title: 'hacked' }, status: { phase: 'Running' } },
    })
    expect([
      status.code,
      status.body['status'],
      specOf(status)['title'],
      metadataIn(status)['labels'],
      metadataIn(status)['generation'],
    ]).toEqual([200, { phase: 'Running' }, 'abc', undefined, 1])
    const spec = await cluster.call('PUT', `${widgets}/two`, {
      body: { ...status.body, spec: { title: 'abc', low: 3 }, status: { phase: 'Hacked' } },
    })
    expect([spec.code, spec.body['status'], metadataIn(spec)['generation']]).toEqual([200, { phase: 'Running' }, 2])
    const label = await cluster.call('PATCH', `${widgets}/two`, {
      type: 'application/merge-patch+json',
      body: { metadata: { labels: { a: 'b' } } },
    })
    expect(metadataIn(label)['generation']).toBe(2)
    expect((await cluster.call('GET', `${widgets}/two/status`)).body).toEqual(label.body)
  })
  test('is validated like the rest, rules over the whole object included', async () => {
    const made = await make('done', { title: 'abc' })
    const put = (status: JsonObject, body: JsonObject = made.body) =>
      cluster.call('PUT', `${widgets}/done/status`, { body: { ...body, status } })
    expect(causesOf(await put({ seen: 'x' }))['status.seen']).toContain('must be of type integer')
    expect((await put({ phase: 'Done' })).body['message']).toContain('done needs mode on')
    const on = await cluster.call('PUT', `${widgets}/done`, { body: { ...made.body, spec: { title: 'abc', mode: 'on' } } })
    expect((await put({ phase: 'Done' }, on.body)).code).toBe(200)
  })
  test('exists only where the CRD says so', async () => {
    const gadgets = await createCrd(cluster, 'gadgets', 'Gadget', { type: 'object', 'x-kubernetes-preserve-unknown-fields': true })
    const made = await cluster.call('POST', gadgets, {
      body: { apiVersion: `${cluster.group}/v1`, kind: 'Gadget', metadata: { name: 'g' }, status: { a: 1 } },
    })
    expect([made.code, made.body['status']]).toEqual([201, { a: 1 }])
    expect((await cluster.call('GET', `${gadgets}/g/status`)).code).toBe(404)
  })
})

describe('custom objects', () => {
  test('need a version to be replaced, and refuse an old one', async () => {
    const made = await make('versions', { title: 'abc' })
    const bare = await cluster.call('PUT', `${widgets}/versions`, { body: widget('versions', { title: 'abc' }) })
    expect([bare.code, bare.body['message']]).toEqual([
      422,
      `widgets.${cluster.group} "versions" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update`,
    ])
    await cluster.call('PUT', `${widgets}/versions`, { body: { ...made.body, spec: { title: 'abc', low: 1 } } })
    const stale = await cluster.call('PUT', `${widgets}/versions`, { body: { ...made.body, spec: { title: 'abc', low: 2 } } })
    expect([stale.code, stale.body['message']]).toEqual([
      409,
      `Operation cannot be fulfilled on widgets.${cluster.group} "versions": the object has been modified; please apply your changes to the latest version and try again`,
    ])
    expect(versionOf(stale.body)).toBe('')
  })
  test('are not found by kind and group', async () => {
    const missing = await cluster.call('GET', `${widgets}/x`)
    expect([missing.code, missing.body['message']]).toEqual([404, `widgets.${cluster.group} "x" not found`])
    expect(asObject(missing.body['details'])).toEqual({ name: 'x', group: cluster.group, kind: 'widgets' })
  })
})

describe('a CRD', () => {
  const crd = (schema: Json, name = `things.${cluster.group}`): JsonObject => ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name },
    spec: {
      group: cluster.group,
      scope: 'Namespaced',
      names: { plural: 'things', kind: 'Thing' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }],
    },
  })
  const crds = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
  test.each<[string, Json, string | undefined, string]>([
    ['with another name than its kind', { type: 'object' }, 'other.example.dev', 'must be spec.names.plural+"."+spec.group'],
    ['without types', { type: 'object', properties: { spec: {} } }, undefined, 'must not be empty for specified object fields'],
    [
      'with unique items',
      { type: 'object', properties: { spec: { type: 'array', items: text, uniqueItems: true } } },
      undefined,
      'uniqueItems cannot be set to true',
    ],
    ...['self.', 'self.nope == 1', 'self.list.all(x, x.nope == 1)', 'self.nope()', 'nope(self)', 'self.a + 1', '1 + true == 2'].map(
      (rule): [string, Json, string | undefined, string] => [
        `with the rule ${rule}`,
        {
          type: 'object',
          properties: {
            spec: {
              type: 'object',
              properties: { a: text, list: { type: 'array', maxItems: 9, items: { type: 'object', properties: { b: text } } } },
              'x-kubernetes-validations': [{ rule }],
            },
          },
        },
        undefined,
        'compilation failed',
      ],
    ),
    [
      'with a rule that does not compile',
      { type: 'object', properties: { spec: { type: 'object', 'x-kubernetes-validations': [{ rule: 'self.' }] } } },
      undefined,
      'compilation failed',
    ],
  ])('is refused %s', async (_what, schema, name, words) => {
    const refused = await cluster.call('POST', crds, { body: crd(schema, name) })
    expect(refused.code).toBe(422)
    expect(refused.body['message']).toContain(words)
  })
  test('serves its versions side by side', async () => {
    const schema = { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties: { a: text } } } } }
    const body = crd({ type: 'object' }, `olds.${cluster.group}`)
    const spec = {
      ...asObject(body['spec']),
      names: { plural: 'olds', kind: 'Old' },
      versions: [
        { name: 'v1alpha1', served: true, storage: false, schema },
        { name: 'v1', served: true, storage: true, schema },
        { name: 'v0', served: false, storage: false, schema },
      ],
    }
    expect((await cluster.call('POST', crds, { body: { ...body, spec } })).code).toBe(201)
    const path = (version: string): string => `/apis/${cluster.group}/${version}/namespaces/${cluster.namespace}/olds`
    await vi.waitFor(async () => {
      if ((await cluster.call('GET', path('v1alpha1'))).code !== 200) throw new Error('not served yet')
    }, 25_000)
    const made = await cluster.call('POST', path('v1alpha1'), {
      body: { apiVersion: `${cluster.group}/v1alpha1`, kind: 'Old', metadata: { name: 'o' }, spec: { a: 'x' } },
    })
    const seen = await cluster.call('GET', `${path('v1')}/o`)
    expect([made.body['apiVersion'], seen.body['apiVersion'], metadataIn(seen)['uid']]).toEqual([
      `${cluster.group}/v1alpha1`,
      `${cluster.group}/v1`,
      metadataIn(made)['uid'],
    ])
    expect((await cluster.call('GET', path('v0'))).code).toBe(404)
  })
  test('takes its objects with it', async () => {
    const doomed = await createCrd(cluster, 'doomeds', 'Doomed', { type: 'object' })
    await cluster.call('POST', doomed, { body: { apiVersion: `${cluster.group}/v1`, kind: 'Doomed', metadata: { name: 'a' } } })
    expect((await cluster.call('DELETE', `${crds}/doomeds.${cluster.group}`)).code).toBe(200)
    await expect.poll(async () => (await cluster.call('GET', doomed)).code, { timeout: 15_000 }).toBe(404)
    await createCrd(cluster, 'doomeds', 'Doomed', { type: 'object' })
    expect((await cluster.call('GET', doomed)).body['items']).toEqual([])
  })
})
