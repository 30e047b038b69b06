import { conditionsOf, type KubeObject } from '#lib/kube/object.ts'

/** Kinds whose objects are recorded: those of custom groups, as in the topology. Secrets never, whatever group serves them. */
export const isRecorded = ({ group, kind }: { readonly group: string; readonly kind: string }): boolean =>
  group !== '' && group.includes('.') && !group.endsWith('.k8s.io') && kind !== 'Secret'

/**
 * What is remembered of an object: everything authored (spec and its like), labels, ownership, and of each condition what it says.
 * Left out are status beyond conditions, annotations, managed fields, and when a condition was last written: a heartbeat is no change.
 */
export function recordedState(object: KubeObject): Readonly<Record<string, unknown>> {
  const { apiVersion: _version, kind: _kind, metadata, status: _status, ...authored } = object
  const labels = metadata.labels ?? {}
  const owners = (metadata.ownerReferences ?? []).map(({ apiVersion, kind, name, uid }) => ({ apiVersion, kind, name, uid }))
  // Conditions are a map by type (metav1.Condition): who writes them keeps no order, and another one is no change.
  const conditions = conditionsOf(object)
    .map(({ type, status, reason, message }) => ({ type, status, reason, message }))
    .toSorted((one, two) => (one.type < two.type ? -1 : 1))
  const about = {
    ...(Object.keys(labels).length > 0 && { labels }),
    ...(owners.length > 0 && { ownerReferences: owners }),
  }
  return {
    ...authored,
    ...(Object.keys(about).length > 0 && { metadata: about }),
    ...(conditions.length > 0 && { status: { conditions } }),
  }
}
