import 'server-only'
import { randomUUID } from 'node:crypto'
import { stringify } from 'yaml'
import type { Viewer } from '#lib/access/viewer.ts'
import { documentPath } from '#lib/approval/paths.ts'
import { AppError } from '#lib/error.ts'
import { CONCEPT, type ServedKind } from '#lib/kube/concept.ts'
import type { KubeObject } from '#lib/kube/object.ts'
import { evaluate } from '#lib/relationship/evaluate.ts'
import type { Database } from '#server/adapter/db/client.ts'
import type { GitChange } from '#server/adapter/git/git.ts'
import type { Ctx } from '#server/context.ts'

/** A small world in memory for verb tests: real rules and a real database, only the wires are replaced. */
export type TestWorld = {
  objects: KubeObject[]
  readonly commits: { readonly id: string; readonly files: Map<string, string>; readonly change: GitChange }[]
  readonly branches: Map<string, string>
  kubeDown: boolean
  gitDown: boolean
  guardian: (login: string) => boolean | 'silent'
  readonly commit: (files: Readonly<Record<string, string | undefined>>, email: string) => string
  /** Puts the verdict of today's declared state into every request's status, as the evaluator does. */
  readonly evaluateAll: () => void
  readonly request: (name: string, change?: RarChange) => KubeObject
  readonly ctx: (login: string, kind?: Viewer['kind']) => Ctx
}

export type RarChange = {
  readonly initiator?: string
  readonly counterpart?: string
  readonly type?: string
  readonly requestedBy?: string
  readonly email?: string
  readonly interaction?: Readonly<Record<string, unknown>>
  readonly committed?: boolean
}

export const POLICY = {
  schema: 'vortex-policy/1',
  people: {
    maria: { groups: ['approver-payments', 'approver-banking'], emails: ['maria@x.example'] },
    lena: { groups: ['approver-trading'], emails: ['lena@x.example'] },
    amir: { groups: ['approver-banking'], emails: ['amir@x.example'] },
    james: { groups: ['platform'], emails: ['james@x.example'] },
    root: { groups: ['platform'], emails: ['root@x.example'] },
    priya: { groups: [], emails: ['priya@x.example'] },
  },
  domains: {
    payments: { approvers: [{ group: 'approver-payments' }], quorum: 1 },
    banking: { approvers: [{ group: 'approver-banking' }], quorum: 1 },
    trading: { approvers: [{ group: 'approver-trading' }], quorum: 1 },
  },
  overall: { quorum: 2 },
  raise: [{ when: 'ambiguous', party: 'initiator', quorum: 2 }],
  merge: { who: [{ group: 'platform' }], soleApprover: false },
  levels: { compliance: { payments: 'Full' } },
  clocks: { decideBy: 'P5D', executeBy: 'P2D' },
  autoAdmission: { enabled: false },
} as const

const core = (kind: string, name: string, spec: unknown): KubeObject => ({
  apiVersion: 'core.ontai.dev/v1alpha1',
  kind,
  metadata: { name, namespace: 'ont-system', uid: randomUUID(), generation: 1 },
  spec,
})
const identityRef = (name: string) => ({ group: 'core.ontai.dev', kind: 'DomainIdentity', version: 'v1alpha1', name })

/** Identity, boundary and policy of one participant. */
export const participant = (
  name: string,
  domain: string,
  tier = 'production',
  policy: Readonly<Record<string, unknown>> = {},
): readonly KubeObject[] => [
  core('DomainIdentity', name, { name, operatorOwner: domain, registeredAt: '2026-01-01T00:00:00Z' }),
  core('DomainBoundary', `${name}-boundary`, { domainIdentityRef: identityRef(name), organizationalScope: domain, environmentTier: tier }),
  core('DomainPolicy', `${name}-policy`, {
    domainIdentityRef: identityRef(name),
    cardinalityCeiling: 8,
    accessControlMode: 'rbac',
    ...policy,
  }),
]

