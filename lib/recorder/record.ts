import type { ManagedField } from '#lib/kube/object.ts'
import { diffFields, type RecordedField } from '#lib/recorder/diff.ts'
import { managerOf } from '#lib/recorder/manager.ts'

/** One object as the cluster showed it at one time. Times are epoch milliseconds of the database's clock. */
export type Seen = {
  readonly group: string
  readonly kind: string
  readonly namespace: string
  readonly name: string
  readonly uid: string
  readonly resourceVersion: string
  readonly generation: number | undefined
  /** JSON of its recorded state. */
  readonly state: string
  readonly managed: readonly ManagedField[]
  readonly at: number
  /** It is gone; `state` is its last one. */
  readonly gone: boolean
  /** It comes from a list, not from the watch: whatever happened since then was not watched. `first`: nothing was recorded before. */
  readonly listed: { readonly since: number } | 'first' | undefined
}

/** What is recorded of the object that bears a name now. */
export type Known = {
  readonly uid: string
  readonly resourceVersion: string
  readonly generation: number | undefined
  readonly state: unknown
}

/** `present`: there when recording began. `appeared`, `changed`, `deleted`: what happened to it since. */
export type What = 'present' | 'appeared' | 'changed' | 'deleted'

export type Row = {
  readonly what: What
  readonly uid: string
  /** Empty where an object went unseen: nobody knows the version of its deletion. */
  readonly resourceVersion: string
  readonly generation: number | undefined
  /** It happened between this time and the row's own, while nobody watched. */
  readonly since: number | undefined
  readonly manager: string | undefined
  readonly managedAt: string | undefined
  readonly fields: readonly RecordedField[]
  /** Whole, of first sights and deletions only. */
  readonly state: unknown
}

/**
 * What one sight of an object adds to its record, and what is recorded of it from then on. A sight that was recorded before, or an
 * older one, adds nothing; nor does one in which nothing that is recorded differs.
 */
export function record(known: Known | undefined, seen: Seen): { readonly rows: readonly Row[]; readonly known: Known | undefined } {
  if (seen.gone) return known?.uid === seen.uid ? { rows: [goneRow(known, seen)], known: undefined } : { rows: [], known }
  // The name was given anew: whoever bore it before is gone, and nobody saw it go.
  const lost = known !== undefined && known.uid !== seen.uid ? [lostRow(known, seen)] : []
  if (known === undefined || lost.length > 0) {
    const state: unknown = JSON.parse(seen.state)
    return { rows: [...lost, firstRow(seen, state)], known: knownOf(seen, state) }
  }
  if (isRecordedAlready(known, seen)) return { rows: [], known }
  const state: unknown = JSON.parse(seen.state)
  const fields = diffFields(known.state, state)
  if (fields.length === 0) return { rows: [], known }
  return { rows: [changedRow(seen, fields)], known: knownOf(seen, state) }
}

/** One version is recorded once. Versions of one object are numbers that grow, so an older one that comes late is known by its number. */
function isRecordedAlready(known: Known, seen: Seen): boolean {
  if (known.resourceVersion === seen.resourceVersion) return true
  return seen.listed === undefined && isOlder(seen.resourceVersion, known.resourceVersion)
}

const isOlder = (one: string, other: string): boolean => /^\d+$/.test(one) && /^\d+$/.test(other) && BigInt(one) < BigInt(other)

const sinceOf = ({ listed }: Seen): number | undefined => (typeof listed === 'object' ? listed.since : undefined)

const knownOf = ({ uid, resourceVersion, generation }: Seen, state: unknown): Known => ({ uid, resourceVersion, generation, state })

function changedRow(seen: Seen, fields: readonly RecordedField[]): Row {
  const manager = managerOf(seen.managed, fields)
  const { uid, resourceVersion, generation } = seen
  return {
    what: 'changed',
    uid,
    resourceVersion,
    generation,
    since: sinceOf(seen),
    manager: manager?.name,
    managedAt: manager?.at,
    fields,
    state: undefined,
  }
}

const firstRow = (seen: Seen, state: unknown): Row => ({
  ...changedRow(seen, []),
  what: seen.listed === 'first' ? 'present' : 'appeared',
  state,
})

/** A deletion names no manager: managed fields tell who wrote, not who deleted. */
const goneRow = (known: Known, seen: Seen): Row => {
  const isWatched = seen.listed === undefined
  return {
    what: 'deleted',
    uid: known.uid,
    resourceVersion: isWatched ? seen.resourceVersion : '',
    generation: known.generation,
    since: sinceOf(seen),
    manager: undefined,
    managedAt: undefined,
    fields: [],
    state: isWatched ? (JSON.parse(seen.state) as unknown) : known.state,
  }
}

const lostRow = (known: Known, seen: Seen): Row => ({
  ...goneRow(known, { ...seen, listed: typeof seen.listed === 'object' ? seen.listed : { since: seen.at } }),
})
