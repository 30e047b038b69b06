import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { parse } from 'yaml'
import { createKubeClient, type KubeClient, type KubeObject } from '#sandbox/kube-client.ts'
import { type KubeServer, startKubeServer } from '#sandbox/kube/server.ts'

const RAR = { apiVersion: 'seam.ontai.dev/v1alpha1', kind: 'RelationshipAdmissionRequest', namespace: 'seam-system' }
const core = (kind: string, name: string, spec: unknown): KubeObject => ({
  apiVersion: 'core.ontai.dev/v1alpha1',
  kind,
  metadata: { name, namespace: 'ont-system' },
  spec,
})
const app = (kind: string, name: string, spec: unknown): KubeObject => ({
  apiVersion: 'app.ontai.dev/v1alpha1',
  kind,
  metadata: { name, namespace: 'payments' },
  spec,
})
const ref = (kind: string, name: string) => ({
  group: kind.startsWith('App') ? 'app.ontai.dev' : 'core.ontai.dev',
  kind,
  version: 'v1alpha1',
  name,
})
const party = (name: string): readonly KubeObject[] => [
  core('DomainIdentity', name, {
    name,
    spiffeTrustDomain: `spiffe://ontai.dev/${name}`,
    ontWebSubject: `${name}.identity.ontai.dev`,
    operatorOwner: 'team',
    registeredAt: '2026-01-01T00:00:00Z',
  }),
  core('DomainPolicy', name, {
    domainIdentityRef: ref('DomainIdentity', name),
    cardinalityCeiling: 9,
    retryEnvelope: { maxAttempts: 3, backoffSeconds: 5 },
  }),
  core('DomainBoundary', name, { domainIdentityRef: ref('DomainIdentity', name), organizationalScope: 'a.example' }),
]
const request = (name: string, from: string, to: string, interaction: object = {}): KubeObject => ({
  apiVersion: RAR.apiVersion,
  kind: RAR.kind,
  metadata: { name, namespace: RAR.namespace },
  spec: {
    participants: {
      initiator: { domainIdentityRef: ref('DomainIdentity', from) },
      counterpart: { domainIdentityRef: ref('DomainIdentity', to) },
    },
    interaction: { relationshipType: 'observes', description: 'Watches what the other settles.', ...interaction },
    justification: 'Settlement needs it. There is more to say.',
    requestedBy: 'james.okafor',
    origin: 'Submitted',
  },
})

type Seen = {
  readonly phase?: string
  readonly ready?: boolean
  readonly currentPhase?: string
  readonly spiffeId?: string
  readonly admissionPath?: string
  readonly relationshipRef?: { readonly name: string }
  readonly evaluation?: {
    readonly evaluationHash: string
    readonly riskTier: string
    readonly riskReasons: readonly string[]
    readonly evaluatedAt: string
  }
  readonly conditions?: readonly { readonly type: string; readonly status: string; readonly reason: string }[]
}
const statusOf = (object: KubeObject | undefined): Seen => (object?.['status'] ?? {}) as Seen // safe: read for tests only
const reasonOf = (seen: Seen, type: string): string | undefined => seen.conditions?.find((condition) => condition.type === type)?.reason

/** A busy machine takes long to start a process; nothing here measures speed. */
const PATIENCE_MS = 60_000
vi.setConfig({ testTimeout: 2 * PATIENCE_MS })

let dir: string
let server: KubeServer
let admin: KubeClient
let operator: ChildProcess
let port: number

const serve = async (): Promise<KubeServer> =>
  startKubeServer({
    dir: join(dir, 'kube'),
    ...(port > 0 && { port }),
    users: [{ name: 'admin', username: 'admin', groups: ['system:masters'] }],
  })
