import { expect, test } from 'vitest'
import { placeGraph } from './graph-layout.ts'

const node = (id: string) => ({ id, label: id, domain: 'd' })
const edge = (from: string, to: string, proposed = false) => ({ from, to, type: 'Observes', proposed })

test('a node stands right of what points to it', () => {
  const placed = placeGraph({ hidden: 0, nodes: ['c', 'b', 'a'].map(node), edges: [edge('a', 'b', true), edge('b', 'c')] })
  const x = Object.fromEntries(placed.nodes.map((at) => [at.id, at.x]))
  expect([x['a'], x['b'], x['c']]).toEqual(placed.nodes.map((at) => at.x).toSorted((p, q) => p - q))
})

test('a cycle ends, an edge to a hidden node is left out, and no two boxes share a place', () => {
  const placed = placeGraph({ hidden: 1, nodes: ['a', 'b'].map(node), edges: [edge('a', 'b'), edge('b', 'a'), edge('b', 'gone')] })
  expect(placed.edges).toHaveLength(2)
  expect(new Set(placed.nodes.map((at) => `${at.x} ${at.y}`)).size).toBe(2)
})
