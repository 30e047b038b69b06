import { describe, expect, it } from 'vitest'
import { isRestricted } from '#lib/access/level.ts'
import { applyFilter, facetsOf } from '#lib/topology/filter.ts'
import type { Graph, GraphEdge, GraphNode } from '#lib/topology/graph.ts'
import { neighbourhood, resolveFocus } from '#lib/topology/neighbourhood.ts'
import { redact } from '#lib/topology/redact.ts'
import { rollUp } from '#lib/topology/roll-up.ts'
import { TopologyInput } from '#lib/topology/view.ts'

const node = (id: string, more: Partial<GraphNode> = {}): GraphNode => ({
  id,
  kind: 'identity',
  label: 'DomainIdentity',
  name: id,
  domain: '',
  place: 'ont-system',
  tone: 'ok',
  state: 'Ready',
  presence: 'api',
  restricted: false,
  ref: undefined,
  fields: [{ label: 'Owner', value: 'platform' }],
  records: [{ line: 3, text: 'a A 10.0.0.1', inferred: false }],
  members: [{ cluster: 'c', group: 'g', kind: 'DomainPolicy', namespace: 'n', name: 'p' }],
  ...more,
})
const edge = (from: string, to: string, more: Partial<GraphEdge> = {}): GraphEdge => ({
  id: `${from} ${to} ${more.evidence ?? ''}`,
  from,
  to,
  evidence: 'declared',
  type: 'observes',
  state: 'stable',
  binding: 'snapshot',
  by: 'DomainRelationship/x',
  ref: undefined,
  fields: [{ label: 'Protocol', value: 'mtls' }],
  ...more,
})
const graph = (nodes: readonly GraphNode[], edges: readonly GraphEdge[] = [], more: Partial<Graph> = {}): Graph => ({
  nodes,
  edges,
  findings: [],
  leftOut: [],
  aliases: new Map(),
  ...more,
})

describe('neighbourhood', () => {
  const edges = [edge('a', 'b'), edge('b', 'c'), edge('d', 'c'), edge('x', 'y')]
  it.each([
    [0, ['a']],
    [1, ['a', 'b']],
    [2, ['a', 'b', 'c']],
    [3, ['a', 'b', 'c', 'd']],
    [6, ['a', 'b', 'c', 'd']],
  ])('%i hops from a', (hops, ids) => {
    expect([...neighbourhood(edges, 'a', hops).keys()].toSorted()).toEqual(ids)
  })

  it('knows how far each is, the shortest way', () => {
    expect([...neighbourhood([...edges, edge('a', 'c')], 'a', 3)]).toEqual([
      ['a', 0],
      ['b', 1],
      ['c', 1],
      ['d', 2],
    ])
  })
})

describe('focus', () => {
  const aliases = new Map([
    ['app.ontai.dev/AppProfile/payments/p', 'identity/pgw'],
    ['core.ontai.dev/DomainIdentity/ont-system/pgw', 'identity/pgw'],
  ])
  const here = graph(
    [node('identity/pgw', { name: 'pgw' }), node('g/PaymentGateway/payments/pgw', { name: 'pgw', label: 'PaymentGateway' })],
    [],
    { aliases },
  )
  it.each([
    ['identity/pgw', 'identity/pgw'],
    ['app.ontai.dev/AppProfile/payments/p', 'identity/pgw'],
    ['AppProfile/p', 'identity/pgw'],
    ['DomainIdentity/pgw', 'identity/pgw'],
    ['PaymentGateway/pgw', 'g/PaymentGateway/payments/pgw'],
    ['pgw', 'identity/pgw'],
    ['nobody', undefined],
    ['Kind/nobody', undefined],
  ])('%s', (focus, id) => {
    expect(resolveFocus(here, focus)).toBe(id)
  })
})

describe('filter', () => {
  const here = graph(
    [node('a', { domain: 'banking' }), node('b', { kind: 'pack', tone: 'danger' }), node('c'), node('lonely')],
    [edge('a', 'b', { evidence: 'pending', state: 'resolving' }), edge('b', 'c')],
  )
  it('shows everything when nothing is asked for', () => {
    expect(applyFilter(here, {})).toEqual({ graph: here, hidden: [] })
  })

  it('counts every node that it hides, once, with its reason', () => {
    const { graph: left, hidden } = applyFilter(here, { kind: ['identity'], domain: ['banking'] })
    expect(left.nodes.map(({ id }) => id)).toEqual(['a'])
    expect(hidden).toEqual(
      [
        { reason: 'domain', count: 2 },
        { reason: 'kind', count: 1 },
      ].toReversed(),
    )
    expect(left.nodes.length + hidden.reduce((sum, { count }) => sum + count, 0)).toBe(here.nodes.length)
  })

  it('keeps the ends of the edges asked for and hides what has none', () => {
    const { graph: left, hidden } = applyFilter(here, { evidence: ['pending'] })
    expect(left.nodes.map(({ id }) => id)).toEqual(['a', 'b'])
    expect(left.edges).toHaveLength(1)
    expect(hidden).toEqual([{ reason: 'evidence', count: 2 }])
    expect(applyFilter(here, { binding: ['stable'] }).graph.nodes.map(({ id }) => id)).toEqual(['b', 'c'])
  })

  it('finds text in name, kind, domain and state, and no more than that', () => {
    expect(applyFilter(here, { text: ' BANK ' }).graph.nodes.map(({ id }) => id)).toEqual(['a'])
    expect(applyFilter(here, { text: 'platform' }).graph.nodes).toEqual([])
  })

  it('counts what is on screen for the legend', () => {
    expect(facetsOf(here)).toMatchObject({
      kind: [
        ['identity', 3],
        ['pack', 1],
      ],
      tone: [
        ['danger', 1],
        ['ok', 3],
      ],
      evidence: [
        ['declared', 1],
        ['pending', 1],
      ],
    })
  })
})