const startProcess = (): ChildProcess =>
  spawn(process.execPath, ['--conditions=react-server', 'operator/main.ts'], {
    env: { ...process.env, VORTEX_KUBECONFIG: join(dir, 'kubeconfig'), VORTEX_KUBE_CONTEXT: 'admin' },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
const ended = (child: ChildProcess): Promise<void> => new Promise((resolve) => child.once('exit', () => resolve()))
const put = (object: KubeObject): Promise<KubeObject> => admin.apply(object, 'test')

/** Polls until `done`, and says what was seen last when it never is. */
async function until(
  of: { apiVersion: string; kind: string; namespace?: string; name: string },
  done: (seen: Seen) => boolean,
): Promise<Seen> {
  const deadline = Date.now() + PATIENCE_MS
  let last: Seen = {}
  while (Date.now() < deadline) {
    try {
      last = statusOf(await admin.get(of))
      if (done(last)) return last
    } catch {
      // the server may be restarting
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`not reached; last seen ${JSON.stringify(last)}`)
}
const rarIs = (name: string, done: (seen: Seen) => boolean): Promise<Seen> => until({ ...RAR, name }, done)

async function decide(name: string, outcome: 'Approved' | 'Rejected', evaluationHash: string): Promise<void> {
  const path = `/apis/seam.ontai.dev/v1alpha1/namespaces/seam-system/relationshipadmissionrequests/${name}?fieldManager=gitops`
  const decision = {
    outcome,
    approver: 'maria.santos',
    decidedAt: '2026-11-21T03:00:00Z',
    governanceEventRef: `ge-${name}`,
    evaluationHash,
  }
  await admin.call('PATCH', path, { spec: { decision } }, 'application/merge-patch+json')
}
const relationship = (from: string, to: string): KubeObject =>
  core('DomainRelationship', `${from}-observes-${to}`, { sourceIdentity: from, targetIdentity: to, relationshipType: 'observes' })

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'vortex-operator-'))
  port = 0
  server = await serve()
  port = Number(new URL(server.url).port)
  await writeFile(join(dir, 'kubeconfig'), server.kubeconfig(['admin']))
  admin = createKubeClient({ url: server.url, caPem: server.caPem, token: server.token('admin') })
  for (const file of await readdir('config/crd')) await put(parse(await readFile(join('config/crd', file), 'utf8')) as KubeObject)
  await put(parse(await readFile('sandbox/world/crd/talosclusters.seam.ontai.dev.yaml', 'utf8')) as KubeObject)
  for (const name of ['seam-system', 'ont-system', 'payments']) await put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  operator = startProcess()
})

afterAll(async () => {
  operator.kill('SIGKILL')
  admin.close()
  await server.close()
  await rm(dir, { recursive: true, force: true })
})

describe('an admission request', () => {
  test('is evaluated and waits for approval', async () => {
    for (const object of [...party('x'), ...party('y'), ...party('z')]) await put(object)
    await put(request('rar-one', 'x', 'y'))
    const seen = await rarIs('rar-one', (status) => status.phase === 'AwaitingApproval')
    expect(seen.evaluation).toMatchObject({ riskTier: 'Low', riskReasons: [] })
    expect(reasonOf(seen, 'HumanApprovalRequired')).toBe('AutoAdmissionDisabled')
    expect(reasonOf(seen, 'Approved')).toBe('AwaitingHuman')
  })

  test('is evaluated again when a policy changes', async () => {
    const before = await rarIs('rar-one', (status) => status.evaluation !== undefined)
    await put(core('DomainPolicy', 'y', { domainIdentityRef: ref('DomainIdentity', 'y'), cardinalityCeiling: 7 }))
    const after = await rarIs(
      'rar-one',
      (status) => status.phase === 'AwaitingApproval' && status.evaluation?.evaluationHash !== before.evaluation?.evaluationHash,
    )
    expect(after.evaluation?.riskTier).toBe('Low')
  })

  test('is admitted only once its relationship exists, and is never evaluated again', async () => {
    const { evaluation } = await rarIs('rar-one', (status) => status.evaluation !== undefined)
    await decide('rar-one', 'Approved', evaluation?.evaluationHash ?? '')
    const approved = await rarIs('rar-one', (status) => reasonOf(status, 'Approved') === 'HumanApproved')
    expect(approved.phase).toBe('AwaitingApproval')
    await put(relationship('x', 'y'))
    const admitted = await rarIs('rar-one', (status) => status.phase === 'Admitted')
    expect(admitted).toMatchObject({ admissionPath: 'Human', relationshipRef: { name: 'x-observes-y' }, evaluation })
  })

  test('is rejected by a person', async () => {
    await put(request('rar-denied', 'x', 'z'))
    const { evaluation } = await rarIs('rar-denied', (status) => status.phase === 'AwaitingApproval')
    await decide('rar-denied', 'Rejected', evaluation?.evaluationHash ?? '')
    expect(reasonOf(await rarIs('rar-denied', (status) => status.phase === 'Rejected'), 'Approved')).toBe('HumanRejected')
  })

  test('rests: nothing is written while nothing changes', async () => {
    await put(request('rar-quiet', 'z', 'x'))
    await rarIs('rar-quiet', (status) => status.phase === 'AwaitingApproval')
    await new Promise((resolve) => setTimeout(resolve, 300))
    const version = async () => (await admin.get({ ...RAR, name: 'rar-quiet' }))?.metadata.resourceVersion
    const before = await version()
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    expect(await version()).toBe(before)
  })
})

