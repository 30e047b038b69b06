import 'server-only'
import type { KubeObject } from '#lib/kube/object.ts'
import type { Health } from '#lib/kube/summary/reading.ts'
import type { Columns } from '#server/resource/columns.ts'
import { healthIn } from '#server/resource/kind-lines.ts'
import { changeOf, type ListChange } from '#server/resource/list-change.ts'
import { type Counted, countedBy, recounted } from '#server/resource/counted.ts'
import { type NameOrder, nameOrderOf, revisedOrder } from '#server/resource/name-order.ts'
import { ofNames, ofValues, type Order } from '#server/resource/order.ts'

/** What is worked out over all objects of a kind, each part when it is first asked for. */
export type Listing = {
  readonly names: () => NameOrder
  /** By place in the order by name: what an object's columns say, in lower case. */
  readonly lines: (columns: Columns) => readonly string[]
  readonly order: (sort: string, columns: Columns) => Order
  readonly health: () => Readonly<Record<Health, number>>
  readonly namespaces: () => readonly string[]
  /** The keys of all objects, each with one object that has it. What was counted holds for the very function that it was counted by. */
  readonly keys: (keyOf: Counted['keyOf']) => ReadonlyMap<string, KubeObject>
}

/** Everything that was asked for so far of one list. */
type Parts = {
  readonly objects: readonly KubeObject[]
  names?: NameOrder
  lines?: { readonly columns: Columns; readonly texts: readonly string[] }
  health?: Record<Health, number>
  namespaces?: Counted
  keys?: Counted
  readonly orders: Map<string, Order>
  /** Orders of the list before, of the same names: they are put right sooner than made. */
  readonly earlier: Map<string, Order['places']>
}

/** As many as people use of one table at a time. */
const ORDERS_MAX = 8
/** What nobody asks for is let go, and with it the objects of its list that are gone since (milliseconds). */
const IDLE_MS = 60_000

type Kept = { readonly parts: Parts; readonly listing: Listing; readonly timer: NodeJS.Timeout }

// Pages and routes are bundled apart, each with its own copy of this module: the process keeps each list once.
const SLOT = Symbol.for('vortex.listings')
const slot = globalThis as typeof globalThis & { [SLOT]?: Map<string, Kept> }
const kept = (slot[SLOT] ??= new Map<string, Kept>())

/**
 * What is known of a list. A list is replaced when anything of it changes; what was worked out of the one before is revised by what changed,
 * so that a change costs itself and not the list. `key` names the list: cluster, group and kind.
 */
export function listingOf(key: string, objects: readonly KubeObject[]): Listing {
  const before = kept.get(key)
  before?.timer.refresh()
  if (before?.parts.objects === objects) return before.listing
  const parts = before === undefined ? partsOf(objects) : revised(before.parts, objects)
  const timer = before?.timer ?? setTimeout(() => kept.delete(key), IDLE_MS).unref()
  const listing = listingFrom(parts)
  kept.set(key, { parts, listing, timer })
  return listing
}

const partsOf = (objects: readonly KubeObject[]): Parts => ({ objects, orders: new Map(), earlier: new Map() })

function listingFrom(parts: Parts): Listing {
  const { objects } = parts
  const names = (): NameOrder => (parts.names ??= nameOrderOf(objects))
  return {
    names,
    lines: (columns) => {
      if (parts.lines?.columns !== columns) parts.lines = { columns, texts: names().objects.map(columns.line) }
      return parts.lines.texts
    },
    order: (sort, columns) => {
      const known = parts.orders.get(sort)
      if (known?.columns === columns) return known
      const made = sort.endsWith('name')
        ? ofNames(names().objects, sort, columns)
        : ofValues(names().objects, sort, columns, parts.earlier.get(sort))
      const [oldest] = parts.orders.keys()
      if (parts.orders.size >= ORDERS_MAX && oldest !== undefined) parts.orders.delete(oldest)
      parts.orders.set(sort, made)
      return made
    },
    health: () => (parts.health ??= healthIn(objects)),
    namespaces: () => {
      parts.namespaces ??= countedBy(namespaceOf, objects)
      return [...parts.namespaces.counts.keys()].filter(Boolean).toSorted()
    },
    keys: (keyOf) => {
      if (parts.keys?.keyOf !== keyOf) parts.keys = countedBy(keyOf, objects)
      return parts.keys.samples
    },
  }
}

const namespaceOf = ({ metadata }: KubeObject): string => metadata.namespace ?? ''

/** What was asked for of the list before, as it is of this one. */
function revised(before: Parts, objects: readonly KubeObject[]): Parts {
  const parts = partsOf(objects)
  const change = changeOf(before.objects, objects)
  const { gone, come } = goneAndCome(change)
  if (before.health) {
    const [less, more] = [healthIn(gone), healthIn(come)]
    const { danger, caution, unknown, ok } = before.health
    parts.health = {
      danger: danger - less.danger + more.danger,
      caution: caution - less.caution + more.caution,
      unknown: unknown - less.unknown + more.unknown,
      ok: ok - less.ok + more.ok,
    }
  }
  if (before.namespaces) parts.namespaces = recounted(before.namespaces, gone, come, objects)
  if (before.keys) parts.keys = recounted(before.keys, gone, come, objects)
  reviseNames(parts, before, change)
  return parts
}

/** Whoever counts takes what was replaced for gone and come. */
const goneAndCome = ({ replaced, gone, come }: ListChange) => ({
  gone: [...gone, ...replaced.map(([was]) => was)],
  come: [...come, ...replaced.map(([, is]) => is)],
})

function reviseNames(parts: Parts, before: Parts, change: ListChange): void {
  if (before.names === undefined) return
  const { order, replacedAt } = revisedOrder(before.names, change)
  parts.names = order
  // Where places moved, what goes by place is made anew when it is asked for.
  if (replacedAt === undefined) return
  if (before.lines) {
    const { columns } = before.lines
    const texts = [...before.lines.texts]
    for (const [index, at] of replacedAt.entries()) {
      const now = change.replaced[index]?.[1]
      if (now !== undefined) texts[at] = columns.line(now)
    }
    parts.lines = { columns, texts }
  }
  for (const [sort, places] of before.earlier) parts.earlier.set(sort, places)
  for (const [sort, known] of before.orders) {
    if (sort.endsWith('name')) parts.orders.set(sort, known)
    else parts.earlier.set(sort, known.places)
  }
}
