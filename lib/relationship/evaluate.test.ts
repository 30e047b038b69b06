import { describe, expect, test } from 'vitest'
import type { KubeObject } from '#lib/kube/object.ts'
import { evaluate } from '#lib/relationship/evaluate.ts'
import type { Evaluation, RelationshipObjects, RuleId } from '#lib/relationship/evaluation.ts'
import { partyOf } from '#lib/relationship/party.ts'
import { ownRelationship, producedRelationship } from '#lib/relationship/produced.ts'

type Spec = Readonly<Record<string, unknown>>
const make = (kind: string, name: string, spec: Spec, namespace = 'ont-system'): KubeObject => ({
  apiVersion: kind.startsWith('App') ? 'app.ontai.dev/v1alpha1' : 'core.ontai.dev/v1alpha1',
  kind,
  metadata: { name, namespace, generation: 3, uid: `uid-${name}` },
  spec,
})
const idRef = (name: string) => ({ group: 'core.ontai.dev', kind: 'DomainIdentity', version: 'v1alpha1', name })
const identity = (name: string, owner = 'team', spec: Spec = {}) =>
  make('DomainIdentity', name, {
    name,
    spiffeTrustDomain: `spiffe://ontai.dev/${name}`,
    ontWebSubject: `${name}.identity.ontai.dev`,
    operatorOwner: owner,
    ...spec,
  })
const policy = (owner: string, spec: Spec = {}, name = owner) => make('DomainPolicy', name, { domainIdentityRef: idRef(owner), ...spec })
const boundary = (owner: string, spec: Spec = {}, name = owner) =>
  make('DomainBoundary', name, { domainIdentityRef: idRef(owner), ...spec })
const relation = (from: string, type: string, to: string, name = `${from}-${type}-${to}`) =>
  make('DomainRelationship', name, { sourceIdentity: from, targetIdentity: to, relationshipType: type })
const appPolicy = (app: string, spec: Spec, name = app) =>
  make('AppPolicy', name, { appIdentityRef: { name: app }, domainPolicyRef: { name: app }, ...spec }, 'apps')
const appIdentity = (name: string) =>
  make(
    'AppIdentity',
    name,
    { domainIdentityRef: idRef(name), appBoundaryRef: { name }, serviceName: name, version: 'v1', operatorOwner: 'team' },
    'apps',
  )
const appBoundary = (name: string, tier: string) =>
  make('AppBoundary', name, { domainBoundaryRef: { name }, environmentTier: tier }, 'apps')

const rar = (interaction: Spec = {}, spec: Spec = {}, apps = true): KubeObject => ({
  apiVersion: 'seam.ontai.dev/v1alpha1',
  kind: 'RelationshipAdmissionRequest',
  metadata: { name: 'rar-one', namespace: 'seam-system', uid: '0badf00d-1111-2222-3333-444455556666' },
  spec: {
    participants: {
      initiator: { domainIdentityRef: idRef('x'), ...(apps && { appIdentityRef: { name: 'x', namespace: 'apps' } }) },
      counterpart: { domainIdentityRef: idRef('y'), ...(apps && { appIdentityRef: { name: 'y', namespace: 'apps' } }) },
    },
    interaction: { relationshipType: 'observes', description: 'X watches what Y settles.', ...interaction },
    justification: 'Settlement needs it. More text follows here.',
    requestedBy: 'james.okafor',
    origin: 'Submitted',
    ...spec,
  },
})

const world = (change: Partial<RelationshipObjects> = {}): RelationshipObjects => ({
  identities: [identity('x'), identity('y'), identity('z'), identity('w')],
  policies: [policy('x'), policy('y')],
  boundaries: [],
  relationships: [],
  appBoundaries: [],
  appPolicies: [],
  appIdentities: [appIdentity('x'), appIdentity('y')],
  ...change,
})
const judge = (objects: Partial<RelationshipObjects> = {}, request = rar()): Evaluation =>
  evaluate({ rar: request, objects: world(objects), autoAdmission: false })
