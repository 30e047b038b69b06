import 'server-only'
import { z } from 'zod'
import { AppError } from '#lib/error.ts'
import { isRecord } from '#lib/is-record.ts'
import type { Connection } from '#server/adapter/kube/connection.ts'
import { Refused } from '#server/adapter/kube/list-all.ts'

/** The events about one object as the API server has them now; `more` where there are more than anybody reads. */
export type Events =
  | { readonly state: 'read'; readonly events: readonly Readonly<Record<string, unknown>>[]; readonly more: boolean }
  | { readonly state: 'not-served' }
  | { readonly state: 'forbidden' }

const PAGE = 500
const PAGES_MAX = 2

/** Where events are served, newest first, and how each says what an event is about. */
const WAYS = [
  { base: '/apis/events.k8s.io/v1', field: 'regarding.uid' },
  { base: '/api/v1', field: 'involvedObject.uid' },
] as const

const Page = z.object({
  metadata: z.object({ continue: z.string().optional() }).optional(),
  items: z.array(z.custom<Readonly<Record<string, unknown>>>(isRecord, 'an event is no object')).nullable(),
})

/** Asks for the events of one object only. Events of a namespaced object are in its namespace, and reading that needs the least right. */
export async function readEvents(
  connection: Connection,
  { uid, namespace }: { readonly uid: string; readonly namespace: string },
): Promise<Events> {
  const within = namespace === '' ? '' : `/namespaces/${encodeURIComponent(namespace)}`
  // Rights are looked at before what is served: the one says nothing of the other.
  let isForbidden = false
  for (const { base, field } of WAYS) {
    const found = await readPages(connection, `${base}${within}/events?fieldSelector=${encodeURIComponent(`${field}=${uid}`)}`)
    if (found.state === 'read') return found
    isForbidden ||= found.state === 'forbidden'
  }
  return { state: isForbidden ? 'forbidden' : 'not-served' }
}

async function readPages(connection: Connection, path: string): Promise<Events> {
  const events: Readonly<Record<string, unknown>>[] = []
  let token = ''
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const { status, body } = await connection.json('GET', `${path}&limit=${PAGE}${token && `&continue=${encodeURIComponent(token)}`}`)
    if (status === 404) return { state: 'not-served' }
    if (status === 401 || status === 403) return { state: 'forbidden' }
    if (status !== 200) throw new Refused(`listing events answered ${status}`, status)
    const parsed = Page.safeParse(body)
    if (!parsed.success)
      throw new AppError('malformed', 'The Kubernetes API server sent events that cannot be read.', { cause: parsed.error })
    events.push(...(parsed.data.items ?? []))
    token = parsed.data.metadata?.continue ?? ''
    if (token === '') return { state: 'read', events, more: false }
  }
  return { state: 'read', events, more: true }
}
