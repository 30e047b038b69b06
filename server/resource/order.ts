import 'server-only'
import type { KubeObject } from '#lib/kube/object.ts'
import { healthReading } from '#lib/kube/summary.ts'
import { HEALTHS } from '#lib/kube/summary/reading.ts'
import type { Columns } from '#server/resource/columns.ts'

/** All objects of a kind in an order. The first `told` have a value in what they are ordered by; the rest stand by name. */
export type Order = { readonly objects: readonly KubeObject[]; readonly told: number }

type Kept = { readonly columns: Columns; readonly orders: Map<string, Order> }

/** As many as a table has heads, each in both directions. */
const ORDERS_MAX = 20

// A list is replaced when anything of it changes: an order holds as long as its list, and paging through it sorts nothing.
const kept = new WeakMap<readonly KubeObject[], Kept>()

/** The column that an order is by, where it is one that the viewer may not be allowed to read. */
export const columnOf = (sort: string): number | undefined => {
  const column = /^-?c(\d)$/.exec(sort)?.[1]
  return column === undefined ? undefined : Number(column)
}

/** The whole list in the order asked for, then by name. What is empty stands last, by name, whichever way round. */
export function orderOf(objects: readonly KubeObject[], sort: string, columns: Columns): Order {
  const known = kept.get(objects)
  const orders = known?.columns === columns ? known.orders : new Map<string, Order>()
  if (known?.orders !== orders) kept.set(objects, { columns, orders })
  const before = orders.get(sort)
  if (before !== undefined) return before
  const made = sort === 'name' ? byName(objects) : sorted(orderOf(objects, 'name', columns).objects, sort, columns)
  const [oldest] = orders.keys()
  if (orders.size >= ORDERS_MAX && oldest !== undefined) orders.delete(oldest)
  orders.set(sort, made)
  return made
}

const compare = (a: string | number, b: string | number): number => (a < b ? -1 : a > b ? 1 : 0)

function byName(objects: readonly KubeObject[]): Order {
  const order = objects.toSorted(
    ({ metadata: a }, { metadata: b }) => compare(a.name, b.name) || compare(a.namespace ?? '', b.namespace ?? ''),
  )
  return { objects: order, told: order.length }
}

/** Sorting is stable, so what is equal stays by name. */
function sorted(named: readonly KubeObject[], sort: string, columns: Columns): Order {
  const down = sort.startsWith('-')
  const key = down ? sort.slice(1) : sort
  if (key === 'name') return { objects: named.toReversed(), told: named.length }
  const column = columnOf(sort)
  const texts = named.map((object) => valueOf(object, key, column, columns))
  const told = texts.flatMap((text, index) => (text === undefined ? [] : [index]))
  const values = comparable(texts)
  const turned = (key === 'age') === down ? 1 : -1
  const order = told.toSorted((a, b) => turned * compare(values[a] ?? '', values[b] ?? ''))
  const rest = texts.flatMap((text, index) => (text === undefined ? [index] : []))
  return { objects: [...order, ...rest].flatMap((index) => named[index] ?? []), told: told.length }
}

function valueOf(object: KubeObject, key: string, column: number | undefined, columns: Columns): string | number | undefined {
  if (column !== undefined) return columns.cells(object)[column]
  if (key === 'namespace') return object.metadata.namespace ?? ''
  if (key === 'age') return object.metadata.creationTimestamp ?? ''
  return HEALTHS.indexOf(healthReading(object).health)
}

/** Numbers are compared as numbers where a column holds nothing else. */
function comparable(texts: readonly (string | number | undefined)[]): readonly (string | number | undefined)[] {
  const numbers = texts.map((text) => (text === undefined ? undefined : text === '' ? Number.NaN : Number(text)))
  return numbers.some((number) => Number.isNaN(number)) ? texts : numbers
}
