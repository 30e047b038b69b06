import { expect, test } from 'vitest'
import { mergeGenerations } from '#lib/kube/merge-generations.ts'
import type { KubeObject } from '#lib/kube/object.ts'

const object = (generation: string, namespace: string, name: string): KubeObject => ({
  apiVersion: `${generation}.example.org/v1`,
  kind: 'Kind',
  metadata: { name, namespace },
})

test('of two with one name in one namespace the newest generation stands for both, and nothing else is left out', () => {
  const newest = [object('c', 'a', 'one'), object('c', 'b', 'one')]
  const older = [object('b', 'a', 'one'), object('b', 'a', 'two')]
  const oldest = [object('a', 'a', 'two'), object('a', 'c', 'one')]
  expect(mergeGenerations([newest, older, oldest])).toEqual([...newest, older[1], oldest[1]])
})

test('one list alone is given back as it is, so that who remembers it knows it again', () => {
  const only = [object('b', 'a', 'one')]
  expect(mergeGenerations([[], only, []])).toBe(only)
  expect(mergeGenerations([])).toEqual([])
})
