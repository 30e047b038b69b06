import type { ServerResponse } from 'node:http'
import { gzip } from 'node:zlib'
import { promisify } from 'node:util'
import type { JsonObject } from './json.ts'
import type { TableForm } from './table.ts'

const compress = promisify(gzip)

/** Sends one JSON document; large ones compressed where the client allows it. */
export async function sendJson(
  response: ServerResponse,
  code: number,
  body: JsonObject,
  options: { readonly type?: string; readonly gzip?: boolean } = {},
): Promise<void> {
  const text = Buffer.from(`${JSON.stringify(body)}\n`)
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

/** The table that the client would rather have (first fitting entry of Accept), or null for plain JSON. */
export function wantedTable(accept: string, includeObject: string | null): TableForm | null {
  for (const entry of accept.split(',')) {
    const [type = '', ...parameters] = entry.split(';').map((part) => part.trim())
    const values = new Map(parameters.map((part) => part.split('=')).map(([key = '', value = '']) => [key, value]))
    const version = values.get('v') ?? ''
    if (type === 'application/json' && values.get('as') === 'Table' && (version === 'v1' || version === 'v1beta1'))
      return { includeObject: includeObject ?? 'Metadata', withColumns: true, version }
    if ((type === 'application/json' || type === '*/*') && !values.has('as')) return null
  }
  return null
}

/** The aggregated discovery version that the client accepts, or null. */
export function wantedDiscovery(accept: string): 'v2' | 'v2beta1' | null {
  const found = accept.split(',').find((entry) => entry.includes('as=APIGroupDiscoveryList'))
  return found === undefined ? null : found.includes('v=v2beta1') ? 'v2beta1' : 'v2'
}
