import { describe, expect, test } from 'vitest'
import type { KubeObject } from '#lib/kube/object.ts'
import { checkObject } from '#lib/profile/check-object.ts'
import { type AppConcept, FACT_CONCEPTS, type FactConcept, type ProfileFacts } from '#lib/profile/facts.ts'
import { PHASES } from '#lib/profile/phase.ts'
import { versionFit } from '#lib/profile/version-fit.ts'

type Spec = Readonly<Record<string, unknown>>
const make = (kind: string, name: string, spec: Spec, namespace = kind.startsWith('App') ? 'apps' : 'ont-system'): KubeObject => ({
  apiVersion: kind.startsWith('App') ? 'app.ontai.dev/v1alpha1' : 'core.ontai.dev/v1alpha1',
  kind,
  metadata: { name, namespace },
  spec,
})
const KIND: Readonly<Record<FactConcept, string>> = Object.fromEntries(
  FACT_CONCEPTS.map((concept) => [concept, `${concept[0]?.toUpperCase()}${concept.slice(1)}`]),
) as Record<FactConcept, string> // safe: one entry per concept

const owner = { domainIdentityRef: { name: 'x' } }
const DOMAIN: Readonly<Partial<Record<FactConcept, Spec>>> = {
  domainIdentity: { name: 'x', spiffeTrustDomain: 's', operatorOwner: 'team' },
  domainBoundary: { ...owner, tenantAssignment: 'eu', environmentTier: 'production' },
  domainPolicy: {
    ...owner,
    retryEnvelope: { maxAttempts: 3, backoffSeconds: 5 },
    circuitBreakerThreshold: 0.5,
    rateLimitRequestsPerSecond: 100,
    accessControlMode: 'rbac',
    cardinalityCeiling: 1,
  },
  domainRelationship: { sourceIdentity: 'x', targetIdentity: 'y', relationshipType: 'observes' },
  domainEvent: { ...owner, eventType: 'E', schemaVersion: '1.2.0' },
  domainWorkflow: { ...owner, phases: ['serve'] },
  domainResource: {
    ...owner,
    computeCeiling: { cpu: '2', memory: '4Gi' },
    storageCeiling: { capacity: '10Gi', storageClass: 'fast' },
    kueueResourceFlavors: ['default'],
  },
  domainAudit: { ...owner, minimumEventGranularity: 'medium', transportPath: 'direct', mandatoryEventTypes: ['a', 'b'] },
}
const facts = (extra: readonly KubeObject[] = []): ProfileFacts =>
  Object.fromEntries(
    FACT_CONCEPTS.map((concept) => {
      const spec = DOMAIN[concept]
      const own =
        concept === 'cluster'
          ? [make('TalosCluster', 'c1', {}, 'seam-tenant-eu'), make('TalosCluster', 'c2', {}, 'seam-tenant-us')]
          : concept === 'appIdentity'
            ? [make('AppIdentity', 'a', { ...owner, appBoundaryRef: { name: 'a' } })]
            : concept === 'appBoundary'
              ? [make('AppBoundary', 'a', {})]
              : spec
                ? [make(KIND[concept], 'x', spec)]
                : []
      return [concept, [...own, ...extra.filter((object) => object.kind === KIND[concept])]]
    }),
  ) as unknown as ProfileFacts // safe: one entry per concept