describe('an operator that dies or loses its server', () => {
  test('finds a policy that changed while it was dead: the approval is stale', async () => {
    await put(request('rar-stale', 'y', 'z'))
    const { evaluation } = await rarIs('rar-stale', (status) => status.phase === 'AwaitingApproval')
    const gone = ended(operator)
    operator.kill('SIGKILL')
    await gone
    await decide('rar-stale', 'Approved', evaluation?.evaluationHash ?? '')
    await put(core('DomainPolicy', 'z', { domainIdentityRef: ref('DomainIdentity', 'z'), cardinalityCeiling: 2 }))
    operator = startProcess()
    expect(reasonOf(await rarIs('rar-stale', (status) => status.phase === 'Rejected'), 'Approved')).toBe('StaleApproval')
  })

  test('finishes what it was killed in the middle of', async () => {
    for (let index = 0; index < 12; index += 1) {
      await put(core('DomainIdentity', `d${index}`, party(`d${index}`)[0]?.['spec']))
      await put(request(`rar-many-${index}`, `d${index}`, 'x'))
    }
    await rarIs('rar-many-0', (status) => status.phase !== undefined)
    operator.kill('SIGKILL')
    operator = startProcess()
    for (let index = 0; index < 12; index += 1) {
      const seen = await rarIs(`rar-many-${index}`, (status) => status.phase === 'AwaitingApproval')
      expect(seen.evaluation?.riskReasons).toEqual(['E1'])
    }
  })

  test('goes on after the API server was restarted', async () => {
    await server.close()
    await new Promise((resolve) => setTimeout(resolve, 500))
    server = await serve()
    await put(request('rar-after', 'x', 'z', { relationshipType: 'governs' }))
    const seen = await rarIs('rar-after', (status) => status.phase === 'AwaitingApproval')
    expect(seen.evaluation).toMatchObject({ riskTier: 'High', riskReasons: ['E9'] })
  })
})

