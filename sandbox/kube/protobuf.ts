import { asText, type Json, type JsonObject } from './json.ts'
import { unsupportedMedia } from './status-error.ts'

// kubectl sends the objects it makes itself (create configmap, auth can-i) as protobuf: `k8s\0` and a runtime.Unknown. Only these few are read;
// field numbers are those of generated.proto in k8s.io/api and k8s.io/apimachinery.
type Kind = 'text' | 'bytes' | 'flag' | 'integer' | 'time' | 'texts' | 'map' | 'bytesMap' | Message | readonly [Message]
type Message = { readonly [number: number]: readonly [string, Kind] }

const meta: Message = {
  1: ['name', 'text'],
  2: ['generateName', 'text'],
  3: ['namespace', 'text'],
  5: ['uid', 'text'],
  6: ['resourceVersion', 'text'],
  8: ['creationTimestamp', 'time'],
  11: ['labels', 'map'],
  12: ['annotations', 'map'],
}
const rule: Message = {
  1: ['verbs', 'texts'],
  2: ['apiGroups', 'texts'],
  3: ['resources', 'texts'],
  4: ['resourceNames', 'texts'],
  5: ['nonResourceURLs', 'texts'],
}
const subject: Message = { 1: ['kind', 'text'], 2: ['apiGroup', 'text'], 3: ['name', 'text'], 4: ['namespace', 'text'] }
const role: Message = { 1: ['metadata', meta], 2: ['rules', [rule]] }
const binding: Message = {
  1: ['metadata', meta],
  2: ['subjects', [subject]],
  3: ['roleRef', { 1: ['apiGroup', 'text'], 2: ['kind', 'text'], 3: ['name', 'text'] }],
}
const attributes: Message = {
  1: ['namespace', 'text'],
  2: ['verb', 'text'],
  3: ['group', 'text'],
  4: ['version', 'text'],
  5: ['resource', 'text'],
  6: ['subresource', 'text'],
  7: ['name', 'text'],
}
const path: Message = { 1: ['path', 'text'], 2: ['verb', 'text'] }

const KINDS: Readonly<Record<string, Message>> = {
  ConfigMap: { 1: ['metadata', meta], 2: ['data', 'map'], 3: ['binaryData', 'bytesMap'], 4: ['immutable', 'flag'] },
  Secret: { 1: ['metadata', meta], 2: ['data', 'bytesMap'], 3: ['type', 'text'], 4: ['stringData', 'map'], 5: ['immutable', 'flag'] },
  Namespace: { 1: ['metadata', meta] },
  ServiceAccount: { 1: ['metadata', meta], 4: ['automountServiceAccountToken', 'flag'] },
  Role: role,
  ClusterRole: role,
  RoleBinding: binding,
  ClusterRoleBinding: binding,
  SelfSubjectAccessReview: {
    1: ['metadata', meta],
    2: ['spec', { 1: ['resourceAttributes', attributes], 2: ['nonResourceAttributes', path] }],
  },
  SelfSubjectRulesReview: { 1: ['metadata', meta], 2: ['spec', { 1: ['namespace', 'text'] }] },
  SelfSubjectReview: { 1: ['metadata', meta] },
  DeleteOptions: {
    1: ['gracePeriodSeconds', 'integer'],
    2: ['preconditions', { 1: ['uid', 'text'], 2: ['resourceVersion', 'text'] }],
    4: ['propagationPolicy', 'text'],
    5: ['dryRun', 'texts'],
  },
}
const UNKNOWN: Message = { 1: ['typeMeta', { 1: ['apiVersion', 'text'], 2: ['kind', 'text'] }], 2: ['raw', 'bytes'] }

type Field = { readonly number: number; readonly value: number; readonly bytes: Buffer }

function* fields(buffer: Buffer): Generator<Field> {
  let at = 0
  const varint = (): number => {
    let value = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = buffer[at++]
      if (byte === undefined) throw unsupportedMedia(['application/json'])
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
    }
  }
  while (at < buffer.length) {
    const tag = varint()
    const number = Math.floor(tag / 8)
    if (tag % 8 === 0) yield { number, value: varint(), bytes: Buffer.alloc(0) }
    else if (tag % 8 === 2) {
      const size = varint()
      yield { number, value: 0, bytes: buffer.subarray(at, (at += size)) }
    } else throw unsupportedMedia(['application/json'])
  }
}

function entry(bytes: Buffer, isText: boolean): [string, Json] {
  const found = new Map([...fields(bytes)].map((field) => [field.number, field.bytes]))
  return [found.get(1)?.toString() ?? '', found.get(2)?.toString(isText ? 'utf8' : 'base64') ?? '']
}

const isRepeated = (kind: Kind): kind is readonly [Message] => Array.isArray(kind)

function single(kind: Kind, { value, bytes }: Field): Json {
  if (kind === 'flag') return value === 1
  if (kind === 'integer') return value
  if (kind === 'bytes') return bytes.toString('base64')
  if (kind === 'time') {
    const seconds = [...fields(bytes)].find(({ number }) => number === 1)?.value
    return seconds === undefined ? null : new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')
  }
  if (typeof kind === 'string') return bytes.toString('utf8')
  return decode(isRepeated(kind) ? kind[0] : kind, bytes)
}

function decode(message: Message, bytes: Buffer): JsonObject {
  const object: JsonObject = {}
  for (const field of fields(bytes)) {
    const known = message[field.number]
    if (known === undefined) continue
    const [name, kind] = known
    const held = object[name]
    if (kind === 'map' || kind === 'bytesMap') {
      const [key, value] = entry(field.bytes, kind === 'map')
      object[name] = { ...(held as JsonObject | undefined), [key]: value } // safe: built here
    } else if (kind === 'texts' || isRepeated(kind)) object[name] = [...(Array.isArray(held) ? held : []), single(kind, field)]
    else {
      const value = single(kind, field)
      if (value !== '' && value !== null) object[name] = value
    }
  }
  return object
}

/** The object in a protobuf body of the Kubernetes form. Throws 415 for kinds that are only taken as JSON or YAML. */
export function decodeProtobuf(body: Buffer): JsonObject {
  if (body.toString('latin1', 0, 4) !== 'k8s\0') throw unsupportedMedia(['application/json', 'application/yaml'])
  const { typeMeta, raw } = decode(UNKNOWN, body.subarray(4))
  const type = typeMeta as JsonObject | undefined // safe: decoded as a message
  const message = KINDS[asText(type?.['kind'])]
  if (message === undefined) throw unsupportedMedia(['application/json', 'application/yaml'])
  return { ...type, ...decode(message, Buffer.from(asText(raw), 'base64')) }
}
