import { z } from 'zod'
import { reader, Ref, text } from '#lib/domain/read.ts'

export const RelationshipType = z.enum(['signs', 'provisions', 'delegates', 'governs', 'observes', 'depends-on', 'extends'])
export type RelationshipType = z.output<typeof RelationshipType>

const Participant = z.object({
  domainIdentityRef: Ref,
  appIdentityRef: Ref.extend({ namespace: text }).optional(),
})
export type Participant = z.output<typeof Participant>

const Constraint = z.object({
  boundaryScope: text,
  policyScope: text,
  cardinalityFloor: z.int().min(0),
  cardinalityCeiling: z.int().min(1),
})

const Interaction = z.object({
  relationshipType: RelationshipType,
  description: text,
  protocol: text.optional(),
  interfaceVersion: text.optional(),
  bindingType: z.enum(['SnapshotBinding', 'ContinuousBinding']).optional(),
  selectionStrategy: text.optional(),
  constraintDeclaration: Constraint.optional(),
})

const Decision = z.object({
  outcome: z.enum(['Approved', 'Rejected']),
  approver: text,
  decidedAt: text,
  governanceEventRef: text,
  evaluationHash: text,
})
export type RarDecision = z.output<typeof Decision>

/** Reader of a RelationshipAdmissionRequest's spec (relationships.md 8.1). */
export const readRar = reader({
  participants: z.object({ initiator: Participant, counterpart: Participant }),
  interaction: Interaction,
  justification: text,
  requestedBy: text,
  origin: z.enum(['Submitted', 'RelationshipClassRejection']),
  decision: Decision.optional(),
})
export type Rar = ReturnType<typeof readRar>

/** Phases after which nothing moves any more (relationships.md 8.3). */
export const FINAL_PHASES: readonly string[] = ['Admitted', 'Rejected', 'Withdrawn']

const Finding = z.object({ rule: text, severity: z.enum(['info', 'ambiguous', 'violation']), message: text })
const Verdict = z.object({
  domainPolicyName: text,
  generation: z.int(),
  compatible: z.boolean(),
  findings: z.array(Finding).default([]),
})

const RarStatus = z.object({
  observedGeneration: z.int().optional(),
  phase: text.optional(),
  admissionPath: text.optional(),
  admittedAt: text.optional(),
  relationshipRef: z.object({ name: text }).optional(),
  evaluation: z
    .object({
      evaluatedAt: text,
      riskTier: z.enum(['Low', 'High']),
      riskReasons: z.array(text).default([]),
      autoAdmissible: z.boolean(),
      bilateralCompatible: z.boolean(),
      evaluationHash: text,
      initiatorPolicy: Verdict.optional(),
      counterpartPolicy: Verdict.optional(),
    })
    .optional(),
})
export type RarStatus = z.output<typeof RarStatus>

/** The status as last written; a status that cannot be read counts as none, so it is written anew. */
export const readRarStatus = (status: unknown): RarStatus => RarStatus.catch({}).parse(status ?? {})
