import { describe, expect, it } from 'vitest'
import type { KubeObject } from '#lib/kube/object.ts'
import { buildGraph, type GraphInputs } from '#lib/topology/build.ts'
import { subjectHash } from '#lib/topology/platform-part.ts'

const NOW = Date.parse('2026-11-21T00:00:00Z')
const OLD = '2026-11-20T00:00:00Z'

const made = (apiVersion: string, kind: string, namespace: string, name: string, spec: unknown, status?: unknown): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name, namespace, uid: `${kind}-${name}` },
  spec,
  ...(status !== undefined && { status }),
})
const condition = (type: string, status: 'True' | 'False' = 'True', at = OLD, message = '') => ({
  type,
  status,
  reason: type,
  message,
  lastTransitionTime: at,
})
const ready = (at = OLD) => ({ conditions: [condition('Ready', 'True', at)] })

const cluster = (name: string, host: string, status: unknown = ready()) =>
  made(
    'seam.ontai.dev/v1alpha1',
    'TalosCluster',
    'seam-system',
    name,
    { clusterEndpoint: `https://${host}:6443`, role: 'tenant', mode: 'import' },
    status,
  )
const installed = (name: string, version: string, on: string, status: unknown = ready()) =>
  made(
    'seam.ontai.dev/v1alpha1',
    'PackInstalled',
    `seam-tenant-${on}`,
    `${name}-${on}`,
    { clusterPackRef: name, version, targetClusterRef: on },
    status,
  )
const ref = (kind: string, name: string) => ({
  group: kind.startsWith('App') ? 'app.ontai.dev' : 'core.ontai.dev',
  kind,
  version: 'v1alpha1',
  name,
})
const core = (kind: string, name: string, spec: unknown, status?: unknown) =>
  made('core.ontai.dev/v1alpha1', kind, 'ont-system', name, spec, status)
const app = (kind: string, namespace: string, name: string, spec: unknown, status?: unknown) =>
  made('app.ontai.dev/v1alpha1', kind, namespace, name, spec, status)
const identity = (name: string, domain: string) => [
  core('DomainIdentity', name, { name, spiffeTrustDomain: `spiffe://x/${name}`, operatorOwner: 'platform' }),
  core('DomainBoundary', name, { domainIdentityRef: ref('DomainIdentity', name), organizationalScope: domain }),
]
const relationship = (source: string, target: string, type: string, bindingStability?: unknown, status?: unknown) =>
  core(
    'DomainRelationship',
    `${source}-${type}-${target}`,
    { sourceIdentity: source, targetIdentity: target, relationshipType: type, bindingStability },
    status,
  )
const request = (source: string, target: string, phase: string | undefined) =>
  made(
    'seam.ontai.dev/v1alpha1',
    'RelationshipAdmissionRequest',
    'seam-system',
    `rar-${source}-${target}`,
    {
      participants: {
        initiator: { domainIdentityRef: ref('DomainIdentity', source) },
        counterpart: { domainIdentityRef: ref('DomainIdentity', target) },
      },
      interaction: { relationshipType: 'observes', description: 'long enough to read', bindingType: 'SnapshotBinding' },
      justification: 'long enough to read',
      requestedBy: 'james.okafor',
      origin: 'Submitted',
    },
    phase && { phase },
  )

const zone = (...lines: string[]) => `$ORIGIN seam.ontave.dev.\n$TTL 300\n@ 300 IN NS ns.seam.ontave.dev.\n${lines.join('\n')}\n`
const clusterLines = (name: string, host: string) => [
  `${name} 300 IN A ${host}`,
  `api.${name} 300 IN A ${host}`,
  `role.${name} 300 IN TXT "imported"`,
]

const build = (objects: readonly KubeObject[], more: Partial<GraphInputs> = {}) =>
  buildGraph({ cluster: 'ccs-mgmt', objects, apiRead: true, zone: undefined, zoneFindings: [], now: NOW, ...more })
