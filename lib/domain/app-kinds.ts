import { z } from 'zod'
import { Granularity } from '#lib/domain/kinds.ts'
import { AccessMode, count, rate, reader, Ref, Retry, text, Tier } from '#lib/domain/read.ts'

/** Readers of the App* kinds (domain-and-app-core.md 4). */

export const readAppBoundary = reader({
  domainBoundaryRef: Ref,
  namespace: text.optional(),
  clusterAssignment: text.optional(),
  environmentTier: Tier.optional(),
})
export type AppBoundary = ReturnType<typeof readAppBoundary>

export const readAppIdentity = reader({
  domainIdentityRef: Ref,
  appBoundaryRef: Ref,
  serviceName: text,
  version: text,
  operatorOwner: text,
})
export type AppIdentity = ReturnType<typeof readAppIdentity>

export const readAppPolicy = reader({
  appIdentityRef: Ref,
  domainPolicyRef: Ref,
  retryEnvelope: Retry.optional(),
  circuitBreakerThreshold: rate.optional(),
  rateLimitRequestsPerSecond: count.optional(),
  accessControlMode: AccessMode.optional(),
})
export type AppPolicy = ReturnType<typeof readAppPolicy>

const Wiring = z.object({
  name: text,
  domainRelationshipRef: Ref,
  counterpartRef: z.object({ kind: text, name: text, namespace: text }),
})

export const readAppTopology = reader({ appIdentityRef: Ref, wirings: z.array(Wiring).optional() })
export type AppTopology = ReturnType<typeof readAppTopology>

export const readAppEventSchema = reader({ appIdentityRef: Ref, domainEventRef: Ref, role: text, topicName: text, schemaVersion: text })
export type AppEventSchema = ReturnType<typeof readAppEventSchema>

export const readAppWorkflow = reader({
  appIdentityRef: Ref,
  domainWorkflowRef: Ref,
  phases: z.array(z.object({ name: text })).optional(),
})
export type AppWorkflow = ReturnType<typeof readAppWorkflow>

export const readAppResourceProfile = reader({
  appIdentityRef: Ref,
  domainResourceRef: Ref,
  computeClaim: z.object({ cpu: text, memory: text }).optional(),
  storageClaim: z.object({ capacity: text, storageClass: text }).optional(),
  kueueResourceFlavor: text.optional(),
})
export type AppResourceProfile = ReturnType<typeof readAppResourceProfile>

export const readAppAuditPolicy = reader({
  appIdentityRef: Ref,
  domainAuditRef: Ref,
  emittedEventTypes: z.array(text),
  granularity: Granularity,
  transportPath: z.enum(['conductor-federation', 'direct']),
})
export type AppAuditPolicy = ReturnType<typeof readAppAuditPolicy>

const PhaseDefinition = z.object({
  name: text,
  order: z.int(),
  parallel: z.boolean().optional(),
  dependsOn: z.array(text).optional(),
})

export const readAppProfile = reader({
  appBoundaryRef: Ref,
  appIdentityRef: Ref,
  appPolicyRef: Ref.optional(),
  appTopologyRef: Ref.optional(),
  appEventSchemaRef: Ref.optional(),
  appWorkflowRef: Ref.optional(),
  appResourceProfileRef: Ref.optional(),
  appAuditPolicyRef: Ref.optional(),
  phaseModel: z.object({ phases: z.array(PhaseDefinition).min(1) }).optional(),
})
export type AppProfile = ReturnType<typeof readAppProfile>
export type PhaseDefinition = z.output<typeof PhaseDefinition>
