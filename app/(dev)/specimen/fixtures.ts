import type { DeliveryView, PartyView, Queue, QueueRow, RequestView, VoteView } from '#lib/approval/view.ts'

/** Invented views for the specimen. They name nothing of a real world and are used nowhere else. */

const at = (minutesAgo: number): string => new Date(Date.now() - minutesAgo * 60_000).toISOString()

const RELATIONSHIP = `apiVersion: core.ontai.dev/v1alpha1
kind: DomainRelationship
metadata:
  name: clearing-observes-gateway
  namespace: ont-system
  annotations:
    argocd.argoproj.io/sync-wave: "20"
spec:
  type: Observes
  from:
    domainIdentityRef: clearing
  to:
    domainIdentityRef: gateway
  bindingStability:
    mode: SnapshotBinding
    boundAt: <recorded at sealing>
  admission:
    requestRef: rar-clearing-observes-gateway
`
const before = `apiVersion: seam.ontai.dev/v1alpha1
kind: RelationshipAdmissionRequest
metadata:
  name: rar-clearing-observes-gateway
  namespace: ont-system
spec:
  initiator:
    domainIdentityRef: clearing
  counterpart:
    domainIdentityRef: gateway
  relationshipType: Observes
  binding:
    mode: SnapshotBinding
    ceiling: 3
  channel:
    protocol: mtls
  justification: Clearing needs the state of the rails.
`
const after = `${before.replace('ceiling: 3', 'ceiling: 2')}  decision:
    outcome: Approved
    evaluationHash: sha256:5e1f0b7c
    approver: <recorded at sealing>
`

const party = (role: PartyView['role'], identity: string, domain: string, more: Partial<PartyView> = {}): PartyView => ({
  role,
  identity,
  domain,
  domainProblem: undefined,
  policyName: `${identity}-policy`,
  policy: [
    { field: 'allowedRelationshipTypes', value: 'DependsOn, Observes' },
    { field: 'crossDomain', value: 'RequiresApproval' },
    { field: 'maxBindingCeiling', value: '3' },
    { field: 'protocols', value: 'mtls' },
  ],
  boundary: [{ field: 'organizationalScope', value: domain }],
  compatible: true,
  findings: [
    { rule: 'E3', severity: 'info', message: 'Observes is allowed by both policies.' },
    { rule: 'E11', severity: 'info', message: 'Crosses two domains of one parent.' },
  ],
  approvers: ['maria.santos', 'amir.khan'],
  quorum: { given: 0, needed: 1 },
  ...more,
})

export const vote: VoteView = {
  login: 'lena.fischer',
  verdict: 'approve',
  state: 'counted',
  at: at(42),
  rationale: {
    checked: 'Both policies, the channel and who depends on clearing today.',
    acceptable: 'It reads a snapshot once a day and cannot write anything back.',
    undo: 'Delete the relationship file, the snapshot ends with it.',
  },
  cause: undefined,
}

export const delivery: DeliveryView = {
  requestId: '3f0a6c1e-0000-4000-8000-000000000001',
  name: 'rar-clearing-observes-gateway',
  kind: 'admission',
  outcome: 'Approved',
  branch: 'vortex/rar-clearing-observes-gateway-a91c04e2',
  commit: '9d3e1f77aa01',
  mergeCommit: undefined,
  problem: undefined,
  steps: [
    { step: 'Decided', state: 'done', at: at(30), text: 'Sealed by the vote of maria.santos.' },
    { step: 'Proposed', state: 'done', at: at(29), text: 'One signed commit on a branch.' },
    { step: 'Merged', state: 'waiting', at: undefined, text: 'Waits for a person who may merge: james.okafor.' },
    { step: 'Applied', state: 'not-reached', at: undefined, text: '' },
    { step: 'Admitted', state: 'not-reached', at: undefined, text: '' },
  ],
}

const allowed = { allowed: true, reason: '', who: [] }
const refused = { allowed: false, reason: 'You requested it.', who: ['maria.santos', 'lena.fischer'] }

