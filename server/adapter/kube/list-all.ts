import 'server-only'
import { isRecord } from '#lib/is-record.ts'
import { z } from 'zod'
import { AppError } from '#lib/error.ts'
import type { ServedKind } from '#lib/kube/concept.ts'
import { isBodyless, masked } from '#lib/kube/mask.ts'
import type { KubeObject } from '#lib/kube/object.ts'
import type { Connection } from '#server/adapter/kube/connection.ts'

const PAGE = 500
/** A page of large objects takes longer than an answer to anything else. */
const LIST_DEADLINE_MS = 30_000

/** Asks for objects as they are, or for their metadata alone where the body may not reach this process (kinds.md 9). */
export const acceptOf = (kind: ServedKind, what: 'PartialObjectMetadata' | 'PartialObjectMetadataList'): string =>
  isBodyless(kind) ? `application/json;as=${what};g=meta.k8s.io;v=v1` : 'application/json'

/** As much of an object as everything else hangs on. Checked by hand: a schema would copy each of thousands. */
export type Named = Readonly<Record<string, unknown>> & { readonly metadata: { readonly name: string; readonly resourceVersion?: string } }
export const isNamed = (value: unknown): value is Named =>
  isRecord(value) && isRecord(value['metadata']) && typeof value['metadata']['name'] === 'string'

const List = z.object({
  metadata: z.object({ resourceVersion: z.string(), continue: z.string().optional() }),
  items: z.array(z.custom<Named>(isNamed, 'an item has no metadata.name')).nullable(),
})

/** The path of a kind's collection, over all namespaces. */
export const collectionPath = (kind: ServedKind): string =>
  (kind.group === '' ? `/api/${kind.version}` : `/apis/${kind.group}/${kind.version}`) + `/${kind.plural}`

/** The API server answered, and not with what was asked for. */
export class Refused extends AppError {
  readonly status: number
  constructor(words: string, status: number) {
    super('unavailable', words)
    this.status = status
  }
}
export const refusalOf = (doing: string, kind: ServedKind, status: number): Refused =>
  new Refused(`${doing} ${kind.plural} answered ${status}`, status)

/** All objects of a kind in pages, with the version a watch goes on from. */
export async function listAll(connection: Connection, kind: ServedKind): Promise<{ objects: KubeObject[]; resourceVersion: string }> {
  const objects: KubeObject[] = []
  let token = ''
  for (;;) {
    const path = `${collectionPath(kind)}?limit=${PAGE}${token && `&continue=${encodeURIComponent(token)}`}`
    const { status, body } = await connection.json('GET', path, {
      deadlineMs: LIST_DEADLINE_MS,
      accept: acceptOf(kind, 'PartialObjectMetadataList'),
    })
    if (status !== 200) throw refusalOf('listing', kind, status)
    const page = List.parse(body)
    for (const item of page.items ?? []) objects.push(asStored(item, kind))
    token = page.metadata.continue ?? ''
    if (!token) return { objects, resourceVersion: page.metadata.resourceVersion }
  }
}

/**
 * As it is kept: without key material, with a kind of its own, and of the managed fields only who wrote and when, since the rest is often
 * half the object.
 */
export function asStored(item: Named, served: ServedKind): KubeObject {
  const { group, version, kind } = served
  // safe: it has a name, the rest is read by typed readers; items of a list carry no apiVersion and kind of their own
  const body = isBodyless(served) ? { metadata: item.metadata } : item
  const object = masked({ ...body, apiVersion: group === '' ? version : `${group}/${version}`, kind } as unknown as KubeObject)
  const { managedFields } = object.metadata
  if (managedFields === undefined) return object
  const writers = managedFields.map((entry) => {
    const { fieldsV1: _, ...writer } = entry
    return writer
  })
  return { ...object, metadata: { ...object.metadata, managedFields: writers } }
}
