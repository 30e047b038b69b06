import type { IncomingMessage, ServerResponse } from 'node:http'
import { formed, sendJson, wantedForm } from './answer.ts'
import type { JsonObject } from './json.ts'
import type { User } from './rbac.ts'
import type { Registry } from './registry.ts'
import type { Resource } from './resource.ts'
import type { Storage } from './storage.ts'

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

/** Sends an object or a list, in the form that the client would rather have. */
export async function send(resource: Resource, { request, response, url }: Call, code: number, body: JsonObject): Promise<void> {
  const form = wantedForm(request.headers.accept ?? '', url.searchParams.get('includeObject'))
  const type = form.as === 'object' ? form.type : 'application/json'
  await sendJson(response, code, formed(form, resource, body), { type, gzip: acceptsGzip(request) })
}