const node = (graph: ReturnType<typeof build>, id: string) => graph.nodes.find((one) => one.id === id)
const texts = (graph: ReturnType<typeof build>) => graph.findings.map((finding) => finding.text)
const edges = (graph: ReturnType<typeof build>) =>
  graph.edges.map((edge) => `${edge.evidence}: ${edge.from} ${edge.type} ${edge.to} (${edge.state})`)

describe('zone and API server', () => {
  it('joins a cluster and a pack with their records', () => {
    const graph = build([cluster('ccs-dev', '10.0.0.2'), installed('nginx', 'v0.1.2', 'ccs-dev')], {
      zone: zone(...clusterLines('ccs-dev', '10.0.0.2'), 'pack.nginx.v0.1.2.wrapper.ccs-dev 300 IN TXT "delivered"'),
    })
    expect(node(graph, 'cluster/ccs-dev')).toMatchObject({ presence: 'both', tone: 'ok', state: 'Ready', label: 'TalosCluster' })
    expect(node(graph, 'cluster/ccs-dev')?.records).toHaveLength(3)
    expect(node(graph, 'pack/ccs-dev/nginx/v0.1.2')).toMatchObject({ presence: 'both', records: [{ inferred: false }] })
    expect(texts(graph)).toEqual([])
    expect(edges(graph)).toEqual([
      'declared: cluster/ccs-dev hosts pack/ccs-dev/nginx/v0.1.2 (none)',
      'observed: cluster/ccs-dev hosts pack/ccs-dev/nginx/v0.1.2 (stable)',
      'published: cluster/ccs-dev hosts pack/ccs-dev/nginx/v0.1.2 (none)',
      'published: zone names cluster/ccs-dev (none)',
    ])
  })

  it('calls a record without an object stale and never green', () => {
    const graph = build([cluster('ccs-dev', '10.0.0.2')], {
      zone: zone(...clusterLines('ccs-dev', '10.0.0.2'), 'pack.old.v1.wrapper.ccs-dev 300 IN TXT "delivered"'),
    })
    expect(node(graph, 'pack/ccs-dev/old/v1')).toMatchObject({
      presence: 'zone-only',
      tone: 'caution',
      state: 'Only in the zone',
      records: [{ inferred: true }],
    })
    expect(texts(graph)).toEqual(['Pack old stands only in the zone: no object backs its records.'])
  })

  it('does not call it stale when the API server cannot be read', () => {
    const graph = build([], { apiRead: false, zone: zone(...clusterLines('ccs-dev', '10.0.0.2')) })
    expect(node(graph, 'cluster/ccs-dev')).toMatchObject({ presence: 'unread', tone: 'unknown', state: 'API not read' })
    expect(texts(graph)).toEqual([])
  })

  it('names the missing record of an object, after five minutes of grace', () => {
    const late = build([cluster('ccs-dev', '10.0.0.2')], { zone: zone() })
    expect(node(late, 'cluster/ccs-dev')?.presence).toBe('api-only')
    expect(texts(late)).toEqual(['TalosCluster ccs-dev is Ready, and the zone lacks A ccs-dev, A api.ccs-dev, TXT role.ccs-dev.'])
    expect(texts(build([cluster('ccs-dev', '10.0.0.2', ready('2026-11-20T23:58:00Z'))], { zone: zone() }))).toEqual([])
  })

  it('tells another address and an object that is not Ready any more', () => {
    const wrong = build([cluster('ccs-dev', '10.0.0.2')], { zone: zone(...clusterLines('ccs-dev', '10.0.0.9')) })
    expect(wrong.findings[0]).toMatchObject({
      text: 'A record api.ccs-dev and TalosCluster ccs-dev say different things.',
      detail: 'The zone says 10.0.0.9, the object 10.0.0.2.',
    })
    const notReady = build([cluster('ccs-dev', '10.0.0.2', { conditions: [condition('Ready', 'False')] })], {
      zone: zone(...clusterLines('ccs-dev', '10.0.0.2')),
    })
    expect(node(notReady, 'cluster/ccs-dev')).toMatchObject({ presence: 'both', tone: 'caution', state: 'Not ready' })
    expect(texts(notReady)).toEqual(['TalosCluster ccs-dev is still in the zone although it is not Ready.'])
  })

  it('expects a delegation of a screen cluster', () => {
    const screen = { ...cluster('edge', '10.0.0.4'), spec: { clusterEndpoint: '10.0.0.4:6443', infrastructureProvider: 'screen' } }
    const graph = build([screen], {
      zone: zone(
        'edge 300 IN A 10.0.0.4',
        'api.edge 300 IN A 10.0.0.4',
        'edge 300 IN NS ns.edge.seam.ontave.dev.',
        'ns.edge 300 IN A 10.0.0.4',
      ),
    })
    expect(texts(graph)).toEqual([])
    expect(node(graph, 'cluster/edge')?.records).toHaveLength(4)
  })

  it('keeps unknown records, unknown lines and lint in sight', () => {
    const graph = build([], { zone: zone('odd.name 300 IN TXT "x"', 'nonsense <b>') })
    expect(node(graph, 'record/TXT:odd.name')).toMatchObject({ kind: 'record', tone: 'unknown' })
    expect(graph.findings.map(({ text, detail }) => [text, detail])).toEqual([
      ['Zone line 5: Not a line that DSNS writes.', 'nonsense <b>'],
      ['odd.name is a record of no known form.', undefined],
    ])
  })

  it('works without a zone and passes on what its sources disagree about', () => {
    const graph = build([cluster('ccs-dev', '10.0.0.2')], { zone: '', zoneFindings: ['The zone is not rendered yet.'] })
    expect(node(graph, 'cluster/ccs-dev')?.presence).toBe('unread')
    expect(texts(graph)).toEqual(['The zone is not rendered yet.'])
  })

  it('finds runs, the authority, providers and the hash of a principal', () => {
    const binding = made('guardian.ontai.dev/v1alpha1', 'IdentityBinding', 'seam-tenant-ccs-dev', 'ana', {
      principalName: 'ana',
      identityProviderRef: 'corp',
    })
    const provider = made(
      'guardian.ontai.dev/v1alpha1',
      'IdentityProvider',
      'seam-system',
      'corp',
      { type: 'oidc' },
      { conditions: [condition('Valid')] },
    )
    const runner = made(
      'seam.ontai.dev/v1alpha1',
      'RunnerConfig',
      'ont-system',
      'ccs-dev',
      { clusterRef: 'ccs-dev' },
      { phase: 'Completed' },
    )
    const graph = build([cluster('ccs-dev', '10.0.0.2'), binding, provider, runner], {
      zone: zone(
        ...clusterLines('ccs-dev', '10.0.0.2'),
        'authority.conductor 300 IN TXT "SHA256:x"',
        `identity.${subjectHash('ana')}.guardian.ccs-dev 300 IN TXT "viewer corp"`,
        'run.ccs-dev.conductor.management 300 IN TXT "phase=Completed completed=2026-01-01T00:00:00Z"',
      ),
    })
    expect(node(graph, `binding/ccs-dev/${subjectHash('ana')}`)).toMatchObject({ presence: 'both', name: 'ana' })
    expect(node(graph, 'run/ccs-dev')).toMatchObject({ presence: 'both', tone: 'ok', state: 'Completed' })
    expect(edges(graph)).toContain('published: authority signs for zone (none)')
    expect(edges(graph)).toContain(`declared: binding/ccs-dev/${subjectHash('ana')} trusts provider/corp (none)`)
    expect(edges(graph)).toContain('published: cluster/ccs-dev runs run/ccs-dev (none)')
  })
})

