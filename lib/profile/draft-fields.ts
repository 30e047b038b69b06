import { readAppIdentity } from '#lib/domain/app-kinds.ts'
import {
  type Granularity,
  readDomainAudit,
  readDomainBoundary,
  readDomainEvent,
  readDomainPolicy,
  readDomainRelationship,
  readDomainResource,
  readDomainWorkflow,
} from '#lib/domain/kinds.ts'
import type { KubeObject } from '#lib/kube/object.ts'
import { type Build, type DraftField, type DraftInput, field, refField } from '#lib/profile/draft-field.ts'
import type { ProfileFacts } from '#lib/profile/facts.ts'
import type { Path } from '#lib/profile/manifests.ts'
import type { Origin } from '#lib/profile/origin.ts'
import { compareQuantity, parseQuantity } from '#lib/profile/quantity.ts'
import type { Template } from '#lib/profile/template.ts'

const CORE = 'core.ontai.dev'
const missing = (kind: string, identity: string, child: string): string => `No ${kind} governs ${identity}, so no ${child} was drafted.`
const fromTemplate = ({ source, title }: Template): { readonly origin: Origin; readonly note: string } =>
  source === 'profile' ? { origin: 'inherited', note: `${title}.` } : { origin: 'default', note: `Usual for: ${title.toLowerCase()}.` }

const root = ({ appGroup, name }: DraftInput): readonly DraftField[] =>
  refField(['spec', 'appIdentityRef'], appGroup, 'AppIdentity', name, 'default', 'Drafted together with this profile.')

export const boundaryFields: Build = ({ input, set }) => {
  const { boundary } = set
  if (boundary === undefined) return missing('DomainBoundary', input.identity, 'AppBoundary')
  const { environmentTier, tenantAssignment } = readDomainBoundary(boundary).spec
  const cluster = clusterFor(tenantAssignment, input.facts)
  const note = `From DomainBoundary ${boundary.metadata.name}.`
  return [
    ...refField(
      ['spec', 'domainBoundaryRef'],
      CORE,
      'DomainBoundary',
      boundary.metadata.name,
      'curator',
      `The boundary of ${input.identity}.`,
    ),
    field(['spec', 'namespace'], input.namespace, 'author', 'The namespace you chose.'),
    ...(cluster === undefined
      ? []
      : [
          field(
            ['spec', 'clusterAssignment'],
            cluster,
            'curator',
            `In tenant ${tenantAssignment}, by DomainBoundary ${boundary.metadata.name}.`,
          ),
        ]),
    ...(environmentTier === undefined ? [] : [field(['spec', 'environmentTier'], environmentTier, 'inherited', note)]),
  ]
}

/** The cluster that the tenant names, else the first one in its namespace. */
function clusterFor(tenant: string | undefined, facts: ProfileFacts): string | undefined {
  if (tenant === undefined) return undefined
  const named = facts.cluster.find((cluster) => cluster.metadata.name === tenant)
  const inside = facts.cluster
    .filter((cluster) => cluster.metadata.namespace === `seam-tenant-${tenant}`)
    .map((cluster) => cluster.metadata.name)
  return named?.metadata.name ?? inside.toSorted()[0]
}

export const policyFields: Build = ({ input, set, template }) => {
  const { policy } = set
  if (policy === undefined) return missing('DomainPolicy', input.identity, 'AppPolicy')
  const domain = readDomainPolicy(policy).spec
  const bound = `DomainPolicy ${policy.metadata.name}`
  const rate = template.rateLimitRequestsPerSecond
  const allowed = domain.rateLimitRequestsPerSecond
  return [
    ...root(input),
    ...refField(['spec', 'domainPolicyRef'], CORE, 'DomainPolicy', policy.metadata.name, 'curator', `Governs ${input.identity}.`),
    capped(['spec', 'retryEnvelope', 'maxAttempts'], template.maxAttempts, domain.retryEnvelope?.maxAttempts, bound, template),
    capped(['spec', 'retryEnvelope', 'backoffSeconds'], template.backoffSeconds, domain.retryEnvelope?.backoffSeconds, bound, template),
    capped(['spec', 'circuitBreakerThreshold'], template.circuitBreakerThreshold, domain.circuitBreakerThreshold, bound, template),
    ...(rate !== undefined
      ? [capped(['spec', 'rateLimitRequestsPerSecond'], rate, allowed, bound, template)]
      : allowed === undefined
        ? []
        : [
            field(
              ['spec', 'rateLimitRequestsPerSecond'],
              Math.max(1, Math.floor(allowed / 2)),
              'curator',
              `Half of ${allowed}, the ceiling of ${bound}.`,
            ),
          ]),
    domain.accessControlMode === undefined || domain.accessControlMode === 'both'
      ? field(['spec', 'accessControlMode'], 'rbac', 'default', `${bound} leaves the choice.`)
      : field(['spec', 'accessControlMode'], domain.accessControlMode, 'inherited', `From ${bound}.`),
  ]
}

