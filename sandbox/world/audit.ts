import { parse } from 'yaml'
import type { AuditRow } from '#sandbox/guardian/audit-database.ts'
import { daysBefore, rfc3339 } from '#sandbox/world/clock.ts'
import { readRepository } from '#sandbox/world/files.ts'
import { history } from '#sandbox/world/history.ts'
import { applierIdentity } from '#sandbox/world/identities.ts'
import { type Setting, touchedBy, translation } from '#sandbox/world/lay-out.ts'

type Row = Omit<AuditRow, 'sequence' | 'at' | 'clusterId'> & {
  readonly daysAgo: number
  readonly sequence?: string
  readonly clusterId?: string
}
type Spec = Readonly<Partial<Record<'principalRef' | 'sourceIdentity' | 'targetIdentity', string>>>
type Authored = {
  readonly kind: string
  readonly name: string
  readonly spec: Spec
  readonly daysAgo: number
  readonly author: string
}

const MINUTE = 1 / 1440
const FOUNDING_IDENTITIES = ['guardian', 'platform', 'conductor', 'wrapper', 'seam-core', 'vortex']

/**
 * Rows that Guardian's audit_events held before the demo began (guardian.md 4.1 and 4.2), computed from the objects of the repository and
 * the time of the commit that introduced each. Rows about the open requests are written at run time by whoever acts then.
 */
export function auditRows(setting: Setting): readonly AuditRow[] {
  const translate = translation(setting)
  const rows = [...ofRoles(), ...ofProfiles(), ...ofSnapshots(), ...ofRefusals(), ...ofIncident(), ...ofRelationships()].sort(
    (a, b) => b.daysAgo - a.daysAgo,
  )
  return rows.map(({ daysAgo, ...row }, index) => {
    const at = daysBefore(setting.now, daysAgo, setting.shiftDays)
    const version = row.action === 'permissionsnapshot.computed' ? rfc3339(at) : translate(row.matchedPolicy)
    // Nanoseconds, made distinct by the place in the list: (cluster, sequence) is unique.
    const sequence = row.sequence ?? `${BigInt(at.getTime()) * 1_000_000n + BigInt(index)}`
    return { ...row, clusterId: row.clusterId ?? 'management', resource: translate(row.resource), matchedPolicy: version, sequence, at }
  })
}

/** Objects of a kind with the commit that introduced them. */
function authored(kind: string): readonly Authored[] {
  const files = readRepository()
  const paths = [...files.keys()].filter((path) => path.includes(`/${kind.toLowerCase()}.`))
  return paths.map((path) => {
    const object = parse(files.get(path) ?? '') as { metadata: { name: string }; spec?: Spec }
    const first = history.find((commit) => touchedBy(commit, [path]).length > 0)
    return { kind, name: object.metadata.name, spec: object.spec ?? {}, daysAgo: first?.daysAgo ?? 0, author: first?.author ?? '' }
  })
}

const guardian = { subject: 'guardian', decision: 'system' } as const

const ofRoles = (): readonly Row[] => [
  {
    ...guardian,
    action: 'bootstrap.annotation_sweep_complete',
    resource: 'cluster',
    matchedPolicy: 'BootstrapSweep',
    sequence: '24',
    daysAgo: 119.9,
  },
  { ...guardian, action: 'rbacpolicy.validated', resource: 'management-policy', matchedPolicy: 'ValidationPassed', daysAgo: 118 },
  ...['ClusterRole', 'ClusterRoleBinding'].flatMap((kind) =>
    authored(kind).map(({ name, daysAgo }): Row => ({
      subject: applierIdentity.user,
      action: 'rbac.admitted',
      resource: name,
      decision: 'admit',
      matchedPolicy: '',
      daysAgo: daysAgo - MINUTE,
    })),
  ),
]

const ofProfiles = (): readonly Row[] =>
  authored('RBACProfile').flatMap(({ name, spec, daysAgo }): Row[] => {
    const subject = spec.principalRef ?? ''
    const row = { subject, decision: 'system' } as const
    const provisioned: Row = {
      ...row,
      action: 'rbacprofile.provisioned',
      resource: name,
      matchedPolicy: 'ProvisioningComplete',
      daysAgo: daysAgo - 2 * MINUTE,
    }
    if (!subject.startsWith('system:serviceaccount:vortex-system:')) return [provisioned]
    return [
      { ...row, action: 'clusterrole.materialized', resource: 'vortex-reader', matchedPolicy: name, daysAgo: daysAgo - MINUTE },
      { ...row, action: 'clusterrolebinding.materialized', resource: 'vortex-reader', matchedPolicy: name, daysAgo: daysAgo - MINUTE },
      provisioned,
    ]
  })

