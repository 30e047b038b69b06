import type { KubeObject } from '../kube-client.ts'
import type { AuditRow } from './audit-database.ts'

type Fields = Readonly<Record<string, unknown>>

/** A row that Guardian owes, without the sequence that is given on insertion. `version` tells repeated events of one request apart. */
export type DueRow = Omit<AuditRow, 'sequence'> & { readonly version: string }

const CLUSTER = 'management'

/** The rows a RelationshipAdmissionRequest has earned as it stands (`relationships.md` 8.8). */
export function requestRows(request: KubeObject, now: Date): DueRow[] {
  const name = request.metadata.name
  const spec = fields(request['spec'])
  const status = fields(request['status'])
  const evaluation = fields(status['evaluation'])
  const decision = fields(spec['decision'])
  const phase = text(status['phase'])
  const evidence = text(decision['governanceEventRef'])
  const row = (action: string, more: Partial<DueRow>): DueRow => ({
    clusterId: CLUSTER,
    subject: 'guardian',
    action: `relationship.${action}`,
    resource: name,
    decision: 'system',
    matchedPolicy: '',
    at: now,
    version: '',
    ...more,
  })
  const rows = [row('requested', { subject: text(spec['requestedBy']), at: time(request.metadata.creationTimestamp, now) })]
  if (text(evaluation['evaluationHash']) !== '') {
    const policies = ['initiatorPolicy', 'counterpartPolicy'].map((side) => text(fields(evaluation[side])['domainPolicyName']))
    const at = time(evaluation['evaluatedAt'], now)
    rows.push(row('evaluated', { matchedPolicy: policies.join(','), at, version: text(evaluation['evaluationHash']) }))
  }
  const approver = text(decision['approver']) || 'guardian'
  const decidedAt = time(decision['decidedAt'], now)
  if (decision['outcome'] === 'Approved')
    rows.push(row('approved', { subject: approver, decision: 'admit', matchedPolicy: evidence, at: decidedAt }))
  if (phase === 'Rejected') {
    const subject = decision['outcome'] === 'Rejected' ? approver : 'guardian'
    rows.push(row('rejected', { subject, decision: 'deny', matchedPolicy: evidence, at: decidedAt }))
  }
  if (phase === 'Admitted') {
    const at = time(status['admittedAt'], now)
    if (status['admissionPath'] === 'Automatic') rows.push(row('auto_admitted', { decision: 'admit', at }))
    const produced = text(fields(status['relationshipRef'])['name']) || text(status['relationshipRef'])
    rows.push(row('admitted', { resource: produced || name, decision: 'admit', matchedPolicy: evidence, at }))
  }
  return rows
}

/** The row of a profile that is provisioned (`guardian.md` 4.2). */
export function profileRows(profile: KubeObject, now: Date): DueRow[] {
  const status = fields(profile['status'])
  if (status['provisioned'] !== true) return []
  return [
    {
      clusterId: CLUSTER,
      subject: text(fields(profile['spec'])['principalRef']),
      action: 'rbacprofile.provisioned',
      resource: profile.metadata.name,
      decision: 'system',
      matchedPolicy: 'ProvisioningComplete',
      at: time(status['lastProvisionedAt'], now),
      version: '',
    },
  ]
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const fields = (value: unknown): Fields => (typeof value === 'object' && value !== null ? { ...value } : {})

function time(value: unknown, otherwise: Date): Date {
  const at = new Date(text(value))
  return Number.isNaN(at.getTime()) ? otherwise : at
}
