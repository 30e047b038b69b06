import { describe, expect, it } from 'vitest'
import type { NodeKind } from '#lib/topology/graph.ts'
import { neighbourhood } from '#lib/topology/neighbourhood.ts'
import { outlineMove } from '#lib/topology/outline-keys.ts'
import { outlineOf, outlineRows } from '#lib/topology/outline.ts'
import type { ViewEdge, ViewNode } from '#lib/topology/view.ts'

const node = (id: string, domain = '', kind: NodeKind = 'identity'): ViewNode => ({
  id,
  kind,
  label: 'DomainIdentity',
  name: id,
  domain,
  tone: 'ok',
  state: 'Ready',
  presence: 'api',
  restricted: false,
  ref: undefined,
  x: 0,
  y: 0,
})
const edge = (from: string, to: string): ViewEdge => ({
  id: `${from}-${to}`,
  from,
  to,
  evidence: 'declared',
  type: 'observes',
  state: 'stable',
  binding: undefined,
  by: 'x',
  ref: undefined,
})
const view = {
  nodes: [node('zone', '', 'zone'), node('alpha', 'pay'), node('beta', 'pay'), node('gamma', 'trade')],
  edges: [edge('alpha', 'gamma'), edge('beta', 'alpha')],
}

describe('outline', () => {
  it('groups by domain, says every edge from both of its ends', () => {
    const tree = outlineOf(view, undefined, undefined)
    expect(tree.map(({ text }) => text)).toEqual(['Platform, 1', 'pay, 2', 'trade, 1'])
    expect(tree[1]?.children.map(({ text }) => text)).toEqual(['alpha', 'beta'])
    expect(tree[1]?.children[0]?.children.map(({ text, direction, node: other }) => [text, direction, other?.id])).toEqual([
      ['observes gamma', 'out', 'gamma'],
      ['beta observes this', 'in', 'beta'],
    ])
  })

  it('puts the surroundings of the focus first, nearest first, and drops nobody', () => {
    const tree = outlineOf(view, neighbourhood(view.edges, 'gamma', 1), 'gamma')
    expect(tree.map(({ text, children }) => [text, children.map((child) => child.text)])).toEqual([
      ['Around gamma, 2', ['gamma', 'alpha']],
      ['Farther away, 2', ['zone', 'beta']],
    ])
  })

  it('shows the children of what is open, with level, position and size', () => {
    const rows = outlineRows(outlineOf(view, undefined, undefined), new Set(['domain pay', 'alpha']))
    expect(rows.map(({ item, level, position, size }) => [item.text, level, position, size])).toEqual([
      ['Platform, 1', 1, 1, 3],
      ['pay, 2', 1, 2, 3],
      ['alpha', 2, 1, 2],
      ['observes gamma', 3, 1, 2],
      ['beta observes this', 3, 2, 2],
      ['beta', 2, 2, 2],
      ['trade, 1', 1, 3, 3],
    ])
  })
})

describe('keys', () => {
  const tree = outlineOf(view, undefined, undefined)
  const open = new Set(['domain pay', 'alpha'])
  const rows = outlineRows(tree, open)
  const press = (key: string, active: string | undefined, typed?: string) => outlineMove(rows, active, open, key, typed)

  it.each([
    ['ArrowDown', 'domain pay', { do: 'go', key: 'alpha' }],
    ['ArrowUp', 'alpha', { do: 'go', key: 'domain pay' }],
    ['ArrowUp', 'domain ', undefined],
    ['ArrowDown', 'domain trade', undefined],
    ['Home', 'beta', { do: 'go', key: 'domain ' }],
    ['End', 'alpha', { do: 'go', key: 'domain trade' }],
    ['ArrowRight', 'domain trade', { do: 'open', key: 'domain trade' }],
    ['ArrowRight', 'domain pay', { do: 'go', key: 'alpha' }],
    ['ArrowRight', 'alpha alpha-gamma', undefined],
    ['ArrowLeft', 'domain pay', { do: 'close', key: 'domain pay' }],
    ['ArrowLeft', 'beta', { do: 'go', key: 'domain pay' }],
    ['ArrowLeft', 'alpha alpha-gamma', { do: 'go', key: 'alpha' }],
    ['ArrowLeft', 'domain trade', undefined],
    ['Enter', 'beta', { do: 'focus', node: 'beta' }],
    ['Enter', 'alpha alpha-gamma', { do: 'focus', node: 'gamma' }],
    ['Enter', 'domain trade', { do: 'open', key: 'domain trade' }],
    ['*', 'alpha', { do: 'open-all', keys: ['alpha', 'beta'] }],
    ['Tab', 'alpha', undefined],
    [' ', 'alpha', undefined],
  ])('%s on %s', (key, active, move) => {
    expect(press(key, active)).toEqual(move)
  })

  it('goes to the next row that begins with what was typed, round and round', () => {
    expect(press('b', 'domain ')).toEqual({ do: 'go', key: 'alpha beta-alpha' })
    expect(press('b', 'alpha beta-alpha', 'b')).toEqual({ do: 'go', key: 'beta' })
    expect(press('b', 'beta')).toEqual({ do: 'go', key: 'alpha beta-alpha' })
    expect(press('r', 'domain ', 't')).toEqual({ do: 'go', key: 'domain trade' })
    expect(press('z', 'domain ')).toBeUndefined()
  })

  it('starts at the first row when the active one has gone', () => {
    expect(press('ArrowDown', 'gone')).toEqual({ do: 'go', key: 'domain pay' })
    expect(outlineMove([], undefined, new Set(), 'ArrowDown')).toBeUndefined()
  })
})
