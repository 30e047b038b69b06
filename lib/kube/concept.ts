/** The three times the platform renamed its kinds, newest first; `A/B`: the same in both (kinds.md 1). */
export type Generation = 'C' | 'B' | 'A/B' | 'A'

/** How kinds are grouped for people. */
export const FAMILIES = [
  'Platform',
  'Packs',
  'Lineage',
  'Guardian',
  'Day-2 operations',
  'Cluster API',
  'Domain core',
  'Applications',
  'Hats',
  'Ameide',
] as const
export type Family = (typeof FAMILIES)[number]

/** One name that a concept is served under. Kinds that never were renamed have no generation. */
export type ConceptName = { readonly group: string; readonly kind: string; readonly generation?: Generation }

type Entry = {
  readonly family: Family
  /** The newest kind name, which is how people call it. */
  readonly kind: string
  readonly groups: readonly [string, ...string[]]
  /** All names, best first: C, B, A. */
  readonly names: readonly ConceptName[]
}

const named = (family: Family, first: ConceptName, ...rest: readonly ConceptName[]): Entry => ({
  family,
  kind: first.kind,
  groups: [first.group, ...rest.map(({ group }) => group)],
  names: [first, ...rest],
})
const c = (kind: string): ConceptName => ({ group: 'seam.ontai.dev', kind, generation: 'C' })
const b = (kind: string, generation: Generation = 'B'): ConceptName => ({ group: 'infrastructure.ontai.dev', kind, generation })
const a = (group: string, kind: string): ConceptName => ({ group, kind, generation: 'A' })

const guardian = (kind: string): Entry =>
  named('Guardian', { group: 'guardian.ontai.dev', kind, generation: 'C' }, { group: 'security.ontai.dev', kind, generation: 'A/B' })
const one = (family: Family, group: string) => (kind: string) => named(family, { group, kind })
const day2 = one('Day-2 operations', 'platform.ontai.dev')
const domain = one('Domain core', 'core.ontai.dev')
const hat = one('Hats', 'society.zeta.io')
const ameide = one('Ameide', 'ameide.io')
// A backlog line of the platform says core.ontai.dev (conflicts.md 7).
const app = (kind: string): Entry => named('Applications', { group: 'app.ontai.dev', kind }, { group: 'core.ontai.dev', kind })
// The CRDs live in the first group, prose and the lineage controller say the second (conflicts.md 6).
const capi = (kind: string): Entry =>
  named('Cluster API', { group: 'infrastructure.cluster.x-k8s.io', kind }, { group: 'infrastructure.ontai.dev', kind })

const RAR = 'RelationshipAdmissionRequest'

/**
 * One concept per meaning and the names it may be served under, best first (kinds.md 1.1, conflicts.md G1).
 * Discovery decides which of them is served; the first is the default.
 */
