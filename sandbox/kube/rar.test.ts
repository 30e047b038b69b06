import { existsSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { causesOf, openCluster, type Cluster, type Reply } from './contract/cluster.ts'
import { asObject, nameOf, type Json, type JsonObject } from './json.ts'

const file = new URL('../../../shared/contracts/proposals/relationshipadmissionrequest.crd.yaml', import.meta.url)

// relationships.md 8.5: the rules R1 to R11 of the proposed kind, run from the proposal itself.
describe.skipIf(!existsSync(file))('the rules of RelationshipAdmissionRequest', () => {
  let cluster: Cluster
  let requests: string
  const who = (name: string): JsonObject => ({
    domainIdentityRef: { group: 'core.ontai.dev', kind: 'DomainIdentity', version: 'v1alpha1', name },
  })
  const base: JsonObject = {
    participants: { initiator: who('a'), counterpart: who('b') },
    interaction: { relationshipType: 'observes', description: 'reads the ledger feed' },
    justification: 'needed for settlement',
    requestedBy: 'maria.santos',
    origin: 'Submitted',
  }
  const hash = (digit: string): string => `sha256:${digit.repeat(64)}`
  const decision = (extra: JsonObject = {}): JsonObject => ({
    outcome: 'Approved',
    approver: 'amir.khan',
    decidedAt: '2026-01-02T03:04:05Z',
    governanceEventRef: 'ge-1',
    evaluationHash: hash('a'),
    ...extra,
  })
  const evaluation = (extra: JsonObject = {}): JsonObject => ({
    evaluatedAt: '2026-01-02T03:04:05Z',
    riskTier: 'High',
    autoAdmissible: false,
    bilateralCompatible: true,
    evaluationHash: hash('a'),
    ...extra,
  })
  const escalation: JsonObject = {
    appTopologyRef: { name: 't', namespace: 'n' },
    wiringName: 'w',
    failedCondition: 3,
    rejectedAt: '2026-01-02T03:04:05Z',
  }
  const relationshipRef: JsonObject = { group: 'core.ontai.dev', kind: 'DomainRelationship', version: 'v1alpha1', name: 'a-observes-b' }
  let count = 0

  const body = (name: string, spec: JsonObject): JsonObject => ({
    apiVersion: 'seam.ontai.dev/v1alpha1',
    kind: 'RelationshipAdmissionRequest',
    metadata: { name },
    spec,
  })
  const create = (spec: JsonObject, name = `r${++count}`): Promise<Reply> => cluster.call('POST', requests, { body: body(name, spec) })
  const change = (made: Reply, spec: JsonObject): Promise<Reply> =>
    cluster.call('PUT', `${requests}/${nameOf(made.body)}`, { body: { ...made.body, spec } })
  const report = (made: Reply, status: JsonObject): Promise<Reply> =>
    cluster.call('PUT', `${requests}/${nameOf(made.body)}/status`, { body: { ...made.body, status } })
  const refusal = (reply: Reply): string =>
    reply.code < 300 ? 'accepted' : Object.values(causesOf(reply)).join('; ').replaceAll('Invalid value: ', '')

  beforeAll(async () => {
    cluster = await openCluster(undefined)
    const crd = parse(readFileSync(file, 'utf8')) as Json // safe: YAML of the core schema
    const made = await cluster.call('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', { body: crd })
    if (made.code !== 201) throw new Error(made.text)
    requests = `/apis/seam.ontai.dev/v1alpha1/namespaces/${cluster.namespace}/relationshipadmissionrequests`
  })
  afterAll(() => cluster.stop())

  test('a plain request is accepted', async () => expect(refusal(await create(base))).toBe('accepted'))
  test('a short justification is refused in the words of Kubernetes', async () => {
    const refused = await create({ ...base, justification: 'short' }, 'short')
    expect(refused.body['message']).toContain(
      'RelationshipAdmissionRequest.seam.ontai.dev "short" is invalid: spec.justification: Invalid value: "short": spec.justification in body should be at least 10 chars long',
    )
    expect(Object.keys(causesOf(refused))).toContain('spec.justification')
  })

  const LOW = evaluation({ riskTier: 'Low', autoAdmissible: true })
  test.each<[string, JsonObject, JsonObject, string]>([
    [
      'R1 high risk without a decision',
      base,
      { phase: 'Admitted', evaluation: evaluation(), relationshipRef },
      'admission needs a low-risk automatic verdict or a recorded human approval',
    ],
    [
      'R1 a rejection is no approval',
      { ...base, decision: decision({ outcome: 'Rejected' }) },
      { phase: 'Admitted', evaluation: evaluation(), relationshipRef },
      'admission needs a low-risk automatic verdict or a recorded human approval',
    ],
    [
      'R1 low risk, but not automatic',
      base,
      { phase: 'Admitted', evaluation: evaluation({ riskTier: 'Low' }), relationshipRef },
      'admission needs a low-risk automatic verdict or a recorded human approval',
    ],
    ['R1 low risk and automatic', base, { phase: 'Admitted', evaluation: LOW, relationshipRef }, 'accepted'],
    ['R1 an approval', { ...base, decision: decision() }, { phase: 'Admitted', evaluation: evaluation(), relationshipRef }, 'accepted'],
    [
      'R2 admitted without what it produced',
      base,
      { phase: 'Admitted', evaluation: LOW },
      'an admitted request must name the DomainRelationship it produced',
    ],
    [
      'R3 evaluation moved on after the approval',
      { ...base, decision: decision() },
      { phase: 'AwaitingApproval', evaluation: evaluation({ evaluationHash: hash('b') }) },
      'the decision was made on another evaluation; review again',
    ],
    [
      'R3 the same, but terminal',
      { ...base, decision: decision() },
      { phase: 'Rejected', evaluation: evaluation({ evaluationHash: hash('b') }) },
      'accepted',
    ],
    [
      'R3 a rejection carries any hash',
      { ...base, decision: decision({ outcome: 'Rejected' }) },
      { phase: 'AwaitingApproval', evaluation: evaluation({ evaluationHash: hash('b') }) },
      'accepted',
    ],
  ])('%s', async (_rule, spec, status, expected) => expect(refusal(await report(await create(spec), status))).toBe(expected))

  test('R3 an approval of another evaluation is refused when it arrives', async () => {
    const waiting = await report(await create(base), { phase: 'AwaitingApproval', evaluation: evaluation({ evaluationHash: hash('b') }) })
    expect(refusal(await change(waiting, { ...base, decision: decision() }))).toBe(
      'the decision was made on another evaluation; review again',
    )
    expect(refusal(await change(waiting, { ...base, decision: decision({ evaluationHash: hash('b') }) }))).toBe('accepted')
  })

  const continuous = { boundaryScope: 'x', policyScope: 'y', cardinalityFloor: 1, cardinalityCeiling: 2 }
  const interaction = (extra: JsonObject): JsonObject => ({ ...base, interaction: { ...asObject(base['interaction']), ...extra } })
  test.each<[string, JsonObject, string]>([
    [
      'R4 the same identity twice',
      { ...base, participants: { initiator: who('a'), counterpart: who('a') } },
      'the two participants must trace to different DomainIdentities',
    ],
    ['R8 the requester as approver', { ...base, decision: decision({ approver: 'maria.santos' }) }, 'requester and approver must differ'],
    [
      'R9 an escalation without its origin',
      { ...base, escalation },
      'escalation is required for, and only for, a rejected RelationshipClass',
    ],
    [
      'R9 the origin without an escalation',
      { ...base, origin: 'RelationshipClassRejection' },
      'escalation is required for, and only for, a rejected RelationshipClass',
    ],
    ['R9 both', { ...base, origin: 'RelationshipClassRejection', escalation }, 'accepted'],
    [
      'R10 continuous without constraints',
      interaction({ bindingType: 'ContinuousBinding' }),
      'ContinuousBinding needs constraintDeclaration',
    ],
    ['R10 continuous with constraints', interaction({ bindingType: 'ContinuousBinding', constraintDeclaration: continuous }), 'accepted'],
    [
      'R10 snapshot with constraints',
      interaction({ bindingType: 'SnapshotBinding', constraintDeclaration: continuous }),
      'SnapshotBinding takes no constraintDeclaration',
    ],
    ['R10 snapshot without', interaction({ bindingType: 'SnapshotBinding' }), 'accepted'],
    [
      'R11 a floor above the ceiling',
      interaction({ constraintDeclaration: { ...continuous, cardinalityFloor: 3 } }),
      'cardinalityFloor must not exceed cardinalityCeiling',
    ],
  ])('%s', async (_rule, spec, expected) => expect(refusal(await create(spec))).toBe(expected))

  test.each<[string, JsonObject]>([
    ['participants', { participants: { initiator: who('a'), counterpart: who('c') } }],
    ['interaction', { interaction: { relationshipType: 'signs', description: 'reads the ledger feed' } }],
    ['justification', { justification: 'another reason entirely' }],
    ['requestedBy', { requestedBy: 'someone.else' }],
  ])('R5 %s is immutable', async (_field, extra) =>
    expect(refusal(await change(await create(base), { ...base, ...extra }))).toBe('the request is immutable; submit a new one'),
  )
  test('R6 the escalation is immutable', async () => {
    const spec = { ...base, origin: 'RelationshipClassRejection', escalation }
    const made = await create(spec)
    expect(refusal(await change(made, { ...spec, escalation: { ...escalation, rejectedAt: '2026-02-02T03:04:05Z' } }))).toBe(
      'the escalation record is immutable',
    )
    expect(refusal(await change(made, { ...spec, decision: decision() }))).toBe('accepted')
  })
  test('R7 a decision is written once: added, not changed, not removed', async () => {
    const decided = await change(await create(base), { ...base, decision: decision() })
    expect(refusal(decided)).toBe('accepted')
    expect(refusal(await change(decided, { ...base, decision: decision({ decidedAt: '2026-01-02T03:04:06Z' }) }))).toBe(
      'a decision is written once',
    )
    expect(refusal(await change(decided, base))).toBe('a decision is written once')
    expect(refusal(await change(decided, { ...base, decision: decision() }))).toBe('accepted')
  })
})