function capped(path: Path, value: number, ceiling: number | undefined, bound: string, template: Template): DraftField {
  if (ceiling !== undefined && value > ceiling)
    return field(path, ceiling, 'curator', `The template asks for ${value}; ${bound} allows ${ceiling}.`)
  const { origin, note } = fromTemplate(template)
  return field(path, value, origin, ceiling === undefined ? note : `${note} ${bound} allows ${ceiling}.`)
}

export const resourceFields: Build = ({ input, set, template }) => {
  const { resource } = set
  if (resource === undefined) return missing('DomainResource', input.identity, 'AppResourceProfile')
  const domain = readDomainResource(resource).spec
  const bound = `DomainResource ${resource.metadata.name}`
  const [flavor] = domain.kueueResourceFlavors ?? []
  return [
    ...root(input),
    ...refField(['spec', 'domainResourceRef'], CORE, 'DomainResource', resource.metadata.name, 'curator', `Governs ${input.identity}.`),
    cappedQuantity(['spec', 'computeClaim', 'cpu'], template.cpu, domain.computeCeiling?.cpu, bound, template),
    cappedQuantity(['spec', 'computeClaim', 'memory'], template.memory, domain.computeCeiling?.memory, bound, template),
    ...(template.storage === undefined || domain.storageCeiling === undefined
      ? []
      : [
          cappedQuantity(['spec', 'storageClaim', 'capacity'], template.storage, domain.storageCeiling.capacity, bound, template),
          field(
            ['spec', 'storageClaim', 'storageClass'],
            domain.storageCeiling.storageClass,
            'inherited',
            `The class that ${bound} permits.`,
          ),
        ]),
    ...(flavor === undefined ? [] : [field(['spec', 'kueueResourceFlavor'], flavor, 'curator', `The first flavor of ${bound}.`)]),
  ]
}

function cappedQuantity(path: Path, value: string, ceiling: string | undefined, bound: string, template: Template): DraftField {
  const [wanted, limit] = [parseQuantity(value), ceiling === undefined ? undefined : parseQuantity(ceiling)]
  if (ceiling !== undefined && wanted !== undefined && limit !== undefined && compareQuantity(wanted, limit) > 0)
    return field(path, ceiling, 'curator', `The template asks for ${value}; ${bound} allows ${ceiling}.`)
  const { origin, note } = fromTemplate(template)
  return field(path, value, origin, ceiling === undefined ? note : `${note} ${bound} allows ${ceiling}.`)
}

const FINER: readonly Granularity[] = ['low', 'medium', 'high']

