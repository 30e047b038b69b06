import { readAppIdentity } from '#lib/domain/app-kinds.ts'
import { readDomainBoundary, readDomainIdentity } from '#lib/domain/kinds.ts'
import { groupOf, type KubeObject } from '#lib/kube/object.ts'
import { refOf } from '#lib/kube/ref.ts'
import { partyOf } from '#lib/relationship/party.ts'
import type { Concepts } from '#lib/topology/concepts.ts'
import type { Draft } from '#lib/topology/draft.ts'
import { objectState, type ObjectState } from '#lib/topology/object-state.ts'
import { bindingId, clusterId, realCluster, subjectHash } from '#lib/topology/platform-part.ts'
import { fieldsOf, listOf, nameIn, recordOf, spec, status, textOf } from '#lib/topology/spec.ts'

export const identityId = (name: string): string => `identity/${name}`

const DOMAIN_KINDS = [
  'DomainBoundary',
  'DomainPolicy',
  'DomainEvent',
  'DomainWorkflow',
  'DomainResource',
  'DomainAudit',
  'DomainSemanticNameService',
]
const APP_KINDS = ['AppPolicy', 'AppTopology', 'AppEventSchema', 'AppWorkflow', 'AppResourceProfile', 'AppAuditPolicy', 'AppProfile']

/** Identities with everything declared about them folded behind, and the applications that bear them (decisions.md 2). */
export function addIdentities(draft: Draft, concepts: Concepts): void {
  const boundaries = concepts.core('DomainBoundary')
  const placed = new Set<string>()
  for (const object of concepts.core('DomainIdentity')) addIdentity(draft, object, boundaries)
  for (const kind of DOMAIN_KINDS)
    for (const object of concepts.core(kind)) foldBehind(draft, object, nameIn(spec(object)['domainIdentityRef']))
  for (const object of concepts.core('AppIdentity')) {
    const identity = readAppIdentity(object).spec.domainIdentityRef?.name
    foldBehind(draft, object, identity)
    const cluster = placeOn(draft, object, concepts.core('AppBoundary'), identity)
    if (cluster !== undefined && identity !== undefined) placed.add(identity)
  }
  for (const boundary of concepts.core('DomainBoundary').map(readDomainBoundary)) {
    const name = boundary.spec.domainIdentityRef?.name
    if (name !== undefined && !placed.has(name) && boundary.spec.tenantAssignment !== undefined)
      hosts(draft, boundary.spec.tenantAssignment, name, `DomainBoundary/${boundary.name}`)
  }
  for (const kind of APP_KINDS) for (const object of concepts.core(kind)) foldBehind(draft, object, identityOfApp(draft, object))
  for (const object of concepts.core('AppProfile')) showProgress(draft, object)
  for (const object of concepts.instances) addInstance(draft, object)
  for (const object of concepts.instances) addReferences(draft, object)
}

/** The DomainIdentity behind an App object: its AppIdentity in the same namespace has been folded already. */
export function identityOfApp(draft: Draft, object: KubeObject): string | undefined {
  const name = nameIn(spec(object)['appIdentityRef'])
  const id = name === undefined ? undefined : draft.findByName('AppIdentity', name, object.metadata.namespace ?? '')
  return id === undefined ? undefined : draft.get(id)?.name
}

function addIdentity(draft: Draft, object: KubeObject, boundaries: readonly KubeObject[]): void {
  const { spec: identity, name } = readDomainIdentity(object)
  const id = identityId(name)
  const party = partyOf(name, boundaries)
  const owned = boundaries.map(readDomainBoundary).find((boundary) => boundary.spec.domainIdentityRef?.name === name)
  if (draft.has(id))
    return draft.finding({
      rule: 'ambiguous',
      tone: 'danger',
      text: `Several DomainIdentities are called ${name}; references to it are not certain.`,
      nodes: [id],
    })
  draft.node({
    id,
    kind: 'identity',
    label: object.kind,
    name,
    domain: 'domain' in party ? party.domain : '',
    place: object.metadata.namespace ?? '',
    ...objectState(object),
    presence: 'api',
    ref: refOf(draft.cluster, object),
    fields: fieldsOf({
      Owner: identity.operatorOwner,
      'Trust domain': identity.spiffeTrustDomain,
      Subject: identity.ontWebSubject,
      Tier: owned?.spec.environmentTier,
      Tenant: owned?.spec.tenantAssignment,
    }),
  })
  if ('problem' in party) draft.finding({ rule: 'no-party', tone: 'caution', text: party.problem, nodes: [id] })
  const bound = identity.spiffeTrustDomain
  const tenant = owned?.spec.tenantAssignment
  if (bound !== undefined && tenant !== undefined) {
    const binding = bindingId(realCluster(draft, tenant), subjectHash(bound))
    draft.edge({ from: binding, to: id, evidence: 'declared', type: 'identifies', by: 'IdentityBinding' })
  }
}

