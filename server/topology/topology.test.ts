import { describe, expect, it } from 'vitest'
import { AppError } from '#lib/error.ts'
import { CONCEPT, type Concept, type ServedKind } from '#lib/kube/concept.ts'
import type { KubeObject } from '#lib/kube/object.ts'
import type { SourceAge, Sourced } from '#lib/sourced.ts'
import type { ZoneReading } from '#server/adapter/dsns/dsns.ts'
import type { Ctx } from '#server/context.ts'
import { getGraph } from '#server/topology/get-graph.ts'
import { getNode } from '#server/topology/get-node.ts'

const NOW = new Date('2026-11-21T00:00:00Z')
const PAY = 'payments.fintech-core.ontai.dev'
const TRADE = 'trading.fintech-core.ontai.dev'

const KINDS: readonly ServedKind[] = [
  { group: 'core.ontai.dev', version: 'v1alpha1', kind: 'DomainIdentity', plural: 'domainidentities', namespaced: true },
  { group: 'core.ontai.dev', version: 'v1alpha1', kind: 'DomainBoundary', plural: 'domainboundaries', namespaced: true },
  { group: 'core.ontai.dev', version: 'v1alpha1', kind: 'DomainRelationship', plural: 'domainrelationships', namespaced: true },
  { group: 'seam.ontai.dev', version: 'v1alpha1', kind: 'TalosCluster', plural: 'talosclusters', namespaced: true },
  { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true },
]
const core = (kind: string, name: string, spec: unknown): KubeObject => ({
  apiVersion: 'core.ontai.dev/v1alpha1',
  kind,
  metadata: { name, namespace: 'ont-system' },
  spec,
})
const identity = (name: string, domain: string): readonly KubeObject[] => [
  core('DomainIdentity', name, { name, spiffeTrustDomain: `spiffe://x/${name}`, operatorOwner: 'secret-owner' }),
  core('DomainBoundary', name, { domainIdentityRef: { name }, organizationalScope: domain }),
]
const OBJECTS: readonly KubeObject[] = [
  ...identity('pgw', PAY),
  ...identity('cs', TRADE),
  core('DomainRelationship', 'r', {
    sourceIdentity: 'cs',
    targetIdentity: 'pgw',
    relationshipType: 'observes',
    protocol: 'secret-protocol',
    bindingStability: { bindingType: 'SnapshotBinding', bindingState: 'Diverged' },
  }),
  {
    apiVersion: 'seam.ontai.dev/v1alpha1',
    kind: 'TalosCluster',
    metadata: { name: 'ccs-dev', namespace: 'seam-system' },
    spec: { clusterEndpoint: '10.0.0.2:6443' },
    status: { conditions: [{ type: 'Ready', status: 'True', reason: 'r', message: '', lastTransitionTime: '2026-01-01T00:00:00Z' }] },
  },
]
const ZONE =
  '$ORIGIN seam.ontave.dev.\n$TTL 300\nccs-dev 300 IN A 10.0.0.2\napi.ccs-dev 300 IN A 10.0.0.2\nrole.ccs-dev 300 IN TXT "imported"\npack.old.v1.wrapper.ccs-dev 300 IN TXT "delivered"\n'
const POLICY = `schema: vortex-policy/1\nlevels:\n  payers: {${PAY}: Full}\n`

type Options = {
  readonly objects?: readonly KubeObject[] | 'down'
  readonly zone?: Sourced<ZoneReading>
  readonly guardian?: 'allows' | 'denies' | 'silent'
  readonly groups?: readonly string[]
  readonly policy?: string
}
let commits = 0