export const auditFields: Build = ({ input, set, template }) => {
  const { audit } = set
  if (audit === undefined) return missing('DomainAudit', input.identity, 'AppAuditPolicy')
  const domain = readDomainAudit(audit).spec
  const bound = `DomainAudit ${audit.metadata.name}`
  const mandatory = domain.mandatoryEventTypes ?? []
  const floor = domain.minimumEventGranularity ?? 'low'
  const below = FINER.indexOf(template.granularity) < FINER.indexOf(floor)
  const { origin, note } = fromTemplate(template)
  return [
    ...root(input),
    ...refField(['spec', 'domainAuditRef'], CORE, 'DomainAudit', audit.metadata.name, 'curator', `Governs ${input.identity}.`),
    mandatory.length > 0
      ? field(['spec', 'emittedEventTypes'], mandatory, 'inherited', `Mandatory by ${bound}.`)
      : field(['spec', 'emittedEventTypes'], [`${input.name}.started`], 'curator', `${bound} makes no type mandatory; one is needed.`),
    below
      ? field(['spec', 'granularity'], floor, 'curator', `The template asks for ${template.granularity}; ${bound} wants at least ${floor}.`)
      : field(['spec', 'granularity'], template.granularity, origin, `${note} ${bound} wants at least ${floor}.`),
    domain.transportPath === undefined || domain.transportPath === 'none'
      ? field(['spec', 'transportPath'], 'conductor-federation', 'default', `${bound} leaves the choice.`)
      : field(['spec', 'transportPath'], domain.transportPath, 'inherited', `From ${bound}.`),
  ]
}

export const topologyFields: Build = ({ input, set }) => [
  ...root(input),
  field(
    ['spec', 'wirings'],
    set.relationships.flatMap((relationship) => wiringOf(relationship, input.facts)),
    'curator',
    set.relationships.length === 0
      ? `${input.identity} has no outgoing DomainRelationship yet; each wiring needs one.`
      : `One wiring per outgoing DomainRelationship of ${input.identity}.`,
  ),
]

function wiringOf(relationship: KubeObject, facts: ProfileFacts): readonly unknown[] {
  const { targetIdentity } = readDomainRelationship(relationship).spec
  const counterpart = facts.appIdentity.find((object) => readAppIdentity(object).spec.domainIdentityRef?.name === targetIdentity)
  if (counterpart === undefined) return []
  const { spec } = relationship
  const stability = typeof spec === 'object' && spec !== null && 'bindingStability' in spec ? spec.bindingStability : undefined
  return [
    {
      name: relationship.metadata.name,
      domainRelationshipRef: { group: CORE, kind: 'DomainRelationship', version: 'v1alpha1', name: relationship.metadata.name },
      counterpartRef: { kind: counterpart.kind, name: counterpart.metadata.name, namespace: counterpart.metadata.namespace ?? '' },
      // The state is observed, yet the schema wants one: drafts write Resolving (relationships.md 4).
      ...(typeof stability === 'object' && stability !== null && { bindingStability: { ...stability, bindingState: 'Resolving' } }),
    },
  ]
}

export const eventFields: Build = ({ input, set, template }) => {
  const { event } = set
  if (event === undefined) return missing('DomainEvent', input.identity, 'AppEventSchema')
  const { eventType, schemaVersion } = readDomainEvent(event).spec
  const { origin, note } = fromTemplate(template)
  const bound = `DomainEvent ${event.metadata.name}`
  return [
    ...root(input),
    ...refField(['spec', 'domainEventRef'], CORE, 'DomainEvent', event.metadata.name, 'curator', `Governs ${input.identity}.`),
    field(['spec', 'role'], template.role, origin, note),
    field(['spec', 'topicName'], `${input.name}.${kebab(eventType ?? 'events')}`, 'curator', `From the event type of ${bound}.`),
    schemaVersion === undefined
      ? field(['spec', 'schemaVersion'], 'v1', 'default', `${bound} names no version.`)
      : field(['spec', 'schemaVersion'], schemaVersion, 'inherited', `From ${bound}.`),
  ]
}

const kebab = (text: string): string => text.replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase()

export const workflowFields: Build = ({ input, set }) => {
  const { workflow } = set
  if (workflow === undefined) return missing('DomainWorkflow', input.identity, 'AppWorkflow')
  const phases = readDomainWorkflow(workflow).spec.phases ?? []
  const bound = `DomainWorkflow ${workflow.metadata.name}`
  return [
    ...root(input),
    ...refField(['spec', 'domainWorkflowRef'], CORE, 'DomainWorkflow', workflow.metadata.name, 'curator', `Governs ${input.identity}.`),
    field(
      ['spec', 'phases'],
      phases.map((name) => ({ name })),
      'inherited',
      `Every phase of ${bound}.`,
    ),
  ]
}