const summary = (side: Evaluation['initiator']): readonly string[] => side.findings.map((finding) => `${finding.rule} ${finding.severity}`)

type Row = {
  readonly rule: RuleId
  readonly says: string
  readonly objects?: Partial<RelationshipObjects>
  readonly request?: KubeObject
  readonly initiator?: readonly string[]
  readonly counterpart?: readonly string[]
}
const both = (finding: string) => ({ initiator: [finding], counterpart: [finding] })
const continuous = (floor: number, ceiling: number) =>
  rar({
    bindingType: 'ContinuousBinding',
    constraintDeclaration: { boundaryScope: 'a', policyScope: 'b', cardinalityFloor: floor, cardinalityCeiling: ceiling },
  })

const ROWS: readonly Row[] = [
  { rule: 'E1', says: 'is met when each side has exactly one policy' },
  { rule: 'E1', says: 'finds the initiator without a policy', objects: { policies: [policy('y')] }, initiator: ['E1 ambiguous'] },
  { rule: 'E1', says: 'finds the counterpart without a policy', objects: { policies: [policy('x')] }, counterpart: ['E1 ambiguous'] },
  {
    rule: 'E1',
    says: 'finds two policies of one side',
    objects: { policies: [policy('x'), policy('y'), policy('y', {}, 'y2')] },
    counterpart: ['E1 ambiguous'],
  },
  {
    rule: 'E1',
    says: 'does not trust a policy it cannot read',
    objects: { policies: [policy('x', { cardinalityCeiling: 'many' }), policy('y')] },
    initiator: ['E1 ambiguous'],
  },
  { rule: 'E2', says: 'finds a missing initiator', objects: { identities: [identity('y')] }, initiator: ['E2 violation'] },
  { rule: 'E2', says: 'finds a missing counterpart', objects: { identities: [identity('x')] }, counterpart: ['E2 violation'] },
  {
    rule: 'E3',
    says: 'finds the same relationship under any name',
    objects: { relationships: [relation('x', 'observes', 'y', 'old')] },
    ...both('E3 violation'),
  },
  { rule: 'E3', says: 'is met by the opposite direction', objects: { relationships: [relation('y', 'observes', 'x')] } },
  { rule: 'E3', says: 'is met by another type', objects: { relationships: [relation('x', 'extends', 'y')] } },
  {
    rule: 'E4',
    says: 'is met at the ceiling, counting the new counterpart once',
    objects: {
      policies: [policy('x', { cardinalityCeiling: 2 }), policy('y')],
      relationships: [relation('x', 'observes', 'z'), relation('y', 'extends', 'x')],
    },
  },
  {
    rule: 'E4',
    says: 'finds the initiator above its ceiling, incoming relationships included',
    objects: {
      policies: [policy('x', { cardinalityCeiling: 2 }), policy('y')],
      relationships: [relation('x', 'observes', 'z'), relation('w', 'observes', 'x')],
    },
    initiator: ['E4 violation'],
  },
  {
    rule: 'E4',
    says: 'finds the counterpart above its ceiling',
    objects: { policies: [policy('x'), policy('y', { cardinalityCeiling: 1 })], relationships: [relation('y', 'observes', 'z')] },
    counterpart: ['E4 violation'],
  },
  {
    rule: 'E4',
    says: 'does not count a class, which is no DomainIdentity',
    objects: { policies: [policy('x', { cardinalityCeiling: 1 }), policy('y')], relationships: [relation('x', 'observes', 'all')] },
  },
  {
    rule: 'E5',
    says: 'is met by equal modes',
    objects: { policies: [policy('x', { accessControlMode: 'rbac' }), policy('y', { accessControlMode: 'rbac' })] },
  },
  {
    rule: 'E5',
    says: 'is met when one side is both',
    objects: { policies: [policy('x', { accessControlMode: 'both' }), policy('y', { accessControlMode: 'abac' })] },
  },
  { rule: 'E5', says: 'is met when one mode is missing', objects: { policies: [policy('x', { accessControlMode: 'rbac' }), policy('y')] } },
  {
    rule: 'E5',
    says: 'finds different modes',
    objects: { policies: [policy('x', { accessControlMode: 'rbac' }), policy('y', { accessControlMode: 'abac' })] },
    ...both('E5 ambiguous'),
  },
  {
    rule: 'E6',
    says: 'is met inside both ceilings',
    objects: { policies: [policy('x', { cardinalityCeiling: 5 }), policy('y', { cardinalityCeiling: 5 })] },
    request: continuous(1, 5),
  },
  {
    rule: 'E6',
    says: 'finds a ceiling above the counterpart’s',
    objects: { policies: [policy('x', { cardinalityCeiling: 8 }), policy('y', { cardinalityCeiling: 3 })] },
    request: continuous(1, 5),
    counterpart: ['E6 violation'],
  },
  {
    rule: 'E6',
    says: 'finds floor and ceiling above the initiator’s',
    objects: { policies: [policy('x', { cardinalityCeiling: 3 }), policy('y')] },
    request: continuous(4, 5),
    initiator: ['E6 violation'],
  },
  { rule: 'E6', says: 'is met without any ceiling', request: continuous(4, 5) },
  { rule: 'E7', says: 'is met in one tier', objects: { appBoundaries: [appBoundary('x', 'staging'), appBoundary('y', 'staging')] } },
  {
    rule: 'E7',
    says: 'finds different tiers of the AppBoundaries',
    objects: { appBoundaries: [appBoundary('x', 'production'), appBoundary('y', 'staging')] },
    ...both('E7 ambiguous'),
  },
  {
    rule: 'E7',
    says: 'falls back to the only DomainBoundary',
    objects: { appBoundaries: [appBoundary('x', 'production')], boundaries: [boundary('y', { environmentTier: 'staging' })] },
    ...both('E7 ambiguous'),
  },
  {
    rule: 'E7',
    says: 'is met when one tier is not set, or not certain',
    objects: {
      appBoundaries: [appBoundary('x', 'production')],
      boundaries: [boundary('y', { environmentTier: 'staging' }), boundary('y', {}, 'y2')],
    },
  },
  {
    rule: 'E8',
    says: 'is met inside the other side’s ceilings',
    objects: {
      policies: [policy('x', { rateLimitRequestsPerSecond: 100 }), policy('y')],
      appPolicies: [appPolicy('y', { rateLimitRequestsPerSecond: 100 })],
    },
  },
  {
    rule: 'E8',
    says: 'finds the counterpart’s values above the initiator’s ceilings',
    objects: {
      policies: [policy('x', { retryEnvelope: { maxAttempts: 3, backoffSeconds: 5 } }), policy('y')],
      appPolicies: [appPolicy('y', { retryEnvelope: { maxAttempts: 4, backoffSeconds: 5 } })],
    },
    initiator: ['E8 ambiguous'],
  },
  {
    rule: 'E8',
    says: 'finds the initiator’s values above the counterpart’s ceilings',
    objects: {
      policies: [policy('x'), policy('y', { circuitBreakerThreshold: 0.2 })],
      appPolicies: [appPolicy('x', { circuitBreakerThreshold: 0.3 })],
    },
    counterpart: ['E8 ambiguous'],
  },
  {
    rule: 'E8',
    says: 'finds several AppPolicies of one AppIdentity',
    objects: { appPolicies: [appPolicy('x', {}), appPolicy('x', {}, 'x2')] },
    counterpart: ['E8 ambiguous'],
  },
  {
    rule: 'E8',
    says: 'is met when no AppIdentity is named',
    objects: { appPolicies: [appPolicy('x', {}), appPolicy('x', {}, 'x2')] },
    request: rar({}, {}, false),
  },
  ...['signs', 'governs', 'provisions', 'delegates'].map((type) => ({
    rule: 'E9' as const,
    says: `is raised by ${type}`,
    request: rar({ relationshipType: type }),
    ...both('E9 info'),
  })),
  { rule: 'E9', says: 'is not raised by depends-on', request: rar({ relationshipType: 'depends-on' }) },
  {
    rule: 'E10',
    says: 'is raised by a platform operator under its own name',
    objects: { identities: [identity('x', 'guardian', { name: 'guardian' }), identity('y')] },
    initiator: ['E10 info'],
  },
  {
    rule: 'E10',
    says: 'knows an operator’s other name',
    objects: { identities: [identity('x'), identity('y', 'wrapper', { name: 'dispatcher' })] },
    counterpart: ['E10 info'],
  },
  {
    rule: 'E10',
    says: 'is not raised by what an operator merely owns',
    objects: { identities: [identity('x', 'guardian'), identity('y')] },
  },
  {
    rule: 'E11',
    says: 'is raised by a snapshot over mtls',
    request: rar({ bindingType: 'SnapshotBinding', protocol: 'mtls' }),
    ...both('E11 info'),
  },
  {
    rule: 'E11',
    says: 'reads the protocol in any case',
    request: rar({ bindingType: 'SnapshotBinding', protocol: 'Ed25519' }),
    ...both('E11 info'),
  },
  { rule: 'E11', says: 'is not raised by grpc', request: rar({ bindingType: 'SnapshotBinding', protocol: 'grpc' }) },
  { rule: 'E11', says: 'is not raised without a snapshot', request: rar({ protocol: 'mtls' }) },
]