function foldBehind(draft: Draft, object: KubeObject, identity: string | undefined): void {
  const id = identity === undefined ? undefined : identityId(identity)
  if (id !== undefined && draft.has(id)) return draft.member(id, object)
  const own = `${groupOf(object)}/${object.kind}/${object.metadata.namespace ?? ''}/${object.metadata.name}`
  draft.node({
    id: own,
    kind: 'object',
    label: object.kind,
    name: object.metadata.name,
    domain: '',
    place: object.metadata.namespace ?? '',
    tone: 'caution',
    state: 'Belongs to no identity',
    presence: 'api',
    ref: refOf(draft.cluster, object),
    fields: fieldsOf({ Names: identity }),
  })
  draft.finding({
    rule: 'orphan',
    tone: 'caution',
    text: `${object.kind} ${object.metadata.name} names no DomainIdentity that exists.`,
    nodes: [own],
  })
}

/** An application runs where its AppBoundary says, else where the boundary of its identity says. */
const hosts = (draft: Draft, cluster: string, identity: string, by: string): void =>
  draft.edge({ from: clusterId(cluster), to: identityId(identity), evidence: 'declared', type: 'hosts', by })

function placeOn(draft: Draft, app: KubeObject, boundaries: readonly KubeObject[], identity: string | undefined): string | undefined {
  const name = readAppIdentity(app).spec.appBoundaryRef?.name
  const boundary = boundaries.find((one) => one.metadata.name === name && one.metadata.namespace === app.metadata.namespace)
  if (!boundary || identity === undefined) return undefined
  if (draft.has(identityId(identity))) draft.member(identityId(identity), boundary)
  const cluster = textOf(spec(boundary)['clusterAssignment'])
  if (cluster !== undefined) hosts(draft, cluster, identity, `AppBoundary/${boundary.metadata.name}`)
  return cluster
}

/** The profile is the application's own word on how far it is. */
function showProgress(draft: Draft, profile: KubeObject): void {
  const id = draft.find(refOf(draft.cluster, profile))
  if (id === undefined || draft.get(id)?.kind !== 'identity') return
  const { ready, currentPhase } = status(profile)
  const phase = textOf(currentPhase)
  const state: ObjectState | undefined =
    ready === true ? { tone: 'ok', state: 'Ready' } : phase !== undefined ? { tone: 'working', state: phase } : undefined
  if (state) draft.change(id, state)
}

function addInstance(draft: Draft, object: KubeObject): void {
  const named = nameIn(spec(object)['domainIdentityRef']) ?? object.metadata.name
  const identity = draft.get(identityId(named))
  const id = `${groupOf(object)}/${object.kind}/${object.metadata.namespace ?? ''}/${object.metadata.name}`
  const ref = refOf(draft.cluster, object)
  draft.node({
    id,
    kind: 'instance',
    label: object.kind,
    name: object.metadata.name,
    // The group of an application's kind is its domain (demo-world.md, Places).
    domain: groupOf(object),
    place: object.metadata.namespace ?? '',
    ...objectState(object),
    presence: 'api',
    ref,
    fields: fieldsOf({ Version: textOf(spec(object)['version']), Team: textOf(spec(object)['team']), Identity: identity?.name }),
  })
  if (identity)
    draft.edge({ from: identity.id, to: id, evidence: 'declared', type: 'is borne by', by: `${object.kind}/${object.metadata.name}`, ref })
}

/** Any `{kind, name, namespace?}` in the spec of an application is a reference, whatever field it stands in. */
function addReferences(draft: Draft, object: KubeObject): void {
  const from = draft.find(refOf(draft.cluster, object))
  if (from === undefined) return
  for (const found of referencesIn(object.spec, 0)) {
    const to = draft.findByName(found.kind, found.name, found.namespace) ?? draft.findByName(found.kind, found.name)
    if (to !== undefined && to !== from && !to.startsWith('identity/'))
      draft.edge({
        from,
        to,
        evidence: 'declared',
        type: 'refers to',
        by: `${object.kind}/${object.metadata.name}`,
        ref: refOf(draft.cluster, object),
      })
  }
}

type Reference = { readonly kind: string; readonly name: string; readonly namespace: string | undefined }
const DEPTH_MAX = 6

function referencesIn(value: unknown, depth: number): readonly Reference[] {
  if (depth > DEPTH_MAX || typeof value !== 'object' || value === null) return []
  const record = recordOf(value)
  const kind = textOf(record['kind'])
  const name = textOf(record['name'])
  const own = kind !== undefined && name !== undefined ? [{ kind, name, namespace: textOf(record['namespace']) }] : []
  const inside = Array.isArray(value) ? listOf(value) : Object.values(record)
  return [...own, ...inside.flatMap((entry) => referencesIn(entry, depth + 1))]
}
