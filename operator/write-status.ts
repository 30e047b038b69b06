import { canonicalJson } from '#lib/canonical.ts'
import type { ServedKind } from '#lib/kube/concept.ts'
import type { KubeObject } from '#lib/kube/object.ts'
import { AppError } from '#lib/error.ts'
import type { Connection } from '#server/adapter/kube/connection.ts'
import { log } from '#server/log.ts'

const MANAGER = 'vortex-operator'

export type Status = Readonly<Record<string, unknown>>

const currentOf = (object: KubeObject): Status =>
  typeof object.status === 'object' && object.status !== null ? Object.fromEntries(Object.entries(object.status)) : {}

/**
 * Writes the fields of `status` that differ, by merge patch on /status, bound to the version that was judged; `undefined` removes
 * a field. Nothing differs: nothing is sent. Throws AppError `conflict` when the object moved (the watch brings it back) and
 * `unavailable` when the server refuses or does not answer.
 */
export async function writeStatus(connection: Connection, kind: ServedKind, object: KubeObject, status: Status): Promise<boolean> {
  const current = currentOf(object)
  const changed = Object.entries(status).filter(([field, value]) => canonicalJson(value ?? null) !== canonicalJson(current[field] ?? null))
  if (changed.length === 0) return false
  const { namespace, name, resourceVersion } = object.metadata
  const scope = kind.namespaced ? `/namespaces/${encodeURIComponent(namespace ?? '')}` : ''
  const path = `/apis/${kind.group}/${kind.version}${scope}/${kind.plural}/${encodeURIComponent(name)}/status?fieldManager=${MANAGER}`
  const body = { metadata: { resourceVersion }, status: Object.fromEntries(changed.map(([field, value]) => [field, value ?? null])) }
  const answer = await connection.json('PATCH', path, { body, contentType: 'application/merge-patch+json' })
  if (answer.status === 404) return false
  if (answer.status === 409) throw new AppError('conflict', `${kind.kind} ${name} moved while it was judged.`)
  if (answer.status >= 300)
    throw new AppError('unavailable', `Writing the status of ${kind.kind} ${name} was refused with ${answer.status}.`, {
      cause: answer.body,
    })
  log.info('operator.status-written', { kind: kind.kind, namespace, name, fields: changed.map(([field]) => field).join(',') })
  return true
}
