import type { ServerResponse } from 'node:http'
import { gzip } from 'node:zlib'
import { promisify } from 'node:util'
import { stringify } from 'yaml'
import { asList, asObject, metadataOf, type JsonObject } from './json.ts'
import type { Resource } from './resource.ts'
import { notAcceptable } from './status-error.ts'
import { toTable, type TableForm } from './table.ts'

const compress = promisify(gzip)

/** Sends one document; large ones compressed where the client allows it. */
export async function sendJson(
  response: ServerResponse,
  code: number,
  body: JsonObject,
  options: { readonly type?: string; readonly gzip?: boolean } = {},
): Promise<void> {
  const text = Buffer.from(options.type === 'application/yaml' ? stringify(body) : `${JSON.stringify(body)}\n`)
  const isPacked = options.gzip === true && text.length > 128 * 1024
  const bytes = isPacked ? await compress(text, { level: 1 }) : text
  if (response.destroyed) return
  response.writeHead(code, {
    'content-type': options.type ?? 'application/json',
    'content-length': bytes.length,
    'cache-control': 'no-cache, private',
    ...(isPacked ? { 'content-encoding': 'gzip' } : {}),
  })
  response.end(bytes)
}

/** In which form a resource is answered: as it is (JSON or YAML), as a table, or its metadata alone. */
export type AnswerForm =
  | { readonly as: 'object'; readonly type: 'application/json' | 'application/yaml' }
  | { readonly as: 'table'; readonly table: TableForm }
  | { readonly as: 'metadata'; readonly version: string }

function formOf(entry: string, includeObject: string | null): AnswerForm | null {
  const [type = '', ...parameters] = entry.split(';').map((part) => part.trim())
  const values = new Map(parameters.map((part) => part.split('=')).map(([key = '', value = '']) => [key, value]))
  const [as, version = ''] = [values.get('as'), values.get('v')]
  if (as === undefined) {
    if (type === 'application/yaml') return { as: 'object', type }
    return ['application/json', 'application/*', '*/*'].includes(type) ? { as: 'object', type: 'application/json' } : null
  }
  if (type !== 'application/json' || (version !== 'v1' && version !== 'v1beta1')) return null
  if (as === 'Table') return { as: 'table', table: { includeObject: includeObject ?? 'Metadata', withColumns: true, version } }
  return as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList' ? { as: 'metadata', version } : null
}

/** The first form of Accept that is spoken here. Throws 406 when there is none. */
export function wantedForm(accept: string, includeObject: string | null): AnswerForm {
  if (accept.trim() === '') return { as: 'object', type: 'application/json' }
  for (const entry of accept.split(',')) {
    const form = formOf(entry, includeObject)
    if (form !== null) return form
  }
  throw notAcceptable(['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'])
}

const metadataOnly = (object: JsonObject, version: string): JsonObject => ({
  kind: 'PartialObjectMetadata',
  apiVersion: `meta.k8s.io/${version}`,
  metadata: metadataOf(object),
})

/** An object or a list in the form that was asked for. */
export function formed(form: AnswerForm, resource: Resource, body: JsonObject): JsonObject {
  if (form.as === 'object' || body['kind'] === 'Status') return body
  if (form.as === 'table') return toTable(resource, body, form.table, Date.now())
  if (body['kind'] !== resource.listKind || !Array.isArray(body['items'])) return metadataOnly(body, form.version)
  return {
    kind: 'PartialObjectMetadataList',
    apiVersion: `meta.k8s.io/${form.version}`,
    metadata: metadataOf(body),
    items: asList(body['items']).map((each) => metadataOnly(asObject(each), form.version)),
  }
}

/** The aggregated discovery version that the client accepts, or null. */
export function wantedDiscovery(accept: string): 'v2' | 'v2beta1' | null {
  const found = accept.split(',').find((entry) => entry.includes('as=APIGroupDiscoveryList'))
  return found === undefined ? null : found.includes('v=v2beta1') ? 'v2beta1' : 'v2'
}