/** Only what these verbs touch; everything else would fail loudly. */
function world(options: Options = {}): Ctx {
  const { objects = OBJECTS, guardian = 'allows', groups = ['payers'], policy = POLICY } = options
  const age =
    (source: SourceAge['source']): (() => SourceAge) =>
    () => ({ source, state: 'fresh', at: NOW.getTime(), problem: undefined })
  const commit = `commit-${commits++}`
  const listOf = (groups: readonly string[], kind: string): Sourced<readonly KubeObject[]> =>
    objects === 'down'
      ? { state: 'down', problem: 'refused' }
      : {
          state: 'fresh',
          at: 0,
          value: objects.filter((one) => one.kind === kind && groups.some((group) => one.apiVersion.startsWith(group))),
        }
  const parts = {
    kube: {
      cluster: 'ccs-mgmt',
      servedKinds: () => KINDS,
      served: () => undefined,
      age: age('Kubernetes'),
      list: (concept: Concept) => listOf(CONCEPT[concept].groups, CONCEPT[concept].kind),
      listKind: (group: string, kind: string) => listOf([group], kind),
    },
    dsns: {
      zone: 'seam.ontave.dev',
      age: age('DSNS'),
      read: async () =>
        options.zone ?? { state: 'fresh', at: 0, value: { text: ZONE, from: 'configmap', serial: 1, findings: ['Mirror behind.'] } },
    },
    guardian: {
      age: age('Guardian'),
      check: async () => {
        if (guardian === 'silent') throw new AppError('unavailable', 'silent')
        return { allowed: guardian === 'allows', reason: guardian, at: 0 }
      },
    },
    git: {
      url: 'test',
      head: async () => commit,
      read: async () => new TextEncoder().encode(policy),
      // Each look is newer than the one before, as after a fetch.
      age: () => ({ source: 'Git', state: 'fresh', at: (looks += 1), problem: undefined }),
    },
    viewer: { kind: 'person', login: 'maria.santos', name: 'Maria', groups },
    requestId: 'r',
    now: NOW,
  }
  return { ...parts, clusters: [parts.kube] } as unknown as Ctx // safe: a test double that holds only what these verbs read
}
const byId = <T extends { readonly id: string }>(list: readonly T[], id: string): T | undefined => list.find((one) => one.id === id)

let looks = 0

