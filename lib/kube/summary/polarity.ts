/** What a condition says when it is True. Unknown types are neutral: kinds get new conditions without notice (kinds.md 7.5). */
export type Polarity = 'good' | 'danger' | 'caution' | 'progress' | 'neutral'

const of = (polarity: Polarity, types: string): readonly (readonly [string, Polarity])[] => types.split(' ').map((type) => [type, polarity])

/** kinds.md 7; ameide.md 3 for the kinds of ameide.io; domain-and-app-core.md for the two cores. */
const POLARITY: ReadonlyMap<string, Polarity> = new Map([
  ...of(
    'good',
    'Ready Available Valid Provisioned ProfileValidated PolicyCompliant Fresh Compliant Validated Admitted TrustAnchorResolved IdentityBindingValid Reachable ' +
      'PermissionSetValid RBACPolicyValid WebhookRegistered BootstrapComplete EnforcingComplete ConductorReady Bootstrapped InfrastructureReady MachineReady ' +
      'PortReachable HardeningApplied NodeHealthSummary NodeInfrastructureReady Active Succeeded LineageSynced ResetReady ' +
      'WorkloadReady WorkersReady RuntimeReady DBReady MigrationSucceeded DefinitionResolved SecretsReady ToolingReady DependenciesReady RoutingReady ' +
      'RouteReady AuthConfigured Evaluated Established NamesAccepted',
  ),
  ...of(
    'danger',
    'Failed SecurityViolation ImmutabilityViolation Revoked PackRevoked ControlPlaneUnreachable ' +
      'KubeconfigUnavailable PhaseFailed ScreenProviderNotImplemented CNPGUnreachable CapabilityUnavailable HumanInterventionRequired ' +
      'TerminalDrift MigrationFailed PolicyViolation',
  ),
  ...of(
    'caution',
    'Degraded RBACPolicyDegraded DependencyBlocked Drifted PartialWorkerAvailability BootstrapLabelAbsent CapacitySaturation DiskPressure VersionRegressionBlocked EtcdBackupDestinationAbsent ' +
      'PackSignaturePending PermissionSnapshotOutOfSync RBACProfileNotProvisioned WrapperRunnerRBACNotReady DispatcherRunnerRBACNotReady',
  ),
  ...of(
    'progress',
    'Running Progressing Pending Waiting Bootstrapping Importing CiliumPending VersionUpgradePending SignaturePending Paused WindowActive ' +
      'PendingApproval EtcdBackupLocalFallback Reconciling Terminating',
  ),
])

export const polarityOf = (type: string): Polarity => POLARITY.get(type) ?? 'neutral'