describe('the bilateral rules', () => {
  test.each(ROWS)('$rule $says', ({ rule, objects, request, initiator = [], counterpart = [] }) => {
    const verdict = judge(objects, request)
    expect(summary(verdict.initiator)).toEqual(initiator)
    expect(summary(verdict.counterpart)).toEqual(counterpart)
    const raised = initiator.length + counterpart.length > 0
    expect(verdict.riskReasons).toEqual(raised ? [rule] : [])
    expect(verdict.riskTier).toBe(raised ? 'High' : 'Low')
    expect(verdict.initiator.compatible).toBe(!initiator.some((text) => text.includes('violation')))
  })

  test('every rule has a row where it finds something', () => {
    const found = new Set(ROWS.filter((row) => row.initiator ?? row.counterpart).map((row) => row.rule))
    expect(found.size).toBe(11)
  })

  test('a message names the values', () => {
    const verdict = judge({ policies: [policy('x'), policy('y', { cardinalityCeiling: 3 })] }, continuous(1, 5))
    expect(verdict.counterpart.findings[0]?.message).toBe(
      'The binding’s ceiling 5 is above the ceiling 3 of DomainPolicy y.'.replace('’', "'"),
    )
  })

  test('findings stand in rule order and reasons are not repeated', () => {
    const verdict = judge(
      { relationships: [relation('x', 'governs', 'y')], identities: [identity('x')] },
      rar({ relationshipType: 'governs' }),
    )
    expect(summary(verdict.counterpart)).toEqual(['E2 violation', 'E3 violation', 'E9 info'])
    expect(verdict.riskReasons).toEqual(['E2', 'E3', 'E9'])
  })

  test('a request without a readable spec is refused by a finding, not by an exception', () => {
    expect(judge({}, { ...rar(), spec: { participants: 'none' } }).bilateralCompatible).toBe(false)
  })
})

