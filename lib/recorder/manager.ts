import type { ManagedField } from '#lib/kube/object.ts'
import type { RecordedField } from '#lib/recorder/diff.ts'

export type Manager = { readonly name: string; readonly at: string | undefined }

/**
 * Who wrote last, by the API server's own managed fields: the newest entry of the subresource that the changed fields belong to. Their
 * times are whole seconds: of several within one it cannot be told who, so all are named. Not the owner of the path, since the portal
 * keeps of managed fields only who and when.
 */
export function managerOf(managed: readonly ManagedField[], fields: readonly RecordedField[]): Manager | undefined {
  const parts = new Set(fields.map(({ path }) => /^status\b/.test(path)))
  const own = parts.size === 1 ? managed.filter(({ subresource }) => parts.has(subresource === 'status')) : managed
  const fitting = own.length > 0 ? own : managed
  if (fitting.length === 0) return undefined
  const newest = fitting.reduce((time, each) => ((each.time ?? '') > time ? (each.time ?? '') : time), '')
  const names = new Set(fitting.filter(({ time }) => (time ?? '') === newest).map(({ manager }) => manager ?? 'unknown'))
  return { name: [...names].toSorted().join(' or '), at: newest === '' ? undefined : newest }
}