export const CONCEPT = {
  rar: named('Domain core', c(RAR), ...guardian(RAR).names, b(RAR), { group: 'core.ontai.dev', kind: RAR }),
  domainIdentity: domain('DomainIdentity'),
  domainBoundary: domain('DomainBoundary'),
  domainPolicy: domain('DomainPolicy'),
  domainRelationship: domain('DomainRelationship'),
  domainEvent: domain('DomainEvent'),
  domainWorkflow: domain('DomainWorkflow'),
  domainResource: domain('DomainResource'),
  domainAudit: domain('DomainAudit'),
  domainSemanticNameService: domain('DomainSemanticNameService'),
  appBoundary: app('AppBoundary'),
  appIdentity: app('AppIdentity'),
  appPolicy: app('AppPolicy'),
  appTopology: app('AppTopology'),
  appEventSchema: app('AppEventSchema'),
  appWorkflow: app('AppWorkflow'),
  appResourceProfile: app('AppResourceProfile'),
  appAuditPolicy: app('AppAuditPolicy'),
  appProfile: app('AppProfile'),
  cluster: named('Platform', c('TalosCluster'), b('InfrastructureTalosCluster'), a('platform.ontai.dev', 'TalosCluster')),
  runner: named('Platform', c('RunnerConfig'), b('InfrastructureRunnerConfig'), a('runner.ontai.dev', 'RunnerConfig')),
  clusterLog: named('Platform', c('ClusterLog'), b('InfrastructureTalosClusterOperationResult')),
  membership: named('Platform', c('SeamMembership'), b('SeamMembership', 'A/B')),
  drift: named('Platform', c('DriftSignal'), b('DriftSignal')),
  zone: named('Platform', c('DSNSZone'), b('DSNSZone', 'A/B')),
  pack: named('Packs', c('PackDelivery'), b('InfrastructureClusterPack'), a('infra.ontai.dev', 'ClusterPack')),
  packExecution: named('Packs', c('PackExecution'), b('InfrastructurePackExecution'), a('infra.ontai.dev', 'PackExecution')),
  packInstalled: named('Packs', c('PackInstalled'), b('InfrastructurePackInstance'), a('infra.ontai.dev', 'PackInstance')),
  packReceipt: named('Packs', c('PackReceipt'), b('InfrastructurePackReceipt'), a('runner.ontai.dev', 'PackReceipt')),
  // Removed in generation C, where it is a file of the compiler.
  packBuild: named('Packs', b('InfrastructurePackBuild'), a('infra.ontai.dev', 'PackBuild')),
  packLog: named('Packs', c('PackLog'), b('PackOperationResult')),
  lineage: named('Lineage', c('LineageRecord'), b('InfrastructureLineageIndex', 'A/B')),
  rbacPolicy: guardian('RBACPolicy'),
  rbacProfile: guardian('RBACProfile'),
  permissionSet: guardian('PermissionSet'),
  permissionSnapshot: guardian('PermissionSnapshot'),
  permissionSnapshotReceipt: guardian('PermissionSnapshotReceipt'),
  identityProvider: guardian('IdentityProvider'),
  identityBinding: guardian('IdentityBinding'),
  guardianStatus: guardian('Guardian'),
  etcdMaintenance: day2('EtcdMaintenance'),
  talosEtcdBackupSchedule: day2('TalosEtcdBackupSchedule'),
  nodeMaintenance: day2('NodeMaintenance'),
  nodeOperation: day2('NodeOperation'),
  upgradePolicy: day2('UpgradePolicy'),
  pkiRotation: day2('PKIRotation'),
  clusterReset: day2('ClusterReset'),
  clusterMaintenance: day2('ClusterMaintenance'),
  hardeningProfile: day2('HardeningProfile'),
  maintenanceBundle: day2('MaintenanceBundle'),
  talosMachineConfigBackup: day2('TalosMachineConfigBackup'),
  talosMachineConfigBackupSchedule: day2('TalosMachineConfigBackupSchedule'),
  talosMachineConfigRestore: day2('TalosMachineConfigRestore'),
  machineConfigSync: day2('MachineConfigSync'),
  machineConfig: day2('MachineConfig'),
  seamInfrastructureCluster: capi('SeamInfrastructureCluster'),
  seamInfrastructureMachine: capi('SeamInfrastructureMachine'),
  seamInfrastructureMachineTemplate: capi('SeamInfrastructureMachineTemplate'),
  hat: hat('Hat'),
  hatBinding: hat('HatBinding'),
  hatSwap: hat('HatSwap'),
  hatPolicy: hat('HatPolicy'),
  ameideDomain: ameide('Domain'),
  ameideProcess: ameide('Process'),
  ameideAgent: ameide('Agent'),
  ameideUiSurface: ameide('UISurface'),
  ameideProjection: ameide('Projection'),
  ameideIntegration: ameide('Integration'),
} as const satisfies Record<string, Entry>

export type Concept = keyof typeof CONCEPT

/** How one kind is served by the API server now. */
export type ServedKind = {
  readonly group: string
  readonly version: string
  readonly kind: string
  readonly plural: string
  readonly namespaced: boolean
  /** Set where the kind was resolved from a concept that was renamed over time. */
  readonly generation?: Generation
}