describe('what follows from the findings', () => {
  const reason = (verdict: Evaluation, type: string): string | undefined =>
    verdict.conditions.find((condition) => condition.type === type)?.reason

  test('low risk is auto-admissible only when the policy file says so', () => {
    expect(judge().autoAdmissible).toBe(false)
    expect(reason(judge(), 'HumanApprovalRequired')).toBe('AutoAdmissionDisabled')
    const on = evaluate({ rar: rar(), objects: world(), autoAdmission: true })
    expect(on.autoAdmissible).toBe(true)
    expect(reason(on, 'HumanApprovalRequired')).toBe('LowRiskAutoAdmissible')
    expect(on.evaluationHash).toBe(judge().evaluationHash)
  })

  test.each([
    ['BilateralCompatible', {}],
    ['PolicyAmbiguous', { policies: [policy('x')] }],
    ['InitiatorPolicyViolation', { identities: [identity('y')] }],
    ['CounterpartPolicyViolation', { identities: [identity('x')] }],
    ['BothPoliciesViolated', { identities: [] }],
  ])('compatibility reads %s', (expected, objects) => {
    expect(reason(judge(objects), 'PolicyCompatible')).toBe(expected)
  })
})

describe('the evaluation hash', () => {
  const base = judge().evaluationHash

  test('has the form the schema asks for', () => {
    expect(base).toMatch(/^sha256:[0-9a-f]{64}$/)
  })

  test('ignores the decision, generations and wording', () => {
    expect(judge({}, rar({}, { decision: { outcome: 'Approved' } })).evaluationHash).toBe(base)
    const renamed = [policy('x', {}, 'renamed'), { ...policy('y'), metadata: { name: 'y', generation: 99 } }]
    expect(judge({ policies: renamed }).evaluationHash).toBe(base)
  })

  test('moves with the spec, a policy and a finding', () => {
    expect(judge({}, rar({ protocol: 'grpc' })).evaluationHash).not.toBe(base)
    expect(judge({ policies: [policy('x', { cardinalityCeiling: 9 }), policy('y')] }).evaluationHash).not.toBe(base)
    expect(judge({ relationships: [relation('x', 'observes', 'y')] }).evaluationHash).not.toBe(base)
  })

  test('holds after admission when the own relationship is left out', () => {
    const produced = producedRelationship(rar(), rar().metadata.uid ?? '', []).manifest
    const objects = world({ relationships: [produced] })
    expect(evaluate({ rar: rar(), objects, excludeOwn: true, autoAdmission: false }).evaluationHash).toBe(base)
    expect(evaluate({ rar: rar(), objects, autoAdmission: false }).evaluationHash).not.toBe(base)
  })
})

