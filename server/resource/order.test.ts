import { expect, test } from 'vitest'
import type { KubeObject } from '#lib/kube/object.ts'
import type { Columns } from '#server/resource/columns.ts'
import { listingOf } from '#server/resource/listing.ts'

let seed = 11
const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below

const objects: readonly KubeObject[] = Array.from({ length: 500 }, () => ({
  apiVersion: 'example.org/v1',
  kind: 'Thing',
  metadata: {
    name: `thing-${random(200)}`,
    namespace: `space-${random(7)}`,
    creationTimestamp: new Date(random(50) * 86_400_000).toISOString(),
  },
  spec: { size: random(5) === 0 ? undefined : String(random(120)), word: random(5) === 0 ? undefined : `w${random(40)}` },
}))
const columns: Columns = {
  columns: [],
  from: 'definition',
  cells: ({ spec }) => ['size', 'word'].map((key) => Reflect.get(Object(spec), key) as string | undefined), // safe: made above
  line: () => '',
}
const place = ({ metadata: { name, namespace = '' } }: KubeObject): string => `${name} ${namespace}`
const cell = (object: KubeObject, column: number) => columns.cells(object)[column]

test.each(['name', '-name', 'namespace', '-namespace', 'age', '-age', 'health', '-health', 'c0', '-c0', 'c1', '-c1'])(
  'by %s: every object once, in order, what is equal by name, what is empty last',
  (sort) => {
    const listing = listingOf('things', objects)
    const named = listing.names().objects
    const ordered = listing.order(sort, columns).places.flatMap((at) => named[at] ?? [])
    expect(ordered).toHaveLength(objects.length)
    expect(new Set(ordered)).toEqual(new Set(objects))
    const told =
      sort.startsWith('c') || sort.startsWith('-c')
        ? ordered.filter((each) => cell(each, Number(sort.at(-1))) !== undefined).length
        : ordered.length
    const down = sort.startsWith('-')
    const key = sort.replace('-', '')
    const value = (object: KubeObject): string | number | undefined =>
      key === 'c0'
        ? cell(object, 0) && Number(cell(object, 0))
        : key === 'c1'
          ? cell(object, 1)
          : key === 'namespace'
            ? object.metadata.namespace
            : key === 'age'
              ? -Date.parse(object.metadata.creationTimestamp ?? '')
              : key === 'name'
                ? place(object)
                : ''
    const isRight = (before: KubeObject, object: KubeObject, at: number): boolean => {
      const [a, b] = [value(before), value(object)]
      if (b === undefined) return at >= told && (a !== undefined || place(before) <= place(object))
      if (a === undefined) return false
      if (a === b && key !== 'name') return place(before) <= place(object)
      return down ? a >= b : a <= b
    }
    const wrong = ordered.slice(1).filter((object, index) => {
      const before = ordered[index]
      return before === undefined || !isRight(before, object, index + 1)
    })
    expect(wrong).toEqual([])
  },
)