const PAY = 'payments.fintech-core.ontai.dev'
const TRADE = 'trading.fintech-core.ontai.dev'
const BANK = 'banking.fintech-core.ontai.dev'
const people = [...identity('pgw', PAY), ...identity('cs', TRADE), ...identity('cbs', BANK)]

describe('domains, applications and relationships', () => {
  it('folds everything about an identity behind it and finds it under each name', () => {
    const graph = build([
      ...people,
      core('DomainPolicy', 'pgw', { domainIdentityRef: ref('DomainIdentity', 'pgw') }),
      app('AppIdentity', 'payments', 'pgw-app', {
        domainIdentityRef: ref('DomainIdentity', 'pgw'),
        appBoundaryRef: ref('AppBoundary', 'b'),
      }),
      app('AppBoundary', 'payments', 'b', { clusterAssignment: 'ccs-dev' }),
      app('AppProfile', 'payments', 'p', { appIdentityRef: ref('AppIdentity', 'pgw-app') }, { currentPhase: 'StructuralWiring' }),
      cluster('ccs-dev', '10.0.0.2'),
    ])
    const pgw = node(graph, 'identity/pgw')
    expect(pgw).toMatchObject({ domain: PAY, tone: 'working', state: 'StructuralWiring' })
    expect(pgw?.members.map((member) => member.kind).toSorted()).toEqual([
      'AppBoundary',
      'AppIdentity',
      'AppProfile',
      'DomainBoundary',
      'DomainPolicy',
    ])
    expect(graph.aliases.get('app.ontai.dev/AppProfile/payments/p')).toBe('identity/pgw')
    expect(edges(graph)).toContain('declared: cluster/ccs-dev hosts identity/pgw (none)')
    expect(graph.leftOut).toEqual([])
  })

  it('puts an application beside the identity it bears, with the references of its own fields', () => {
    const graph = build([
      ...people,
      made(`${TRADE}/v1alpha1`, 'ClearingSettlement', 'trading', 'cs', {
        version: 'v6',
        dependencies: [{ target: { kind: 'CoreBankingService', name: 'cbs', namespace: 'banking' } }],
      }),
      made(`${BANK}/v1alpha1`, 'CoreBankingService', 'banking', 'cbs', { version: 'v7' }),
    ])
    expect(node(graph, `${TRADE}/ClearingSettlement/trading/cs`)).toMatchObject({ kind: 'instance', domain: TRADE })
    expect(edges(graph)).toContain(`declared: identity/cs is borne by ${TRADE}/ClearingSettlement/trading/cs (none)`)
    expect(edges(graph)).toContain(
      `declared: ${TRADE}/ClearingSettlement/trading/cs refers to ${BANK}/CoreBankingService/banking/cbs (none)`,
    )
  })

  it('keeps declared and observed bindings apart and tells the broken ones', () => {
    const graph = build([
      ...people,
      relationship(
        'cs',
        'cbs',
        'depends-on',
        { bindingType: 'SnapshotBinding', bindingState: 'Stable' },
        { conditions: [condition('Diverged', 'True', OLD, 'RTGS is gone')] },
      ),
      relationship('pgw', 'cbs', 'depends-on', {
        bindingType: 'ContinuousBinding',
        bindingState: 'Invalid',
        constraintDeclaration: { cardinalityFloor: 1, cardinalityCeiling: 3 },
      }),
    ])
    expect(edges(graph)).toEqual([
      'declared: identity/cs depends on identity/cbs (stable)',
      'declared: identity/pgw depends on identity/cbs (invalid)',
      'observed: identity/cs depends on identity/cbs (diverged)',
    ])
    expect(graph.edges.map((edge) => edge.binding)).toEqual(['snapshot', 'continuous', 'snapshot'])
    expect(texts(graph)).toEqual(['The binding of pgw to cbs is invalid.', 'The binding of cs to cbs is diverged.'])
  })

  it('wires an application to the identity of its counterpart and misses an authority that is not there', () => {
    const graph = build([
      ...people,
      made(`${BANK}/v1alpha1`, 'CoreBankingService', 'banking', 'cbs', {}),
      app('AppIdentity', 'trading', 'cs', { domainIdentityRef: ref('DomainIdentity', 'cs'), appBoundaryRef: ref('AppBoundary', 'cs') }),
      app('AppTopology', 'trading', 'cs', {
        appIdentityRef: ref('AppIdentity', 'cs'),
        wirings: [
          {
            name: 'ledger',
            domainRelationshipRef: ref('DomainRelationship', 'gone'),
            counterpartRef: { kind: 'CoreBankingService', name: 'cbs', namespace: 'banking' },
            bindingStability: { bindingType: 'SnapshotBinding', bindingState: 'Diverged' },
          },
        ],
      }),
    ])
    expect(edges(graph)).toContain('declared: identity/cs is wired to identity/cbs (diverged)')
    expect(texts(graph)).toEqual([
      'cs has a wiring ledger whose DomainRelationship gone does not exist.',
      'The binding of cs to cbs is diverged.',
    ])
  })

  it('draws an open request as pending, and no decided one', () => {
    expect(edges(build([...people, request('cs', 'pgw', 'AwaitingApproval')]))).toEqual([
      'pending: identity/cs observes identity/pgw (resolving)',
    ])
    expect(edges(build([...people, request('cs', 'pgw', undefined)]))).toHaveLength(1)
    for (const phase of ['Rejected', 'Withdrawn']) expect(edges(build([...people, request('cs', 'pgw', phase)]))).toEqual([])
  })

  it('tells a relationship whose request is not admitted, and an admission without one', () => {
    const made = relationship('cs', 'pgw', 'observes')
    expect(texts(build([...people, made, request('cs', 'pgw', 'Rejected')]))).toEqual([
      'DomainRelationship cs-observes-pgw exists although its request rar-cs-pgw is Rejected.',
    ])
    expect(texts(build([...people, request('cs', 'pgw', 'Admitted')]))).toEqual([
      'Request rar-cs-pgw is Admitted and its DomainRelationship does not exist.',
    ])
    expect(texts(build([...people, made, request('cs', 'pgw', 'Admitted')]))).toEqual([])
  })

  it('keeps the place of a participant that does not exist, and of a class', () => {
    const graph = build([
      ...people,
      relationship('cs', 'ghost', 'observes'),
      relationship('cs', 'gateways', 'depends-on', {
        bindingType: 'ContinuousBinding',
        bindingState: 'Stable',
        selectionStrategy: 'Deterministic-Locality',
      }),
    ])
    expect(node(graph, 'identity/ghost')).toMatchObject({ tone: 'caution', state: 'No such object' })
    expect(node(graph, 'identity/gateways')).toMatchObject({ tone: 'off', label: 'Relationship class (inferred)' })
    expect(texts(graph)).toEqual(['DomainIdentity ghost is named and does not exist.'])
  })
})

