import { asObject, asText, metadataOf, nameOf, namespaceOf, type JsonObject } from './json.ts'
import { labelRequirements } from './label-selector.ts'
import type { Resource } from './resource.ts'
import { badRequest } from './status-error.ts'

export type Matches = (object: JsonObject) => boolean

/** A label selector as in `?labelSelector=`. Throws 400 when it cannot be read. */
export function labelMatcher(selector: string): Matches {
  const requirements = labelRequirements(selector)
  return (object) => {
    const labels = asObject(metadataOf(object)['labels'])
    return requirements.every((holds) => holds(labels))
  }
}

const FIELDS: Readonly<Record<string, (object: JsonObject) => string>> = {
  'metadata.name': nameOf,
  'metadata.namespace': namespaceOf,
  'status.phase': (object) => asText(asObject(object['status'])['phase']),
  'spec.nodeName': (object) => asText(asObject(object['spec'])['nodeName']),
  'involvedObject.name': (object) => asText(asObject(object['involvedObject'])['name']),
  'involvedObject.namespace': (object) => asText(asObject(object['involvedObject'])['namespace']),
  'involvedObject.kind': (object) => asText(asObject(object['involvedObject'])['kind']),
  'involvedObject.uid': (object) => asText(asObject(object['involvedObject'])['uid']),
  reason: (object) => asText(object['reason']),
  type: (object) => asText(object['type']),
}
const EXTRA: Readonly<Record<string, readonly string[]>> = {
  Pod: ['status.phase', 'spec.nodeName'],
  Namespace: ['status.phase'],
  Event: ['involvedObject.name', 'involvedObject.namespace', 'involvedObject.kind', 'involvedObject.uid', 'reason', 'type'],
  Secret: ['type'],
}

type FieldTerm = { readonly path: string; readonly isEqual: boolean; readonly value: string }

function fieldTerms(selector: string): FieldTerm[] {
  return selector
    .split(',')
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const [, path, operator, value = ''] = /^\s*([^=!]+?)\s*(==|=|!=)\s*(.*)$/.exec(part) ?? []
      if (path === undefined) throw badRequest(`invalid selector: '${selector}'; can't understand '${part}'`)
      return { path, isEqual: operator !== '!=', value: value.trim() }
    })
}

type Selected = Pick<Resource, 'kind' | 'isCustom'>

// Kinds with selectable fields of their own and custom kinds say it otherwise than the rest.
const unknownField = ({ kind, isCustom }: Selected, path: string): string =>
  isCustom || EXTRA[kind] !== undefined
    ? `field label not supported: ${path}`
    : `${JSON.stringify(path)} is not a known field selector: only "metadata.name", "metadata.namespace"`

/** A field selector; most kinds know metadata.name and metadata.namespace only. Throws 400 for any other field. */
export function fieldMatcher(selector: string, resource: Selected): Matches {
  const extra = resource.isCustom ? [] : (EXTRA[resource.kind] ?? [])
  const terms = fieldTerms(selector).map(({ path, isEqual, value }) => {
    const read = path.startsWith('metadata.') || extra.includes(path) ? FIELDS[path] : undefined
    if (read === undefined) throw badRequest(unknownField(resource, path))
    return (object: JsonObject) => (read(object) === value) === isEqual
  })
  return (object) => terms.every((holds) => holds(object))
}

/** The one name that a field selector asks for: lists restricted so are authorized for that name. */
export function selectedName(selector: string): string {
  try {
    return fieldTerms(selector).find(({ path, isEqual }) => path === 'metadata.name' && isEqual)?.value ?? ''
  } catch {
    return ''
  }
}