describe('an application profile', () => {
  const domainRef = (kind: string) => ref(kind, 'x')
  const root = { appIdentityRef: ref('AppIdentity', 'pgw') }
  const children: readonly KubeObject[] = [
    app('AppBoundary', 'pgw', { domainBoundaryRef: domainRef('DomainBoundary'), namespace: 'payments', clusterAssignment: 'ccs-mgmt' }),
    app('AppIdentity', 'pgw', {
      domainIdentityRef: domainRef('DomainIdentity'),
      appBoundaryRef: ref('AppBoundary', 'pgw'),
      serviceName: 'pgw',
      version: 'v1.0.0',
      operatorOwner: 'team',
    }),
    app('AppPolicy', 'pgw', { ...root, domainPolicyRef: domainRef('DomainPolicy'), retryEnvelope: { maxAttempts: 9, backoffSeconds: 5 } }),
    app('AppTopology', 'pgw', { ...root, wirings: [] }),
    app('AppEventSchema', 'pgw', {
      ...root,
      domainEventRef: domainRef('DomainEvent'),
      role: 'producer',
      topicName: 't',
      schemaVersion: 'v1',
    }),
    app('AppWorkflow', 'pgw', { ...root, domainWorkflowRef: domainRef('DomainWorkflow'), phases: [{ name: 'serve' }] }),
    app('AppResourceProfile', 'pgw', {
      ...root,
      domainResourceRef: domainRef('DomainResource'),
      computeClaim: { cpu: '500m', memory: '1Gi' },
    }),
    app('AppAuditPolicy', 'pgw', {
      ...root,
      domainAuditRef: domainRef('DomainAudit'),
      emittedEventTypes: ['a'],
      granularity: 'high',
      transportPath: 'direct',
    }),
    app('AppProfile', 'pgw', {
      appBoundaryRef: ref('AppBoundary', 'pgw'),
      appIdentityRef: ref('AppIdentity', 'pgw'),
      ...Object.fromEntries(
        ['AppPolicy', 'AppTopology', 'AppEventSchema', 'AppWorkflow', 'AppResourceProfile', 'AppAuditPolicy'].map((kind) => [
          `a${kind.slice(1)}Ref`,
          ref(kind, 'pgw'),
        ]),
      ),
    }),
  ]
  const at = (kind: string, name = 'pgw') => ({ apiVersion: 'app.ontai.dev/v1alpha1', kind, namespace: 'payments', name })

  test('stands in the phase of its first child that is not Ready', async () => {
    const domainIdentityRef = domainRef('DomainIdentity')
    await put({
      apiVersion: 'seam.ontai.dev/v1alpha1',
      kind: 'TalosCluster',
      metadata: { name: 'ccs-mgmt', namespace: 'seam-system' },
      spec: { mode: 'bootstrap', role: 'management', talosVersion: 'v1.9.3', clusterEndpoint: '10.0.0.1', versionUpgrade: false },
    })
    await put(core('DomainEvent', 'x', { domainIdentityRef, eventType: 'Settled', producerAuthority: 'team', schemaVersion: 'v1' }))
    await put(core('DomainWorkflow', 'x', { domainIdentityRef, phases: ['serve'] }))
    await put(core('DomainResource', 'x', { domainIdentityRef, computeCeiling: { cpu: '1', memory: '1024Mi' } }))
    await put(core('DomainAudit', 'x', { domainIdentityRef, minimumEventGranularity: 'medium', retentionRequirementDays: 9 }))
    for (const child of children) await put(child)
    const seen = await until(at('AppProfile'), (status) => status.currentPhase === 'AuthorityResolution')
    expect(seen.ready).toBe(false)
    expect(reasonOf(seen, 'BehavioralConfiguration')).toBe('NoBehaviorKind')
    const policy = await until(at('AppPolicy'), (status) => reasonOf(status, 'Ready') !== undefined)
    expect(reasonOf(policy, 'WithinBounds')).toBe('P1')
    const identity = await until(at('AppIdentity'), (status) => status.ready === true)
    expect(identity.spiffeId).toBe('spiffe://ontai.dev/x/pgw/v1.0.0')
  })

  test('becomes Ready when its last child does', async () => {
    await put(
      app('AppPolicy', 'pgw', {
        ...root,
        domainPolicyRef: domainRef('DomainPolicy'),
        retryEnvelope: { maxAttempts: 3, backoffSeconds: 5 },
      }),
    )
    const seen = await until(at('AppProfile'), (status) => status.ready === true)
    expect(seen.currentPhase).toBe('ProfileCompletion')
  })
})