const root = { appIdentityRef: { name: 'a' } }
const GOOD: Readonly<Record<Exclude<AppConcept, 'appProfile'>, Spec>> = {
  appBoundary: { domainBoundaryRef: { name: 'x' }, clusterAssignment: 'c1', environmentTier: 'production' },
  appIdentity: { ...owner, appBoundaryRef: { name: 'a' }, serviceName: 's', version: 'v1', operatorOwner: 'team' },
  appPolicy: {
    ...root,
    domainPolicyRef: { name: 'x' },
    retryEnvelope: { maxAttempts: 3, backoffSeconds: 5 },
    circuitBreakerThreshold: 0.5,
    rateLimitRequestsPerSecond: 100,
    accessControlMode: 'rbac',
  },
  appResourceProfile: {
    ...root,
    domainResourceRef: { name: 'x' },
    computeClaim: { cpu: '2000m', memory: '4096Mi' },
    storageClaim: { capacity: '10Gi', storageClass: 'fast' },
    kueueResourceFlavor: 'default',
  },
  appAuditPolicy: {
    ...root,
    domainAuditRef: { name: 'x' },
    emittedEventTypes: ['a', 'b', 'c'],
    granularity: 'medium',
    transportPath: 'direct',
  },
  appTopology: {
    ...root,
    wirings: [{ name: 'w', domainRelationshipRef: { name: 'x' }, counterpartRef: { kind: 'Service', name: 'y', namespace: 'n' } }],
  },
  appEventSchema: { ...root, domainEventRef: { name: 'x' }, role: 'producer', topicName: 't', schemaVersion: 'v1.0.0' },
  appWorkflow: { ...root, domainWorkflowRef: { name: 'x' }, phases: [{ name: 'serve' }] },
}
const check = (concept: AppConcept, spec: Spec, extra: readonly KubeObject[] = []): readonly string[] =>
  checkObject(concept, make(KIND[concept], 'a', spec), facts(extra)).map((finding) => `${finding.rule} ${finding.path.join('.')}`)