export function testWorld(database: Database): TestWorld {
  const commits: TestWorld['commits'] = []
  const world: TestWorld = {
    objects: [
      ...participant('cs', 'trading'),
      ...participant('pgw', 'payments'),
      ...participant('cbs', 'banking'),
      ...participant('los', 'banking'),
    ],
    commits,
    branches: new Map(),
    kubeDown: false,
    gitDown: false,
    guardian: () => true,
    commit: (changed, email) => {
      const files = new Map(commits.at(-1)?.files)
      const paths = Object.entries(changed).map(([path, text]) => {
        const status = text === undefined ? ('D' as const) : files.has(path) ? ('M' as const) : ('A' as const)
        if (text === undefined) files.delete(path)
        else files.set(path, text)
        return { path, status }
      })
      const id = randomUUID().replaceAll('-', '').padEnd(40, '0')
      const person = { name: email.split('@')[0] ?? email, email, at: '2026-11-01T00:00:00Z' }
      const parents = commits.length === 0 ? [] : [commits.at(-1)?.id ?? '']
      commits.push({
        id,
        files,
        change: { commit: id, parents, author: person, committer: person, subject: 'x', body: '', trailers: [], paths },
      })
      return id
    },
    evaluateAll: () => {
      world.objects = world.objects.map((object) => {
        if (object.kind !== CONCEPT.rar.kind) return object
        const { initiator, counterpart, ...verdict } = evaluate({
          rar: object,
          objects: declared(world.objects),
          autoAdmission: autoAdmissionOf(world),
        })
        const evaluation = {
          evaluatedAt: '2026-11-20T00:00:00Z',
          ...verdict,
          conditions: undefined,
          initiatorPolicy: initiator,
          counterpartPolicy: counterpart,
        }
        return { ...object, status: { phase: 'AwaitingApproval', evaluation } }
      })
    },
    request: (name, change = {}) => {
      const object = rarObject(name, change)
      world.objects.push(object)
      const { metadata: _, ...rest } = object
      const document = { ...rest, metadata: { name, namespace: 'seam-system' } }
      if (change.committed !== false)
        world.commit({ [documentPath('ccs-mgmt', object)]: `# filed\n${stringify(document)}` }, change.email ?? 'james@x.example')
      world.evaluateAll()
      return object
    },
    ctx: (login, kind = 'person') => {
      const kube = fakeKube(world)
      return {
        database,
        db: database.db,
        now: new Date(),
        requestId: 'test',
        viewer: { kind, login, name: login, groups: [] },
        kube,
        clusters: [kube],
        guardian: fakeGuardian(world),
        git: fakeGit(world),
        dsns: {
          zone: 'x',
          read: async () => ({ state: 'down', problem: 'off' }),
          age: () => ({ source: 'DSNS', state: 'off', at: undefined, problem: undefined }),
        },
        audit: { page: async () => [], age: () => ({ source: 'Audit', state: 'off', at: undefined, problem: undefined }) },
      }
    },
  }
  world.commit({ 'vortex/policy.yaml': stringify(POLICY) }, 'root@x.example')
  return world
}

const autoAdmissionOf = (world: TestWorld): boolean =>
  /autoAdmission:\s+enabled: true/.test(world.commits.at(-1)?.files.get('vortex/policy.yaml') ?? '')

const rarObject = (name: string, change: RarChange): KubeObject => ({
  apiVersion: 'seam.ontai.dev/v1alpha1',
  kind: 'RelationshipAdmissionRequest',
  metadata: {
    name,
    namespace: 'seam-system',
    uid: randomUUID(),
    generation: 1,
    resourceVersion: '1',
    creationTimestamp: new Date(Date.now() - 86_400_000).toISOString(),
  },
  spec: {
    participants: {
      initiator: { domainIdentityRef: identityRef(change.initiator ?? 'cs') },
      counterpart: { domainIdentityRef: identityRef(change.counterpart ?? 'pgw') },
    },
    interaction: {
      relationshipType: change.type ?? 'observes',
      description: 'Settlement reads payment events.',
      bindingType: 'SnapshotBinding',
      protocol: 'mtls',
      ...change.interaction,
    },
    justification: 'Settlement needs the payment events. It reads only.',
    requestedBy: change.requestedBy ?? 'james',
    origin: 'Submitted',
  },
})

const ofKind = (objects: readonly KubeObject[], kind: string): readonly KubeObject[] => objects.filter((object) => object.kind === kind)

const declared = (objects: readonly KubeObject[]) => ({
  identities: ofKind(objects, 'DomainIdentity'),
  policies: ofKind(objects, 'DomainPolicy'),
  boundaries: ofKind(objects, 'DomainBoundary'),
  relationships: ofKind(objects, 'DomainRelationship'),
  appBoundaries: [],
  appPolicies: [],
  appIdentities: [],
})