describe('delivery, lineage and drift', () => {
  const pack = made(
    'seam.ontai.dev/v1alpha1',
    'PackDelivery',
    'seam-tenant-ccs-dev',
    'nginx',
    { version: 'v1', targetClusters: ['ccs-dev', 'ccs-uk'] },
    { conditions: [condition('Available')] },
  )
  const execution = made(
    'seam.ontai.dev/v1alpha1',
    'PackExecution',
    'seam-tenant-ccs-dev',
    'nginx-ccs-uk',
    { clusterPackRef: { name: 'nginx', version: 'v1' }, targetClusterRef: 'ccs-uk' },
    { conditions: [condition('PackSignaturePending')] },
  )

  it('leads a pack to where it is installed, or to the cluster while it waits at a gate', () => {
    const graph = build([
      cluster('ccs-dev', '10.0.0.2'),
      cluster('ccs-uk', '10.0.0.3'),
      pack,
      execution,
      installed('nginx', 'v1', 'ccs-dev'),
    ])
    expect(edges(graph)).toContain('delivery: delivery/seam-tenant-ccs-dev/nginx is delivered to pack/ccs-dev/nginx/v1 (none)')
    expect(edges(graph)).toContain('delivery: delivery/seam-tenant-ccs-dev/nginx is delivered to cluster/ccs-uk (resolving)')
    expect(graph.edges.find((edge) => edge.to === 'cluster/ccs-uk')?.fields).toContainEqual({
      label: 'Waits',
      value: 'PackSignaturePending',
    })
  })

  it('draws lineage and owner references, counts the rest', () => {
    const job = {
      ...made('platform.ontai.dev/v1alpha1', 'UpgradePolicy', 'seam-system', 'up', {}),
      metadata: {
        name: 'up',
        namespace: 'seam-system',
        ownerReferences: [{ apiVersion: 'seam.ontai.dev/v1alpha1', kind: 'TalosCluster', name: 'ccs-dev', uid: 'u' }],
      },
    }
    const lineage = made('seam.ontai.dev/v1alpha1', 'LineageRecord', 'seam-system', 'l', {
      rootBinding: { rootKind: 'TalosCluster', rootName: 'ccs-dev', rootNamespace: 'seam-system' },
      descendantRegistry: [
        {
          kind: 'RunnerConfig',
          name: 'ccs-dev',
          namespace: 'ont-system',
          group: 'seam.ontai.dev',
          creationRationale: 'ConductorAssignment',
        },
      ],
    })
    const runner = made('seam.ontai.dev/v1alpha1', 'RunnerConfig', 'ont-system', 'ccs-dev', { clusterRef: 'ccs-dev' })
    const member = made('seam.ontai.dev/v1alpha1', 'SeamMembership', 'seam-system', 'guardian', {})
    const graph = build([cluster('ccs-dev', '10.0.0.2'), job, lineage, runner, member])
    expect(edges(graph)).toContain('declared: cluster/ccs-dev is the root of run/ccs-dev (none)')
    expect(edges(graph)).toContain('declared: cluster/ccs-dev owns platform.ontai.dev/UpgradePolicy/seam-system/up (none)')
    expect(graph.leftOut).toEqual([{ kind: 'SeamMembership', count: 1 }])
  })

  it('marks what has drifted until it is confirmed', () => {
    const drift = (state: string, escalationCounter: number) =>
      made('seam.ontai.dev/v1alpha1', 'DriftSignal', 'seam-tenant-ccs-dev', 'd', {
        affectedCRRef: { group: 'seam.ontai.dev', kind: 'TalosCluster', name: 'ccs-dev', namespace: 'seam-system' },
        driftReason: 'spec=1 observed=2',
        state,
        escalationCounter,
      })
    expect(node(build([cluster('ccs-dev', '10.0.0.2'), drift('pending', 0)]), 'cluster/ccs-dev')).toMatchObject({
      tone: 'caution',
      state: 'Drifted',
    })
    expect(node(build([cluster('ccs-dev', '10.0.0.2'), drift('queued', 3)]), 'cluster/ccs-dev')).toMatchObject({
      tone: 'danger',
      state: 'Terminal drift',
    })
    expect(node(build([cluster('ccs-dev', '10.0.0.2'), drift('confirmed', 1)]), 'cluster/ccs-dev')?.tone).toBe('ok')
  })

  it('merges what several generations serve, and the newest wins', () => {
    const old = (name: string) =>
      made('infrastructure.ontai.dev/v1alpha1', 'InfrastructureTalosCluster', 'seam-system', name, { clusterEndpoint: '10.0.0.7' }, ready())
    expect(node(build([old('old')]), 'cluster/old')).toMatchObject({ label: 'InfrastructureTalosCluster', tone: 'ok' })
    const both = build([old('old'), old('ccs-dev'), cluster('ccs-dev', '10.0.0.2')])
    expect(node(both, 'cluster/old')).toMatchObject({ label: 'InfrastructureTalosCluster' })
    expect(node(both, 'cluster/ccs-dev')).toMatchObject({ label: 'TalosCluster' })
  })

  it('gives the same graph for the same objects in any order', () => {
    const objects = [
      ...people,
      cluster('ccs-dev', '10.0.0.2'),
      pack,
      execution,
      installed('nginx', 'v1', 'ccs-dev'),
      request('cs', 'pgw', 'Pending'),
    ]
    const say = (graph: ReturnType<typeof build>) =>
      JSON.stringify([graph.nodes.map(({ members, ...rest }) => [rest, members.length]), graph.edges, graph.findings])
    expect(say(build(objects))).toBe(say(build(objects.toReversed())))
  })
})