describe('redaction', () => {
  const here = graph(
    [node('mine', { domain: 'a' }), node('theirs', { domain: 'b', state: 'Degraded', tone: 'caution' })],
    [edge('mine', 'theirs'), edge('mine', 'mine2')],
    {
      findings: [
        { id: '1', tone: 'caution', text: 'theirs is degraded.', nodes: ['theirs'], detail: '10.0.0.1' },
        { id: '2', tone: 'caution', text: 'mine is fine.', nodes: ['mine'], detail: '10.0.0.2' },
      ],
    },
  )
  const seen = redact(here, ({ domain }) => (domain === 'a' ? 'Operational' : 'Dependency'))

  it('keeps kind, name, domain and state of a restricted node and nothing else', () => {
    const theirs = seen.nodes[1]
    expect(theirs).toMatchObject({
      kind: 'identity',
      name: 'theirs',
      domain: 'b',
      state: 'Degraded',
      tone: 'caution',
      restricted: true,
      place: '',
      members: [],
    })
    expect(theirs?.fields).toEqual([{ label: 'Owner', value: { restricted: true, requiredLevel: 'Full' } }])
    expect(theirs?.records).toEqual([{ line: 0, text: { restricted: true, requiredLevel: 'Full' }, inferred: false }])
    expect(JSON.stringify(theirs)).not.toContain('10.0.0.1')
  })

  it('leaves out no node, no edge and no finding', () => {
    expect(seen.nodes).toHaveLength(2)
    expect(seen.edges).toHaveLength(2)
    expect(seen.findings.map(({ text }) => text)).toEqual(['theirs is degraded.', 'mine is fine.'])
    expect(seen.findings.map(({ detail }) => isRestricted(detail))).toEqual([true, false])
  })

  it('blanks the fields of an edge when one end is restricted and keeps its state', () => {
    expect(seen.edges[0]).toMatchObject({
      state: 'stable',
      binding: 'snapshot',
      type: 'observes',
      fields: [{ value: { restricted: true } }],
    })
  })

  it('changes nothing for somebody who may see everything', () => {
    expect(redact(here, () => 'Full').nodes).toEqual(here.nodes)
  })
})

describe('roll-up', () => {
  const many = Array.from({ length: 6 }, (_, i) =>
    node(`p${i}`, {
      kind: 'pack',
      place: i < 4 ? 'ccs-dev' : 'ccs-uk',
      tone: i === 2 ? 'danger' : 'ok',
      state: i === 2 ? 'Failed' : 'Ready',
    }),
  )
  const here = graph(
    [node('cluster/ccs-dev', { kind: 'cluster' }), ...many],
    many.map(({ id }) => edge('cluster/ccs-dev', id, { state: id === 'p2' ? 'invalid' : 'stable' })),
  )

  it('folds nodes of one kind and place, counts them and keeps the worst state', () => {
    const { graph: folded, folded: count } = rollUp(here, () => false)
    expect(count).toBe(6)
    expect(folded.nodes.map(({ name, label, state, tone }) => [name, label, state, tone])).toEqual([
      ['cluster/ccs-dev', 'DomainIdentity', 'Ready', 'ok'],
      ['ccs-dev', '4 × DomainIdentity', '1 Failed', 'danger'],
      ['ccs-uk', '2 × DomainIdentity', '2 Ready', 'ok'],
    ])
    expect(folded.edges.map(({ to, state }) => [to, state])).toEqual([
      ['group/pack/ccs-dev', 'invalid'],
      ['group/pack/ccs-uk', 'stable'],
    ])
  })

  it('keeps what is near the focus', () => {
    const { graph: folded, folded: count } = rollUp(here, (id) => id === 'p1')
    expect(folded.nodes.map(({ id }) => id)).toContain('p1')
    expect(count).toBe(5)
  })
})

describe('address', () => {
  it('reads filters and leaves out words that it does not know', () => {
    expect(TopologyInput.parse({ evidence: 'pending,nonsense,declared', kind: 'x', hops: '3', domain: '-,a.b' })).toMatchObject({
      evidence: ['declared', 'pending'],
      kind: undefined,
      hops: 3,
      domain: ['', 'a.b'],
    })
    expect(TopologyInput.parse({}).hops).toBe(1)
    expect(TopologyInput.parse({ hops: 'many' }).hops).toBe(1)
  })
})
