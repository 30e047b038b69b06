import {
  readAppAuditPolicy,
  readAppBoundary,
  readAppEventSchema,
  readAppIdentity,
  readAppPolicy,
  readAppResourceProfile,
  readAppTopology,
  readAppWorkflow,
} from '#lib/domain/app-kinds.ts'
import {
  readDomainAudit,
  readDomainBoundary,
  readDomainEvent,
  readDomainPolicy,
  readDomainRelationship,
  readDomainResource,
  readDomainWorkflow,
} from '#lib/domain/kinds.ts'
import type { KubeObject } from '#lib/kube/object.ts'
import { auditBounds, policyBounds, resourceBounds } from '#lib/profile/bounds.ts'
import { checkProfileObject } from '#lib/profile/check-profile-object.ts'
import { type AppConcept, failed, type ProfileFacts, type RuleFinding, warned } from '#lib/profile/facts.ts'
import { resolveRef } from '#lib/profile/reference.ts'
import { versionFit } from '#lib/profile/version-fit.ts'

type Check = (object: KubeObject, facts: ProfileFacts) => readonly RuleFinding[]

function checkBoundary(object: KubeObject, facts: ProfileFacts): readonly RuleFinding[] {
  const { spec } = readAppBoundary(object)
  const parent = resolveRef(facts, object, 'domainBoundaryRef', spec.domainBoundaryRef, 'domainBoundary')
  const domain = parent.object && readDomainBoundary(parent.object).spec
  const [tier, cluster, tenant] = [spec.environmentTier, spec.clusterAssignment, domain?.tenantAssignment]
  const home = facts.cluster.find((candidate) => candidate.metadata.name === cluster)
  const inTenant = cluster === tenant || home?.metadata.namespace === `seam-tenant-${tenant}`
  return [
    ...parent.findings,
    ...(tier !== undefined && domain?.environmentTier !== undefined && tier !== domain.environmentTier
      ? [failed('B1', ['spec', 'environmentTier'], `environmentTier is ${tier}, its DomainBoundary says ${domain.environmentTier}.`)]
      : []),
    ...(cluster !== undefined && tenant !== undefined && !inTenant
      ? [failed('B2', ['spec', 'clusterAssignment'], `Cluster ${cluster} is not in tenant ${tenant} of its DomainBoundary.`)]
      : []),
    ...(cluster !== undefined && home === undefined
      ? [failed('B3', ['spec', 'clusterAssignment'], `No TalosCluster is called ${cluster}.`)]
      : []),
  ]
}

function checkIdentity(object: KubeObject, facts: ProfileFacts): readonly RuleFinding[] {
  const { spec } = readAppIdentity(object)
  return [
    ...resolveRef(facts, object, 'domainIdentityRef', spec.domainIdentityRef, 'domainIdentity').findings,
    ...resolveRef(facts, object, 'appBoundaryRef', spec.appBoundaryRef, 'appBoundary').findings,
  ]
}

/** The AppIdentity an object hangs on, and the name of the DomainIdentity behind it. */
function anchor(object: KubeObject, facts: ProfileFacts, ref: { readonly name: string } | undefined) {
  const app = resolveRef(facts, object, 'appIdentityRef', ref, 'appIdentity')
  return { findings: app.findings, domainIdentity: app.object && readAppIdentity(app.object).spec.domainIdentityRef?.name }
}

/** Bounds of a stranger would be no bounds: says so when the domain object governs another DomainIdentity than the application's. */
const sameDomain = (field: string, mine: string | undefined, theirs: string | undefined): readonly RuleFinding[] =>
  mine === undefined || theirs === undefined || mine === theirs
    ? []
    : [warned('DOMAIN', ['spec', field, 'name'], `It governs DomainIdentity ${theirs}, the application traces to ${mine}.`)]

function checkPolicy(object: KubeObject, facts: ProfileFacts): readonly RuleFinding[] {
  const app = readAppPolicy(object)
  const root = anchor(object, facts, app.spec.appIdentityRef)
  const bound = resolveRef(facts, object, 'domainPolicyRef', app.spec.domainPolicyRef, 'domainPolicy')
  const domain = bound.object && readDomainPolicy(bound.object)
  const owner = domain?.spec.domainIdentityRef?.name
  const identities = facts.appIdentity.filter((one) => readAppIdentity(one).spec.domainIdentityRef?.name === owner).length
  return [
    ...root.findings,
    ...bound.findings,
    ...sameDomain('domainPolicyRef', root.domainIdentity, owner),
    ...(domain ? policyBounds(app, domain, identities) : []),
  ]
}

