import 'server-only'
import type { KubeObject } from '#lib/kube/object.ts'
import { healthReading } from '#lib/kube/summary.ts'
import { HEALTHS } from '#lib/kube/summary/reading.ts'
import type { Columns } from '#server/resource/columns.ts'

type Value = string | number | undefined

/** All objects of a kind in an order, as places in the order by name. What has no value in what it is ordered by stands last, by name. */
export type Order = {
  readonly places: readonly number[]
  /** By place in the order by name: what an object is ordered by; none for the order by name. */
  readonly values: readonly Value[]
  readonly columns: Columns
}

/** The column that an order is by, where it is one that the viewer may not be allowed to read. */
export const columnOf = (sort: string): number | undefined => {
  const column = /^-?c(\d)$/.exec(sort)?.[1]
  return column === undefined ? undefined : Number(column)
}

const compare = (a: Value, b: Value): number => ((a ?? '') < (b ?? '') ? -1 : (a ?? '') > (b ?? '') ? 1 : 0)

/** The order by name itself, or turned round. */
export function ofNames(named: readonly KubeObject[], sort: string, columns: Columns): Order {
  const places = Array.from(named, (_, place) => place)
  return { places: sort === '-name' ? places.toReversed() : places, values: [], columns }
}

/** What is equal stands by name, whichever way round. `before` is the order of a list in which the same names stood: little of it has moved. */
export function ofValues(named: readonly KubeObject[], sort: string, columns: Columns, before?: readonly number[]): Order {
  const values = named.map((object) => valueOf(object, sort, columns))
  return { places: placesOf(values, sort, before ?? named.keys()), values, columns }
}

function placesOf(values: readonly Value[], sort: string, from: Iterable<number>): readonly number[] {
  const down = sort.startsWith('-')
  const turned = sort.endsWith('age') === down ? 1 : -1
  const told: number[] = []
  const rest: number[] = []
  for (const place of from) (values[place] === undefined ? rest : told).push(place)
  const by = comparable(values)
  told.sort((a, b) => turned * compare(by[a], by[b]) || a - b)
  return [...told, ...rest.sort((a, b) => a - b)]
}

function valueOf(object: KubeObject, sort: string, columns: Columns): Value {
  const column = columnOf(sort)
  if (column !== undefined) return columns.cells(object)[column]
  if (sort.endsWith('namespace')) return object.metadata.namespace ?? ''
  if (sort.endsWith('age')) return object.metadata.creationTimestamp ?? ''
  return HEALTHS.indexOf(healthReading(object).health)
}

/** Numbers are compared as numbers where a column holds nothing else. */
function comparable(texts: readonly Value[]): readonly Value[] {
  const numbers: Value[] = []
  for (const text of texts) {
    const number = text === undefined ? undefined : text === '' ? Number.NaN : Number(text)
    if (Number.isNaN(number)) return texts
    numbers.push(number)
  }
  return numbers
}
