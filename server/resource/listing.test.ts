import { expect, test } from 'vitest'
import type { KubeObject } from '#lib/kube/object.ts'
import type { Columns } from '#server/resource/columns.ts'
import { changeOf } from '#server/resource/list-change.ts'
import { type Listing, listingOf } from '#server/resource/listing.ts'

let seed = 5
const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below
let made = 0
const thing = (name: string): KubeObject => {
  made += 1
  return {
    apiVersion: 'example.org/v1',
    kind: 'Thing',
    metadata: { name, namespace: `space-${random(5)}`, creationTimestamp: new Date(random(40) * 86_400_000).toISOString(), uid: `${made}` },
    spec: { size: random(6) === 0 ? undefined : String(random(90)), word: random(6) === 0 ? undefined : `W${random(30)}` },
    status: { conditions: [{ type: 'Ready', status: ['True', 'False', 'Unknown'][random(3)] ?? '' }] },
  }
}
const cellsOf = ({ spec }: KubeObject) => ['size', 'word'].map((key) => Reflect.get(Object(spec), key) as string | undefined) // safe: made above
const columns: Columns = {
  columns: [],
  from: 'definition',
  cells: cellsOf,
  line: (object) => cellsOf(object).join('\0').toLowerCase(),
}
const keyOf = ({ metadata }: KubeObject): string => `key-${metadata.uid?.at(-1)}`
const SORTS = ['name', '-name', 'namespace', '-namespace', 'age', '-age', 'health', '-health', 'c0', '-c0', 'c1', '-c1']

const everything = (listing: Listing, objects: readonly KubeObject[]) => ({
  names: listing.names(),
  lines: listing.lines(columns),
  health: listing.health(),
  namespaces: listing.namespaces(),
  keys: [...listing.keys(keyOf).keys()].toSorted(),
  samples: [...listing.keys(keyOf)].every(([key, object]) => keyOf(object) === key && objects.includes(object)),
  orders: SORTS.map((sort) => [sort, listing.order(sort, columns).places]),
})

/** What a watch does to a list: what changes stays in its place, what is made stands at the end. */
function changed(objects: readonly KubeObject[]): readonly KubeObject[] {
  const all = random(12) === 0
  const next = objects.flatMap((object) => {
    const dice = random(all ? 3 : 60)
    if (dice === 0) return [{ ...thing(object.metadata.name), metadata: { ...object.metadata, uid: `${(made += 1)}` } }]
    return dice === 1 && random(all ? 2 : 4) === 0 ? [] : [object]
  })
  const come = random(4) === 0 ? Array.from({ length: random(all ? 90 : 4) }, () => thing(`new-${random(1_000_000)}`)) : []
  // Once in a while a whole list, which stands in an order of its own.
  return random(15) === 0 ? [...next, ...come].toSorted((a, b) => Number(a.metadata.uid) - Number(b.metadata.uid)) : [...next, ...come]
}

test('whatever changed since the list before, what is known of this one is what the list alone says', () => {
  let objects: readonly KubeObject[] = Array.from({ length: 150 }, (_, index) => thing(`thing-${(index * 37) % 150}`))
  for (let step = 0; step < 250; step += 1) {
    objects = changed(objects)
    const kept = listingOf('kept', objects)
    // Parts that nobody asks for in between are made when they are asked for.
    if (random(3) === 0) kept.order(SORTS[random(SORTS.length)] ?? '', columns)
    if (random(3) > 0) continue
    expect(everything(kept, objects)).toEqual(everything(listingOf(`fresh ${step}`, objects), objects))
  }
  expect(objects.length).toBeGreaterThan(20)
})

test('a change is read of the objects that changed and of no other', () => {
  const read = new Set<KubeObject>()
  const counting: Columns = { ...columns, line: (object) => (read.add(object), columns.line(object)) }
  const first = Array.from({ length: 300 }, (_, index) => thing(`thing-${index}`))
  listingOf('read', first).lines(counting)
  expect(read.size).toBe(300)
  read.clear()
  const now = first.with(7, { ...thing('thing-7'), metadata: { ...first[7]?.metadata, name: 'thing-7', uid: 'x' } })
  expect(listingOf('read', now).lines(counting)).toHaveLength(300)
  expect([...read]).toEqual([now[7]])
})

test('the same list is the same listing, and an order that was asked for is not made again', () => {
  const objects = [thing('b'), thing('a')]
  const listing = listingOf('same', objects)
  expect(listingOf('same', objects)).toBe(listing)
  expect(listing.order('c0', columns)).toBe(listing.order('c0', columns))
  expect(listingOf('same', [...objects])).not.toBe(listing)
})

test('a difference between two lists gives the one from the other', () => {
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map(thing)
  if (!a || !b || !c || !d) throw new Error('four were made')
  const other = { ...b }
  expect(changeOf([a, b, c], [a, other, d])).toEqual({ replaced: [[b, other]], gone: [c], come: [d] })
  expect(changeOf([a, b, c], [c, b, a]).gone).toEqual([a, b])
  expect(changeOf([a, b, c], [c, b, a]).come).toEqual([b, a])
  expect(changeOf([], [a])).toEqual({ replaced: [], gone: [], come: [a] })
})
