import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { asList, asObject, asText, type Json, type JsonObject } from '../json.ts'
import { createCrd, openCluster, type Cluster } from './cluster.ts'

// What a schema refuses in single values, in the words of Kubernetes, and what each string format lets through.

let cluster: Cluster
let widgets: string
const text = { type: 'string' }
const SAMPLES = [
  '*', '1.2.3.4', '1.2.3.300', '01.2.3.4', '::1', '10:20', '10.0.0.0/8', '2026-01-01', '2026-02-30', '2026-01-01T00:00:00Z', '2026-02-30T00:00:00Z',
  '2026-01-01T00:00:00', 'a@b', 'user@', 'A <a@b.c>', 'a_b', 'Host.Name', 'example.com.', '5m', '300ms', '1h30m', '1d', '2 days', '', 'YQ==', 'http://x',
  '/x', '01:23:45:67:89:ab', '550e8400-e29b-41d4-a716-446655440000', '#fff', 'rgb(1,2,3)', '123-45-6789',
] // prettier-ignore
const ACCEPTED: Readonly<Record<string, readonly string[]>> = {
  'date-time': ['2026-01-01T00:00:00Z'],
  datetime: ['2026-01-01T00:00:00Z'],
  date: ['2026-01-01'],
  ipv4: ['1.2.3.4', '01.2.3.4'],
  ipv6: ['::1'],
  cidr: ['10.0.0.0/8'],
  uri: ['*', 'http://x', '/x'],
  duration: ['5m', '300ms', '1h30m', '1d', '2 days', '550e8400-e29b-41d4-a716-446655440000'],
  email: ['a@b', 'A <a@b.c>'],
  hostname: ['Host.Name', '5m', '300ms', '1h30m', '1d', 'YQ=='],
  mac: ['01:23:45:67:89:ab'],
  byte: ['YQ=='],
  uuid: ['550e8400-e29b-41d4-a716-446655440000'],
  uuid4: ['550e8400-e29b-41d4-a716-446655440000'],
  ssn: ['123-45-6789'],
  hexcolor: ['#fff'],
  rgbcolor: ['rgb(1,2,3)'],
}
const formatField = (format: string): string => `of_${format.replaceAll('-', '_')}`

const PROPERTIES: JsonObject = {
  text,
  short: { ...text, maxLength: 2 },
  list: { type: 'array', items: text },
  whole: { type: 'integer' },
  small: { type: 'integer', format: 'int32' },
  either: { type: 'string', oneOf: [{ pattern: '^a' }, { pattern: '^b' }] },
  some: { type: 'string', anyOf: [{ pattern: '^a' }, { pattern: '^b' }] },
  every: { type: 'string', allOf: [{ minLength: 3 }, { pattern: '^b' }] },
  other: { type: 'string', not: { pattern: '^z' } },
  one: { type: 'object', maxProperties: 1, additionalProperties: text },
  ...Object.fromEntries(Object.keys(ACCEPTED).map((format) => [formatField(format), { type: 'string', format }])),
}
const tried = async (spec: Json): Promise<string[]> => {
  const body = { apiVersion: `${cluster.group}/v1`, kind: 'Widget', metadata: { name: 'x' }, spec }
  const reply = await cluster.call('POST', `${widgets}?dryRun=All`, { body })
  return asList(asObject(reply.body['details'])['causes'])
    .map(asObject)
    .map(({ field, message }) => `${asText(field)}: ${asText(message)}`)
    .toSorted()
}

beforeAll(async () => {
  cluster = await openCluster()
  widgets = await createCrd(cluster, 'widgets', 'Widget', {
    type: 'object',
    properties: { spec: { type: 'object', properties: PROPERTIES } },
  })
})
afterAll(() => cluster.stop())

describe('a value', () => {
  const nowhere = (words: string): string => `<nil>: Invalid value: "": ${words}`
  test.each<[string, Json, string[]]>([
    ['of another type', { text: 5 }, ['spec.text: Invalid value: "integer": spec.text in body must be of type string: "integer"']],
    ['that is null counts as absent', { text: null }, []],
    [
      'in a list that is null',
      { list: [null] },
      ['spec.list[0]: Invalid value: "null": spec.list[0] in body must be of type string: "null"'],
    ],
    ['that is too long', { short: 'ééé' }, ['spec.short: Too long: may not be more than 2 bytes']],
    [
      'with a fraction',
      { whole: 1.5 },
      [
        nowhere('Checked value must be of type integer (default format) in spec.whole'),
        'spec.whole: Invalid value: "number": spec.whole in body must be of type integer: "number"',
      ],
    ],
    ['beyond 32 bits', { small: 3_000_000_000 }, [nowhere('Checked value must be of type integer with format int32 in spec.small')]],
    [
      'that fits none of one',
      { either: 'zz' },
      [
        nowhere('"spec.either" must validate one and only one schema (oneOf). Found none valid'),
        'spec.either: Invalid value: "zz": spec.either in body should match \'^a\'',
      ],
    ],
    [
      'that fits none of any',
      { some: 'zz' },
      [
        nowhere('"spec.some" must validate at least one schema (anyOf)'),
        'spec.some: Invalid value: "zz": spec.some in body should match \'^a\'',
      ],
    ],
    [
      'that fits none of all',
      { every: 'z' },
      [
        nowhere('"spec.every" must validate all the schemas (allOf). None validated'),
        'spec.every: Invalid value: "z": spec.every in body should be at least 3 chars long',
        'spec.every: Invalid value: "z": spec.every in body should match \'^b\'',
      ],
    ],
    ['that must not fit', { other: 'z' }, [nowhere('"spec.other" must not validate the schema (not)')]],
    ['with too many fields', { one: { a: '1', b: '2' } }, ['spec.one: Too many: 2: must have at most 1 item']],
  ])('%s', async (_sentence, spec, causes) => {
    expect(await tried(spec)).toEqual(causes)
  })
})

describe('of the samples', () => {
  test.each(Object.entries(ACCEPTED))('%s lets through', async (format, accepted) => {
    const refused = await Promise.all(SAMPLES.map(async (sample) => [sample, await tried({ [formatField(format)]: sample })] as const))
    expect(refused.filter(([, causes]) => causes.length === 0).map(([sample]) => sample)).toEqual(accepted)
    const field = `spec.${formatField(format)}`
    for (const [sample, causes] of refused.filter(([, found]) => found.length > 0))
      expect(causes).toEqual([
        `${field}: Invalid value: ${JSON.stringify(sample)}: ${field} in body must be of type ${format}: ${JSON.stringify(sample)}`,
      ])
  })
})
