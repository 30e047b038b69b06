/**
 * One concept per meaning, the kind it is served as and the groups to look in, best first (kinds.md 1.1, conflicts.md G1).
 * Discovery decides which group is served; the first entry is the default.
 */
export const CONCEPT = {
  rar: {
    kind: 'RelationshipAdmissionRequest',
    groups: ['seam.ontai.dev', 'guardian.ontai.dev', 'security.ontai.dev', 'infrastructure.ontai.dev', 'core.ontai.dev'],
  },
  domainIdentity: { kind: 'DomainIdentity', groups: ['core.ontai.dev'] },
  domainBoundary: { kind: 'DomainBoundary', groups: ['core.ontai.dev'] },
  domainPolicy: { kind: 'DomainPolicy', groups: ['core.ontai.dev'] },
  domainRelationship: { kind: 'DomainRelationship', groups: ['core.ontai.dev'] },
  domainEvent: { kind: 'DomainEvent', groups: ['core.ontai.dev'] },
  domainWorkflow: { kind: 'DomainWorkflow', groups: ['core.ontai.dev'] },
  domainResource: { kind: 'DomainResource', groups: ['core.ontai.dev'] },
  domainAudit: { kind: 'DomainAudit', groups: ['core.ontai.dev'] },
  domainSemanticNameService: { kind: 'DomainSemanticNameService', groups: ['core.ontai.dev'] },
  appBoundary: { kind: 'AppBoundary', groups: ['app.ontai.dev', 'core.ontai.dev'] },
  appIdentity: { kind: 'AppIdentity', groups: ['app.ontai.dev', 'core.ontai.dev'] },
  appPolicy: { kind: 'AppPolicy', groups: ['app.ontai.dev', 'core.ontai.dev'] },
  appTopology: { kind: 'AppTopology', groups: ['app.ontai.dev', 'core.ontai.dev'] },
  appEventSchema: { kind: 'AppEventSchema', groups: ['app.ontai.dev', 'core.ontai.dev'] },
  appWorkflow: { kind: 'AppWorkflow', groups: ['app.ontai.dev', 'core.ontai.dev'] },
  appResourceProfile: { kind: 'AppResourceProfile', groups: ['app.ontai.dev', 'core.ontai.dev'] },
  appAuditPolicy: { kind: 'AppAuditPolicy', groups: ['app.ontai.dev', 'core.ontai.dev'] },
  appProfile: { kind: 'AppProfile', groups: ['app.ontai.dev', 'core.ontai.dev'] },
  cluster: { kind: 'TalosCluster', groups: ['seam.ontai.dev', 'platform.ontai.dev'] },
  membership: { kind: 'SeamMembership', groups: ['seam.ontai.dev', 'infrastructure.ontai.dev'] },
  lineage: { kind: 'LineageRecord', groups: ['seam.ontai.dev'] },
  rbacProfile: { kind: 'RBACProfile', groups: ['guardian.ontai.dev', 'security.ontai.dev'] },
  permissionSnapshot: { kind: 'PermissionSnapshot', groups: ['guardian.ontai.dev', 'security.ontai.dev'] },
  identityProvider: { kind: 'IdentityProvider', groups: ['guardian.ontai.dev', 'security.ontai.dev'] },
  identityBinding: { kind: 'IdentityBinding', groups: ['guardian.ontai.dev', 'security.ontai.dev'] },
} as const satisfies Record<string, { readonly kind: string; readonly groups: readonly string[] }>

export type Concept = keyof typeof CONCEPT

/** How one kind is served by the API server now. */
export type ServedKind = {
  readonly group: string
  readonly version: string
  readonly kind: string
  readonly plural: string
  readonly namespaced: boolean
}