function checkResource(object: KubeObject, facts: ProfileFacts): readonly RuleFinding[] {
  const app = readAppResourceProfile(object)
  const root = anchor(object, facts, app.spec.appIdentityRef)
  const bound = resolveRef(facts, object, 'domainResourceRef', app.spec.domainResourceRef, 'domainResource')
  const domain = bound.object && readDomainResource(bound.object)
  return [
    ...root.findings,
    ...bound.findings,
    ...sameDomain('domainResourceRef', root.domainIdentity, domain?.spec.domainIdentityRef?.name),
    ...(domain ? resourceBounds(app, domain) : []),
  ]
}

function checkAudit(object: KubeObject, facts: ProfileFacts): readonly RuleFinding[] {
  const app = readAppAuditPolicy(object)
  const root = anchor(object, facts, app.spec.appIdentityRef)
  const bound = resolveRef(facts, object, 'domainAuditRef', app.spec.domainAuditRef, 'domainAudit')
  const domain = bound.object && readDomainAudit(bound.object)
  return [
    ...root.findings,
    ...bound.findings,
    ...sameDomain('domainAuditRef', root.domainIdentity, domain?.spec.domainIdentityRef?.name),
    ...(domain ? auditBounds(app, domain) : []),
  ]
}

function checkTopology(object: KubeObject, facts: ProfileFacts): readonly RuleFinding[] {
  const { spec } = readAppTopology(object)
  const root = anchor(object, facts, spec.appIdentityRef)
  const wirings = (spec.wirings ?? []).flatMap((wiring, index): readonly RuleFinding[] => {
    const path = ['spec', 'wirings', index, 'domainRelationshipRef', 'name']
    const found = facts.domainRelationship.find((one) => one.metadata.name === wiring.domainRelationshipRef.name)
    if (found === undefined)
      return [
        failed('T1', path, `DomainRelationship ${wiring.domainRelationshipRef.name} does not exist. Ask for it by an admission request.`),
      ]
    const { sourceIdentity, targetIdentity } = readDomainRelationship(found).spec
    if (root.domainIdentity === undefined || sourceIdentity === root.domainIdentity || targetIdentity === root.domainIdentity) return []
    return [failed('T1', path, `${found.metadata.name} links ${sourceIdentity} to ${targetIdentity}; neither is ${root.domainIdentity}.`)]
  })
  const names = (spec.wirings ?? []).map((wiring) => wiring.name)
  const twice = names.findIndex((name, index) => names.indexOf(name) !== index)
  return [
    ...root.findings,
    ...wirings,
    ...(twice < 0 ? [] : [failed('NAME', ['spec', 'wirings', twice, 'name'], `Wiring ${names[twice]} stands twice.`)]),
  ]
}

function checkEvent(object: KubeObject, facts: ProfileFacts): readonly RuleFinding[] {
  const { spec } = readAppEventSchema(object)
  const bound = resolveRef(facts, object, 'domainEventRef', spec.domainEventRef, 'domainEvent')
  const wanted = bound.object && readDomainEvent(bound.object).spec.schemaVersion
  const fit = spec.schemaVersion !== undefined && wanted !== undefined ? versionFit(spec.schemaVersion, wanted) : undefined
  return [
    ...anchor(object, facts, spec.appIdentityRef).findings,
    ...bound.findings,
    ...(fit?.fits === false
      ? [
          failed(
            'E1',
            ['spec', 'schemaVersion'],
            `schemaVersion ${spec.schemaVersion} does not fit ${wanted} of its DomainEvent (compared by ${fit.by}).`,
          ),
        ]
      : []),
  ]
}

function checkWorkflow(object: KubeObject, facts: ProfileFacts): readonly RuleFinding[] {
  const { spec } = readAppWorkflow(object)
  const bound = resolveRef(facts, object, 'domainWorkflowRef', spec.domainWorkflowRef, 'domainWorkflow')
  const known = bound.object && (readDomainWorkflow(bound.object).spec.phases ?? [])
  return [
    ...anchor(object, facts, spec.appIdentityRef).findings,
    ...bound.findings,
    ...(spec.phases ?? []).flatMap((phase, index) =>
      known === undefined || known.includes(phase.name)
        ? []
        : [
            failed(
              'W1',
              ['spec', 'phases', index, 'name'],
              `Phase ${phase.name} is not among ${known.join(', ') || 'none'} of its DomainWorkflow.`,
            ),
          ],
    ),
  ]
}

const CHECK: Readonly<Record<AppConcept, Check>> = {
  appBoundary: checkBoundary,
  appIdentity: checkIdentity,
  appPolicy: checkPolicy,
  appResourceProfile: checkResource,
  appAuditPolicy: checkAudit,
  appTopology: checkTopology,
  appEventSchema: checkEvent,
  appWorkflow: checkWorkflow,
  appProfile: checkProfileObject,
}

/** Everything the platform's rules say against one App object, given declared state (domain-and-app-core.md 5). */
export const checkObject = (concept: AppConcept, object: KubeObject, facts: ProfileFacts): readonly RuleFinding[] =>
  CHECK[concept](object, facts)