const ofSnapshots = (): readonly Row[] => [
  ...[4, 3, 2, 1, 0.005].flatMap((daysAgo): Row[] => {
    const clusters = daysAgo >= 2 ? ['management', 'ccs-dev'] : ['management']
    return [
      ...clusters.map((resource): Row => ({ ...guardian, action: 'permissionsnapshot.computed', resource, matchedPolicy: '', daysAgo })),
      {
        ...guardian,
        action: 'epg.computation_complete',
        resource: clusters.join(','),
        matchedPolicy: `${clusters.length} snapshots`,
        daysAgo,
      },
    ]
  }),
  { ...guardian, action: 'permissionsnapshot.drift_detected', resource: 'snapshot-ccs-dev', matchedPolicy: 'DriftObserved', daysAgo: 1.95 },
]

const ofRefusals = (): readonly Row[] => [
  {
    subject: 'oidc:priya.nair',
    action: 'rbac.denied',
    resource: 'payments-debug',
    decision: 'deny',
    matchedPolicy: 'annotation ontai.dev/rbac-owner=guardian is missing',
    daysAgo: 70,
  },
  {
    subject: 'oidc:james.okafor',
    action: 'operator-cr.denied',
    resource: 'snapshot-ccs-dev',
    decision: 'deny',
    matchedPolicy: 'only service accounts of the operator namespace may change a PermissionSnapshot',
    daysAgo: 1.9,
  },
]

/** Forwarded by the tenant cluster on which the ledger runs: the suspension of RTGS and what it did to the bindings half an hour later. */
const ofIncident = (): readonly Row[] => {
  const row = { clusterId: 'ccs-prod-uk', decision: 'audit' } as const
  const halfAnHour = 30 * MINUTE
  return [
    {
      ...row,
      subject: 'oidc:maria.santos',
      action: 'rail.suspended',
      resource: 'cbs-production-uk',
      matchedPolicy: 'RTGS',
      daysAgo: 6 - MINUTE,
    },
    {
      ...row,
      subject: 'conductor',
      action: 'binding.degraded',
      resource: 'pgw-production-depends-on-cbs-production-uk',
      matchedPolicy: 'set 3 to 2, floor 1',
      daysAgo: 6 - halfAnHour,
    },
    {
      ...row,
      subject: 'conductor',
      action: 'binding.diverged',
      resource: 'cs-production-depends-on-cbs-production-uk',
      matchedPolicy: 'snapshot RTGS,CHAPS now CHAPS',
      daysAgo: 6 - halfAnHour - MINUTE,
    },
  ]
}

/** Founding relationships were admitted as they are; those between applications were requested and approved by a person. */
const ofRelationships = (): readonly Row[] =>
  authored('DomainRelationship').flatMap(({ name, spec, daysAgo, author }): Row[] => {
    const admitted: Row = {
      ...guardian,
      decision: 'admit',
      action: 'relationship.admitted',
      resource: name,
      matchedPolicy: '',
      daysAgo: daysAgo - 3 * MINUTE,
    }
    const [source, target] = [spec.sourceIdentity ?? '', spec.targetIdentity ?? '']
    if (FOUNDING_IDENTITIES.includes(source)) return [{ ...admitted, matchedPolicy: 'founding' }]
    const policies = `${source},${target}`
    const asked: readonly Row[] = [
      { subject: author, decision: 'system', action: 'relationship.requested', resource: name, matchedPolicy: '', daysAgo: daysAgo + 2 },
      { ...guardian, action: 'relationship.evaluated', resource: name, matchedPolicy: policies, daysAgo: daysAgo + 2 - MINUTE },
    ]
    // A relationship that names a class has no counterpart yet: it was refused, and the refusal became a request.
    if (!authored('DomainIdentity').some((identity) => identity.name === target))
      return [
        ...asked,
        {
          ...guardian,
          decision: 'deny',
          action: 'relationship.rejected',
          resource: name,
          matchedPolicy: 'condition 3',
          daysAgo: daysAgo - 0.1,
        },
      ]
    return [
      ...asked,
      {
        subject: 'maria.santos',
        decision: 'admit',
        action: 'relationship.approved',
        resource: name,
        matchedPolicy: policies,
        daysAgo: daysAgo + 0.2,
      },
      admitted,
    ]
  })
