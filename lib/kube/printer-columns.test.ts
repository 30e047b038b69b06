import { expect, test } from 'vitest'
import { cellOf, printerColumns } from '#lib/kube/printer-columns.ts'

const definition = (columns: unknown) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'things.example.org' },
  spec: { versions: [{ name: 'v1', additionalPrinterColumns: columns }] },
})
const object = {
  apiVersion: 'example.org/v1',
  kind: 'Thing',
  metadata: { name: 'x' },
  spec: { list: ['a', 'b'], flag: false, deep: { a: { b: 1 } } },
}
const column = (jsonPath: string, rest: object = {}) => ({ name: jsonPath, type: 'string', jsonPath, ...rest })

test('columns of the version asked for, without name, age and the wide ones, at most six', () => {
  const columns = [
    column('.metadata.name'),
    column('.metadata.creationTimestamp', { type: 'date' }),
    column('.spec.wide', { priority: 1 }),
    ...Array.from({ length: 9 }, (_, index) => column(`.spec.c${index}`)),
  ]
  expect(printerColumns(definition(columns), 'v1').map(({ title }) => title)).toEqual([0, 1, 2, 3, 4, 5].map((index) => `.spec.c${index}`))
  expect(printerColumns(definition(columns), 'v2')).toEqual([])
})

test.each([undefined, null, 'text', {}, [null, 7, {}, { name: 1, jsonPath: [] }, { name: 'x' }]])(
  'a broken definition (%j) has no columns',
  (columns) => {
    expect(printerColumns(definition(columns), 'v1')).toEqual([])
    expect(printerColumns({ ...definition(columns), spec: columns }, 'v1')).toEqual([])
  },
)

test.each([
  ['.spec.list[*]', 'a, b'],
  ['.spec.list', 'a, b'],
  ['.spec.flag', 'no'],
  ['.spec.deep', undefined],
  ['.spec.none', undefined],
  ['.spec[?(@.a>1)]', undefined],
])('%s reads %s', (path, text) => {
  const [first] = printerColumns(definition([column(path)]), 'v1')
  expect(first && cellOf(first, object)).toBe(text)
})