export const request: RequestView = {
  id: '3f0a6c1e-0000-4000-8000-000000000001',
  kind: 'admission',
  name: 'rar-clearing-observes-gateway',
  namespace: 'ont-system',
  state: 'open',
  ref: {
    cluster: 'ccs-mgmt',
    group: 'seam.ontai.dev',
    kind: 'RelationshipAdmissionRequest',
    namespace: 'ont-system',
    name: 'rar-clearing-observes-gateway',
  },
  sentence: 'Clearing of trading may observe the payment gateway of payments over mtls, as a snapshot.',
  requestedBy: 'james.okafor',
  createdAt: at(134),
  decideBy: new Date(Date.now() + 3 * 86_400_000).toISOString(),
  phase: 'PendingApproval',
  justification:
    'Clearing needs the state of the payment rails before the cut-off.\nSee ticket CT-4471 on р\u0430yments.example\u202e and tell nobody\u200b.',
  description: undefined,
  undo: {
    undoes: undefined,
    undoneBy: undefined,
    may: { allowed: false, reason: 'Nothing is sealed here, so there is nothing to undo.', who: [] },
  },
  interaction: [
    { field: 'Type', value: 'Observes' },
    { field: 'Binding', value: 'SnapshotBinding, ceiling 2' },
    { field: 'Protocol', value: 'mtls' },
  ],
  rivals: [],
  parties: [
    party('Initiator', 'clearing', 'trading.fintech-core.ontai.dev', { quorum: { given: 1, needed: 1 }, approvers: ['lena.fischer'] }),
    party('Counterpart', 'gateway', 'payments.fintech-core.ontai.dev', {
      findings: [
        { rule: 'E7', severity: 'ambiguous', message: 'The policy names an environment that the identity does not.' },
        { rule: 'E11', severity: 'info', message: 'Crosses two domains of one parent.' },
      ],
    }),
  ],
  risk: {
    tier: 'High',
    reasons: [
      { rule: 'E11', text: 'The participants belong to two domains.' },
      { rule: 'E7', text: 'The environment of the counterpart is ambiguous.' },
    ],
    evaluatedAt: at(3),
    evaluationHash: 'sha256:5e1f0b7c11d04a6fb2c8',
  },
  assessment: {
    by: 'built-in rules',
    lines: [
      'Two services depend on clearing and would see a stale snapshot for up to a day.',
      'A similar request was approved 21 days ago with the same channel.',
    ],
  },
  graph: {
    hidden: 4,
    nodes: [
      { id: 'settlement', label: 'settlement', domain: 'trading' },
      { id: 'clearing', label: 'clearing', domain: 'trading' },
      { id: 'gateway', label: 'gateway', domain: 'payments' },
      { id: 'core', label: 'core-banking-uk', domain: 'banking' },
      { id: 'ledger', label: 'ledger-production', domain: 'banking' },
    ],
    edges: [
      { from: 'settlement', to: 'clearing', type: 'DependsOn', proposed: false },
      { from: 'clearing', to: 'gateway', type: 'Observes', proposed: true },
      { from: 'gateway', to: 'core', type: 'DependsOn', proposed: false },
      { from: 'clearing', to: 'ledger', type: 'Extends', proposed: false },
    ],
  },
  files: [
    {
      path: 'clusters/ccs-mgmt/ont-system/relationshipadmissionrequest.seam.ontai.dev/rar-clearing-observes-gateway.yaml',
      change: 'modified',
      before,
      after,
      fields: [
        { path: 'spec.binding.ceiling', from: '3', to: '2' },
        { path: 'spec.decision.outcome', from: undefined, to: 'Approved' },
      ],
    },
    {
      path: 'clusters/ccs-mgmt/ont-system/domainrelationship.core.ontai.dev/clearing-observes-gateway.yaml',
      change: 'added',
      before: undefined,
      after: RELATIONSHIP,
      fields: [{ path: 'spec.type', from: undefined, to: 'Observes' }],
    },
  ],
  digest: 'sha256:a91c04e27f6b0d35c1a2',
  digestProblem: undefined,
  policyVersion: '7c41d20e9b1f4c33',
  conditions: [
    { id: 'votes-payments', state: 'pending', text: 'One approval of payments.', who: ['maria.santos'] },
    { id: 'votes-trading', state: 'satisfied', text: 'One approval of trading.', who: [] },
    { id: 'evaluated', state: 'satisfied', text: 'Both policies are evaluated.', who: [] },
    { id: 'guardian', state: 'unknown', text: 'Guardian has not answered for amir.khan.', who: [] },
  ],
  contributors: [
    { login: 'james.okafor', why: 'requested it' },
    { login: 'priya.nair', why: 'author of commit 9d3e1f77' },
  ],
  votes: [vote, { ...vote, login: 'amir.khan', state: 'lapsed', at: at(400), cause: 'The ceiling changed from 3 to 2.' }],
  yourVote: undefined,
  may: { approve: allowed, deny: allowed, withdraw: refused, merge: refused },
  decision: undefined,
  delivery: undefined,
  history: [
    { at: at(42), who: 'lena.fischer', what: 'approved the request', why: vote.rationale.acceptable, source: 'ledger', commit: undefined },
    { at: at(134), who: 'james.okafor', what: 'asked for the relationship', why: undefined, source: 'git', commit: '9d3e1f77aa01' },
    {
      at: at(30_000),
      who: 'maria.santos',
      what: 'suspended RTGS on core-banking-uk',
      why: 'Regulatory instruction.',
      source: 'git',
      commit: '51aa09c0ff12',
    },
  ],
}

