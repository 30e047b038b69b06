import { z } from 'zod'
import { AccessMode, count, rate, reader, Ref, Retry, text, Tier } from '#lib/domain/read.ts'

/** Readers of the Domain* kinds (domain-and-app-core.md 2). */

export const readDomainIdentity = reader({
  name: text,
  spiffeTrustDomain: text,
  ontWebSubject: text.optional(),
  operatorOwner: text,
})
export type DomainIdentity = ReturnType<typeof readDomainIdentity>

export const readDomainBoundary = reader({
  domainIdentityRef: Ref,
  organizationalScope: text.optional(),
  tenantAssignment: text.optional(),
  environmentTier: Tier.optional(),
})
export type DomainBoundary = ReturnType<typeof readDomainBoundary>

export const readDomainPolicy = reader({
  domainIdentityRef: Ref,
  retryEnvelope: Retry.optional(),
  circuitBreakerThreshold: rate.optional(),
  rateLimitRequestsPerSecond: count.optional(),
  accessControlMode: AccessMode.optional(),
  cardinalityCeiling: count.optional(),
})
export type DomainPolicy = ReturnType<typeof readDomainPolicy>

export const readDomainRelationship = reader({
  sourceIdentity: text,
  targetIdentity: text,
  relationshipType: text,
  protocol: text.optional(),
})
export type DomainRelationship = ReturnType<typeof readDomainRelationship>

export const readDomainEvent = reader({ domainIdentityRef: Ref, eventType: text, schemaVersion: text.optional() })
export type DomainEvent = ReturnType<typeof readDomainEvent>

export const readDomainWorkflow = reader({ domainIdentityRef: Ref, phases: z.array(text).optional() })
export type DomainWorkflow = ReturnType<typeof readDomainWorkflow>

export const readDomainResource = reader({
  domainIdentityRef: Ref,
  computeCeiling: z.object({ cpu: text, memory: text }).optional(),
  storageCeiling: z.object({ capacity: text, storageClass: text }).optional(),
  kueueResourceFlavors: z.array(text).optional(),
})
export type DomainResource = ReturnType<typeof readDomainResource>

export const Granularity = z.enum(['high', 'medium', 'low'])
export type Granularity = z.output<typeof Granularity>

export const readDomainAudit = reader({
  domainIdentityRef: Ref,
  minimumEventGranularity: Granularity,
  transportPath: z.enum(['conductor-federation', 'direct', 'none']).optional(),
  mandatoryEventTypes: z.array(text).optional(),
})
export type DomainAudit = ReturnType<typeof readDomainAudit>
