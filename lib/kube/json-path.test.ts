import { expect, test } from 'vitest'
import { parseJsonPath, readJsonPath } from '#lib/kube/json-path.ts'

const OBJECT = {
  metadata: { labels: { 'app.kubernetes.io/name': 'web' } },
  spec: { list: [{ a: 1 }, { a: 2 }], map: { x: 1, y: 2 } },
  status: { conditions: [{ type: 'Ready', status: 'True' }, { type: 'Fresh', status: 'False' }, 'broken', null] },
}

test.each([
  ['.status.conditions[?(@.type=="Ready")].status', ['True']],
  ["{.status.conditions[?(@.type=='Fresh')].status}", ['False']],
  ['$.spec.list[1].a', [2]],
  ['.spec.list[-1].a', [2]],
  ['.spec.list[*].a', [1, 2]],
  ['.spec.map.*', [1, 2]],
  [String.raw`.metadata.labels.app\.kubernetes\.io/name`, ['web']],
  [".metadata.labels['app.kubernetes.io/name']", ['web']],
  ['.spec.nothing.here', []],
  ['.spec.list.a', []],
  ['.status.conditions[7].type', []],
  ['.constructor.name', []],
])('%s finds %j', (path, found) => {
  const parsed = parseJsonPath(path)
  expect(parsed && readJsonPath(parsed, OBJECT)).toEqual(found)
})

test.each(['', '..spec', '.spec[?(@.a>1)]', '.spec[', '.spec[1:2]', '.a]b'])('%j is not read', (path) => {
  expect(parseJsonPath(path)).toBeUndefined()
})