describe('the produced relationship', () => {
  test('carries the binding, the first sentence and the request name', () => {
    const request = rar({ bindingType: 'SnapshotBinding', protocol: 'mtls' })
    expect(producedRelationship(request, 'uid', [], { boundAt: '2026-01-01T00:00:00Z', namespace: 'ont-system' })).toEqual({
      name: 'x-observes-y',
      manifest: {
        apiVersion: 'core.ontai.dev/v1alpha1',
        kind: 'DomainRelationship',
        metadata: { name: 'x-observes-y', namespace: 'ont-system' },
        spec: {
          sourceIdentity: 'x',
          targetIdentity: 'y',
          relationshipType: 'observes',
          protocol: 'mtls',
          description: 'Settlement needs it. (rar-one)',
          bindingStability: { bindingType: 'SnapshotBinding', bindingState: 'Resolving', boundAt: '2026-01-01T00:00:00Z' },
        },
      },
    })
  })

  test('never puts boundAt into a continuous binding', () => {
    const spec = producedRelationship(continuous(1, 2), 'uid', [], { boundAt: 'now' }).manifest.spec
    expect(JSON.stringify(spec)).not.toContain('boundAt')
    expect(JSON.stringify(spec)).toContain('"cardinalityCeiling":2')
  })

  test('gets the uid on a clash, within 253 characters', () => {
    const taken = relation('a', 'extends', 'b', 'x-observes-y')
    expect(producedRelationship(rar(), '0badf00d-1111', [taken]).name).toBe('x-observes-y-0badf00d')
    expect(ownRelationship(rar(), [taken])).toBeUndefined()
  })
})

describe('the party of a participant', () => {
  test('is the domain of its only boundary', () => {
    expect(partyOf('x', [boundary('x', { organizationalScope: 'trading.example' }), boundary('y')])).toEqual({ domain: 'trading.example' })
  })

  test.each([
    ['no boundary', []],
    ['several boundaries', [boundary('x', { organizationalScope: 'a' }), boundary('x', { organizationalScope: 'a' }, 'x2')]],
    ['a boundary without a domain', [boundary('x')]],
  ])('is a problem with %s', (_, boundaries) => {
    expect(partyOf('x', boundaries)).toHaveProperty('problem')
  })
})