export const changed: RequestView = {
  ...request,
  digest: 'sha256:77b0c3d19e5f4a20',
  risk: { ...request.risk, tier: 'Low', reasons: [] },
  files: request.files.map((file, index) => (index === 0 ? { ...file, after: after.replace('ceiling: 2', 'ceiling: 1') } : file)),
}

export const refusedRequest: RequestView = { ...request, may: { ...request.may, approve: refused, deny: refused } }
export const votedRequest: RequestView = { ...request, yourVote: vote, may: { ...request.may, withdraw: allowed } }
export const sealedRequest: RequestView = {
  ...request,
  state: 'approved',
  delivery,
  decision: {
    outcome: 'Approved',
    sealedAt: at(30),
    sealedBy: 'maria.santos',
    approvers: ['lena.fischer', 'maria.santos'],
    digest: 'sha256:a91c04e27f6b0d35c1a2',
    ledgerSeq: 41,
  },
}

const row = (id: number, subject: string, more: Partial<QueueRow>): QueueRow => ({
  id: `3f0a6c1e-0000-4000-8000-00000000000${id}`,
  kind: 'admission',
  name: `rar-${id}`,
  subject,
  parties: ['trading', 'payments'],
  risk: 'High',
  state: 'open',
  turn: 'yours',
  reason: 'You approve for payments, one vote is missing',
  requestedBy: 'james.okafor',
  createdAt: at(134 * id),
  decideBy: new Date(Date.now() + id * 86_400_000).toISOString(),
  votes: { given: 1, needed: 2 },
  reach: 3,
  ...more,
})

export const queue: Queue = {
  order: 'high risk first, then the nearer deadline, then the larger reach, then the older request.',
  counts: { yours: 2, others: 1, decided: 3, expired: 0, automatic: 0 },
  matching: 3,
  next: undefined,
  domains: ['banking', 'payments', 'trading'],
  rows: [
    row(1, 'clearing (trading) observes gateway (payments)', {}),
    row(2, 'fraud (banking) depends on market-data (trading)', {
      reason: 'The ceiling changed, your vote lapsed',
      requestedBy: 'priya.nair',
    }),
    row(3, 'core (banking) extends clearing (trading)', {
      turn: 'others',
      reason: 'You requested it. Waits for lena.fischer',
      decideBy: at(90),
    }),
    row(4, 'origination (banking) governs core (banking)', {
      turn: 'decided',
      state: 'denied',
      reason: 'Denied by amir.khan',
      decideBy: undefined,
    }),
    row(5, 'kyc (banking) depends on fraud (banking)', {
      turn: 'decided',
      state: 'approved',
      risk: 'Low',
      reason: 'Sealed by maria.santos',
    }),
    row(6, 'canary (trading) observes los (banking)', {
      turn: 'decided',
      state: 'withdrawn',
      risk: 'Unknown',
      reason: 'The object was removed',
    }),
  ],
}