describe('getGraph', () => {
  it('joins objects and zone, places every node and tells ages, findings and what is left', async () => {
    const view = await getGraph(world(), {})
    expect(view.nodes.map(({ id }) => id)).toEqual(['cluster/ccs-dev', 'identity/cs', 'identity/pgw', 'pack/ccs-dev/old/v1', 'zone'])
    expect(new Set(view.nodes.map(({ x, y }) => `${x} ${y}`)).size).toBe(5)
    expect(view.findings.map(({ text }) => text)).toEqual([
      'Mirror behind.',
      'Pack old stands only in the zone: no object backs its records.',
      'The binding of cs to pgw is diverged.',
    ])
    expect(view.ages.map(({ source }) => source)).toEqual(['Kubernetes', 'DSNS', 'Guardian'])
    expect(view).toMatchObject({ total: 5, hidden: [], drawn: 'all', zone: { state: 'rendered', from: 'configmap' } })
  })

  it('restricts nodes of a domain for which the policy file gives nothing, and says why', async () => {
    const view = await getGraph(world(), {})
    expect(byId(view.nodes, 'identity/pgw')?.restricted).toBe(false)
    expect(byId(view.nodes, 'identity/cs')).toMatchObject({ restricted: true, name: 'cs', domain: TRADE })
    expect(view.edges.map(({ type, state }) => [type, state])).toContainEqual(['observes', 'diverged'])
    expect(view.access).toContain(`vortex/policy.yaml levels give Dependency for ${TRADE}.`)
    expect(JSON.stringify(view)).not.toContain('secret')
  })

  it.each(['denies', 'silent'] as const)('restricts everything when Guardian %s', async (guardian) => {
    const view = await getGraph(world({ guardian }), {})
    expect(view.nodes.every(({ restricted }) => restricted)).toBe(true)
    expect(view.nodes).toHaveLength(5)
  })

  it('restricts every domain when the policy file cannot be read', async () => {
    const view = await getGraph(world({ policy: 'schema: nonsense' }), {})
    expect(byId(view.nodes, 'identity/pgw')?.restricted).toBe(true)
    expect(byId(view.nodes, 'cluster/ccs-dev')?.restricted).toBe(false)
  })

  it('filters on request and counts what it hides', async () => {
    const view = await getGraph(world(), { evidence: 'published', focus: 'ccs-dev' })
    expect(view.nodes.map(({ id }) => id)).toEqual(['cluster/ccs-dev', 'pack/ccs-dev/old/v1', 'zone'])
    expect(view).toMatchObject({ total: 5, hidden: [{ reason: 'evidence', count: 2 }], focus: 'cluster/ccs-dev', focusProblem: undefined })
    expect((await getGraph(world(), { kind: 'pack', focus: 'pgw' })).focusProblem).toBe('The filter hides the node in focus.')
    expect((await getGraph(world(), { focus: 'nobody' })).focusProblem).toBe('Nothing with this name is in the topology.')
  })

  it('shows the zone alone, nothing stale and nothing green, while Kubernetes is down', async () => {
    const view = await getGraph(world({ objects: 'down' }), {})
    expect(view.nodes.map(({ id, presence, tone }) => [id, presence, tone])).toEqual([
      ['cluster/ccs-dev', 'unread', 'unknown'],
      ['pack/ccs-dev/old/v1', 'unread', 'unknown'],
      ['zone', 'both', 'off'],
    ])
    expect(view.findings.map(({ text }) => text)).toEqual(['Mirror behind.'])
  })

  it('shows the objects alone while no source of the zone answers, or before it is rendered', async () => {
    const down = await getGraph(world({ zone: { state: 'down', problem: 'refused' } }), {})
    expect(down.zone).toMatchObject({ state: 'down', problem: 'refused' })
    expect(byId(down.nodes, 'cluster/ccs-dev')?.presence).toBe('unread')
    expect(down.findings[0]?.text).toBe('DSNS cannot be read: refused')
    const empty = await getGraph(
      world({ zone: { state: 'fresh', at: 0, value: { text: '', from: 'configmap', serial: undefined, findings: [] } } }),
      {},
    )
    expect(empty.zone.state).toBe('not rendered')
  })

  it('folds what is too much to draw and counts it', async () => {
    const many = Array.from({ length: 500 }, (_, i) => identity(`app-${i}`, PAY)).flat()
    const view = await getGraph(world({ objects: [...OBJECTS, ...many] }), {})
    expect(view.drawn).toBe('grouped')
    expect(view.nodes.length).toBeLessThan(50)
    expect(view.hidden).toEqual([{ reason: 'grouped', count: 501 }])
    const near = await getGraph(world({ objects: [...OBJECTS, ...many] }), { focus: 'app-7' })
    expect(near.focus).toBe('identity/app-7')
  })
})

describe('getNode', () => {
  it('gives fields, records, members and both directions', async () => {
    const view = await getNode(world({ groups: ['payers'] }), { id: 'pgw' })
    expect(view).toMatchObject({
      level: 'Full',
      node: { id: 'identity/pgw', restricted: false },
      in: [{ other: { name: 'cs', restricted: true } }],
      out: [],
    })
    expect(view.fields).toContainEqual({ label: 'Owner', value: 'secret-owner' })
    expect(view.members.map(({ kind }) => kind)).toEqual(['DomainBoundary'])
    expect(view.findings.map(({ text }) => text)).toEqual(['The binding of cs to pgw is diverged.'])
    // The edge leads into a restricted domain: its state stays, its fields do not.
    expect(view.in[0]?.edge.state).toBe('diverged')
    expect(JSON.stringify(view.in)).not.toContain('secret-protocol')
  })

  it('keeps kind, name, domain and state of a restricted node and marks the rest', async () => {
    const view = await getNode(world(), { id: 'cs' })
    expect(view).toMatchObject({
      level: 'Dependency',
      node: { name: 'cs', domain: TRADE, state: 'Declared', restricted: true },
      members: [],
    })
    expect(view.fields.every(({ value }) => typeof value === 'object' && value.requiredLevel === 'Full')).toBe(true)
  })

  it('answers not found for a name that nothing bears', async () => {
    await expect(getNode(world(), { id: 'nobody' })).rejects.toMatchObject({ code: 'not_found' })
    await expect(getNode(world(), {})).rejects.toMatchObject({ code: 'invalid' })
  })
})
