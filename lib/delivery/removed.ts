import { covers } from '#lib/delivery/document.ts'
import { isRecord } from '#lib/is-record.ts'
import type { ManagedField } from '#lib/kube/object.ts'

/**
 * Whether the cluster still holds a field that the sealed document no longer has: with the value from before, and as its applier's own.
 * What an applier takes out by server-side apply may come back as a default, which nobody applied. A field that nobody applied by
 * server-side apply (`managedFields` of operation Apply) says nothing. Fields within lists are not followed: `covers` compares those whole.
 */
export function keepsRemoved(
  live: unknown,
  { before, sealed, managers }: { readonly before: unknown; readonly sealed: unknown; readonly managers: readonly ManagedField[] },
): boolean {
  const applied = managers.filter(({ operation, subresource }) => operation === 'Apply' && subresource === undefined)
  return keeps({ live, before, sealed, owned: applied.map(({ fieldsV1 }) => childOf(fieldsV1, 'f:spec')) })
}

type At = { readonly live: unknown; readonly before: unknown; readonly sealed: unknown; readonly owned: readonly unknown[] }

function keeps({ live, before, sealed, owned }: At): boolean {
  if (!isRecord(live) || !isRecord(before)) return false
  return Object.entries(before).some(([key, was]) => {
    const now = live[key]
    const below = owned.map((fields) => childOf(fields, `f:${key}`))
    if (isRecord(sealed) && sealed[key] !== undefined) return keeps({ live: now, before: was, sealed: sealed[key], owned: below })
    return now !== undefined && covers(now, was) && below.some((fields) => fields !== undefined)
  })
}

const childOf = (fields: unknown, key: string): unknown => (isRecord(fields) ? fields[key] : undefined)
