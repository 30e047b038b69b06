import { asObject, asText, equal, metadataOf, nameOf, type Json, type JsonObject } from './json.ts'
import type { FieldProblem } from './status-error.ts'

// What JSON schema cannot say of the core kinds (k8s.io/kubernetes/pkg/apis/core/validation).

type Admitted = { readonly object: JsonObject; readonly problems: readonly FieldProblem[] }

const KEY = /^[-._a-zA-Z0-9]+$/
const KEY_RULE =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"

const keyProblems = (field: string, data: Json | undefined): FieldProblem[] =>
  Object.keys(asObject(data))
    .filter((key) => !KEY.test(key))
    .map((key) => ({ type: 'Invalid', field: `${field}[${key}]`, value: key, detail: KEY_RULE }))

function frozenProblems(object: JsonObject, before: JsonObject | null, fields: readonly string[]): FieldProblem[] {
  if (before?.['immutable'] !== true) return []
  const changed = fields.filter((field) => !equal(asObject(object[field]), asObject(before[field])))
  const detail = 'field is immutable when `immutable` is set'
  return [...(object['immutable'] === true ? [] : ['immutable']), ...changed].map((field) => ({ type: 'Forbidden', field, detail }))
}

export const admitConfigMap = (object: JsonObject, before: JsonObject | null): Admitted => ({
  object,
  problems: [
    ...keyProblems('data', object['data']),
    ...keyProblems('binaryData', object['binaryData']),
    ...frozenProblems(object, before, ['data', 'binaryData']),
  ],
})

/** `stringData` becomes data; the type of a secret stays. */
export function admitSecret(given: JsonObject, before: JsonObject | null): Admitted {
  const { stringData, ...object } = given
  const encoded = Object.entries(asObject(stringData)).map(([key, value]) => [key, Buffer.from(asText(value)).toString('base64')])
  const data = { ...asObject(object['data']), ...Object.fromEntries(encoded) }
  const admitted: JsonObject = encoded.length === 0 ? object : { ...object, data }
  const isRetyped = before !== null && before['type'] !== admitted['type']
  return {
    object: admitted,
    problems: [
      ...keyProblems('data', admitted['data']),
      ...frozenProblems(admitted, before, ['data']),
      ...(isRetyped ? [{ type: 'Invalid' as const, field: 'type', value: admitted['type'], detail: 'field is immutable' }] : []),
    ],
  }
}

/** A namespace carries its name as a label. */
export const admitNamespace = (object: JsonObject): Admitted => ({
  object: {
    ...object,
    metadata: {
      ...metadataOf(object),
      labels: { ...asObject(metadataOf(object)['labels']), 'kubernetes.io/metadata.name': nameOf(object) },
    },
  },
  problems: [],
})

/** Namespaces that no one may delete. */
export const IMMORTAL: ReadonlySet<string> = new Set(['default', 'kube-system', 'kube-public'])
