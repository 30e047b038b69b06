import type { IncomingMessage, ServerResponse } from 'node:http'
import { sendJson, wantedTable } from './answer.ts'
import type { JsonObject } from './json.ts'
import type { User } from './rbac.ts'
import type { Registry } from './registry.ts'
import type { Resource } from './resource.ts'
import type { Storage } from './storage.ts'
import { toTable } from './table.ts'

export type Backend = {
  readonly storage: Storage
  readonly registry: Registry
  readonly authenticate: (header: string | undefined) => User | null
  readonly byToken: (token: string) => User | null
  readonly url: () => string
  /** Open watches, ended by faults and at close. */
  readonly watches: Set<() => void>
}
/** One request on its way, and who sent it. */
export type Call = { readonly request: IncomingMessage; readonly response: ServerResponse; readonly url: URL; readonly user: User }

export const acceptsGzip = (request: IncomingMessage): boolean => /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))

/** Sends an object or a list, as a table where the client would rather have one. */
export async function send(resource: Resource, { request, response, url }: Call, code: number, body: JsonObject): Promise<void> {
  const table = wantedTable(request.headers.accept ?? '', url.searchParams.get('includeObject'))
  await sendJson(response, code, table === null ? body : toTable(resource, body, table, Date.now()), { gzip: acceptsGzip(request) })
}