describe('each App kind', () => {
  test.each(Object.entries(GOOD))('%s at its bounds has no finding', (concept, spec) => {
    // safe: the keys of GOOD are concepts
    expect(check(concept as AppConcept, spec)).toEqual([])
  })

  type Row = readonly [rule: string, concept: keyof typeof GOOD, change: Spec, expected: string]
  const ROWS: readonly Row[] = [
    ['P1', 'appPolicy', { retryEnvelope: { maxAttempts: 4, backoffSeconds: 5 } }, 'P1 spec.retryEnvelope.maxAttempts'],
    ['P2', 'appPolicy', { retryEnvelope: { maxAttempts: 3, backoffSeconds: 6 } }, 'P2 spec.retryEnvelope.backoffSeconds'],
    ['P3', 'appPolicy', { circuitBreakerThreshold: 0.6 }, 'P3 spec.circuitBreakerThreshold'],
    ['P4', 'appPolicy', { rateLimitRequestsPerSecond: 101 }, 'P4 spec.rateLimitRequestsPerSecond'],
    ['P5', 'appPolicy', { accessControlMode: 'abac' }, 'P5 spec.accessControlMode'],
    ['R1', 'appResourceProfile', { computeClaim: { cpu: '2001m', memory: '1Gi' } }, 'R1 spec.computeClaim.cpu'],
    ['R2', 'appResourceProfile', { computeClaim: { cpu: '1', memory: '4097Mi' } }, 'R2 spec.computeClaim.memory'],
    ['R2 form', 'appResourceProfile', { computeClaim: { cpu: '1', memory: '4 GB' } }, 'R2 spec.computeClaim.memory'],
    ['R3', 'appResourceProfile', { storageClaim: { capacity: '11Gi', storageClass: 'fast' } }, 'R3 spec.storageClaim.capacity'],
    ['R4', 'appResourceProfile', { storageClaim: { capacity: '1Gi', storageClass: 'slow' } }, 'R4 spec.storageClaim.storageClass'],
    ['R5', 'appResourceProfile', { kueueResourceFlavor: 'gpu' }, 'R5 spec.kueueResourceFlavor'],
    ['U1', 'appAuditPolicy', { granularity: 'low' }, 'U1 spec.granularity'],
    ['U2', 'appAuditPolicy', { emittedEventTypes: ['a'] }, 'U2 spec.emittedEventTypes'],
    ['U3', 'appAuditPolicy', { transportPath: 'conductor-federation' }, 'U3 spec.transportPath'],
    ['B1', 'appBoundary', { environmentTier: 'staging' }, 'B1 spec.environmentTier'],
    ['B2', 'appBoundary', { clusterAssignment: 'c2' }, 'B2 spec.clusterAssignment'],
    ['E1', 'appEventSchema', { schemaVersion: 'v2.0.0' }, 'E1 spec.schemaVersion'],
    ['W1', 'appWorkflow', { phases: [{ name: 'dance' }] }, 'W1 spec.phases.0.name'],
    [
      'T1',
      'appTopology',
      { wirings: [{ name: 'w', domainRelationshipRef: { name: 'none' }, counterpartRef: { kind: 'S', name: 'y', namespace: 'n' } }] },
      'T1 spec.wirings.0.domainRelationshipRef.name',
    ],
    ['REF', 'appPolicy', { domainPolicyRef: { name: 'none' } }, 'REF spec.domainPolicyRef.name'],
    ['REF app', 'appIdentity', { appBoundaryRef: { name: 'none' } }, 'REF spec.appBoundaryRef.name'],
  ]
  test.each(ROWS)('%s is found at its field', (_, concept, change, expected) => {
    expect(check(concept, { ...GOOD[concept], ...change })).toEqual([expected])
  })

  test('a missing cluster is two findings: not in the tenant, and not there', () => {
    expect(check('appBoundary', { ...GOOD.appBoundary, clusterAssignment: 'c9' })).toEqual([
      'B2 spec.clusterAssignment',
      'B3 spec.clusterAssignment',
    ])
  })

  test('P6 counts the identities under the domain', () => {
    expect(check('appPolicy', GOOD.appPolicy, [make('AppIdentity', 'b', owner)])).toEqual(['P6 spec.domainPolicyRef'])
  })

  test('T1 wants the application on one side', () => {
    const stranger = make('DomainRelationship', 's', { sourceIdentity: 'p', targetIdentity: 'q', relationshipType: 'observes' })
    const wirings = [{ name: 'w', domainRelationshipRef: { name: 's' }, counterpartRef: { kind: 'S', name: 'y', namespace: 'n' } }]
    expect(check('appTopology', { ...root, wirings }, [stranger])).toEqual(['T1 spec.wirings.0.domainRelationshipRef.name'])
  })

  test('bounds of another domain are a warning', () => {
    const stranger = make('DomainPolicy', 'lax', { domainIdentityRef: { name: 'z' } })
    expect(check('appPolicy', { ...root, domainPolicyRef: { name: 'lax' } }, [stranger])).toEqual(['DOMAIN spec.domainPolicyRef.name'])
  })

  test('a domain name that is not unique does not resolve', () => {
    expect(check('appPolicy', GOOD.appPolicy, [make('DomainPolicy', 'x', owner, 'elsewhere')])).toEqual(['REF spec.domainPolicyRef.name'])
  })
})

describe('the phase model', () => {
  const phases = PHASES.map(({ name, dependsOn }, index) => ({ name, order: index + 1, dependsOn }))
  const model = (change: readonly unknown[]): readonly string[] =>
    check('appProfile', { appBoundaryRef: { name: 'a' }, appIdentityRef: { name: 'a' }, phaseModel: { phases: change } }).filter((text) =>
      text.startsWith('PHASE'),
    )

  test('as drafted by the platform is right', () => {
    expect(model(phases)).toEqual([])
  })
  test.each([
    ['a phase is missing', phases.filter((phase) => phase.name !== 'BehavioralConfiguration'), 2],
    ['an order stands twice', phases.map((phase) => ({ ...phase, order: Math.min(phase.order, 7) })), 1],
    ['phases wait for each other', phases.map((phase) => (phase.order === 1 ? { ...phase, dependsOn: ['ProfileCompletion'] } : phase)), 1],
  ])('%s', (_, change, findings) => {
    expect(model(change)).toHaveLength(findings)
  })
})

test('versions fit by major when both are semantic, else by equal text', () => {
  expect(versionFit('v1.4.0', '1.0.0')).toEqual({ fits: true, by: 'major version' })
  expect(versionFit('v1', '1.0.0')).toEqual({ fits: false, by: 'equal text' })
})