function fakeKube(world: TestWorld): Ctx['kube'] {
  const served = (kind: string, group: string): ServedKind => ({
    group,
    version: 'v1alpha1',
    kind,
    plural: `${kind.toLowerCase()}s`.replace(/ys$/, 'ies'),
    namespaced: true,
  })
  const listOf = (kind: string) =>
    world.kubeDown
      ? ({ state: 'stale', value: ofKind(world.objects, kind), at: 0, problem: 'the API server does not answer' } as const)
      : ({ state: 'fresh', value: ofKind(world.objects, kind), at: Date.now() } as const)
  const find = (kind: string, namespace: string, name: string) =>
    ofKind(world.objects, kind).find((one) => one.metadata.name === name && one.metadata.namespace === namespace)
  return {
    cluster: 'ccs-mgmt',
    served: (concept) => served(CONCEPT[concept].kind, CONCEPT[concept].groups[0]),
    servedKinds: () => Object.values(CONCEPT).map(({ kind, groups }) => served(kind, groups[0])),
    builtInKinds: () => [],
    isLeftOut: () => false,
    list: (concept) => listOf(CONCEPT[concept].kind),
    listKind: (_group, kind) => listOf(kind),
    follow: async () => undefined,
    listedAt: () => 0,
    get: (_group, kind, namespace, name) => ({ state: 'fresh', value: find(kind, namespace, name), at: Date.now() }),
    fetch: async (kind, namespace, name) => {
      if (world.kubeDown) throw new AppError('unavailable', 'Kubernetes does not answer. Deciding is closed until it does.')
      return find(kind.kind, namespace, name)
    },
    events: async () => {
      if (world.kubeDown) throw new AppError('unavailable', 'Kubernetes does not answer.')
      return { state: 'read', events: [], more: false }
    },
    subscribe: () => () => undefined,
    age: () => ({ source: 'Kubernetes', state: 'fresh', at: Date.now(), problem: undefined }),
    ready: () => true,
    stop: async () => undefined,
  }
}

const fakeGuardian = (world: TestWorld): Ctx['guardian'] => ({
  check: async (login) => {
    const allowed = world.guardian(login)
    if (allowed === 'silent') throw new AppError('unavailable', 'Guardian did not answer.')
    return { allowed, reason: allowed ? 'allowed by effective rule' : 'no effective rule', at: Date.now() }
  },
  listPermissions: async () => [],
  whoCan: async () => [],
  age: () => ({ source: 'Guardian', state: 'fresh', at: Date.now(), problem: undefined }),
})

function fakeGit(world: TestWorld): Ctx['git'] {
  const at = (commit: string) => world.commits.find((one) => one.id === commit)
  const unused = async (): Promise<never> => {
    throw new AppError('internal', 'not used in these tests')
  }
  return {
    identity: { name: 'Vortex', email: 'vortex@vortex.invalid' },
    carriedBy: async () => undefined,
    signature: async () => 'none',
    url: `memory:${world.commits[0]?.id ?? ''}`,
    branch: 'main',
    fetch: async () => {
      if (world.gitDown) throw new AppError('unavailable', 'Git does not answer.')
    },
    head: async () => world.commits.findLast((one) => ![...world.branches.values()].includes(one.id))?.id ?? '',
    resolve: async (ref) => world.branches.get(ref.replace(/^refs\/heads\//, '')),
    read: async (commit, path) => {
      const text = at(commit)?.files.get(path)
      return text === undefined ? undefined : new TextEncoder().encode(text)
    },
    list: async (commit, prefix) =>
      [...(at(commit)?.files.keys() ?? [])].filter((path) => path.startsWith(prefix)).map((path) => ({ path, blob: path })),
    blobs: async (commit, paths) => new Map(paths.filter((path) => at(commit)?.files.has(path) === true).map((path) => [path, path])),
    log: async ({ path, limit, ref }) => {
      const changes = (ref === undefined ? world.commits : world.commits.filter((one) => one.id === ref)).map((one) => one.change)
      return changes
        .filter((change) => path === undefined || change.paths.some((one) => one.path === path))
        .toReversed()
        .slice(0, limit)
    },
    isAncestor: async () => true,
    changes: unused,
    roots: async () => [world.commits[0]?.id ?? ''],
    diff: async () => '',
    commit: unused,
    createBranch: unused,
    advanceMain: unused,
    age: () => ({ source: 'Git', state: 'fresh', at: world.gitDown ? Date.now() - 600_000 : Date.now(), problem: undefined }),
  }
}
