import type { Finding, Participant } from '#lib/approval/facts.ts'
import type { Standing } from '#lib/approval/standing.ts'
import type { PartyView } from '#lib/approval/view.ts'
import { readDomainBoundary, readDomainPolicy } from '#lib/domain/kinds.ts'
import type { KubeObject } from '#lib/kube/object.ts'
import { fieldsOf } from '#lib/history/field-diff.ts'
import type { RelationshipObjects } from '#lib/relationship/evaluation.ts'

type Row = { readonly field: string; readonly value: string }

/** The spec of an object as rows, without the reference that says whose it is. */
export const specRows = (object: KubeObject | undefined): readonly Row[] =>
  [...fieldsOf(object?.spec ?? {})].filter(([field]) => !field.startsWith('domainIdentityRef')).map(([field, value]) => ({ field, value }))

/** Both participants with policy, boundary, verdict and quorum (product.md, main road 2). */
export function partyViews(input: {
  readonly participants: readonly Participant[]
  readonly findings: readonly Finding[]
  readonly evaluated: boolean
  readonly objects: RelationshipObjects | undefined
  readonly now: Standing
}): readonly PartyView[] {
  return input.participants.map((participant) => {
    const { identity, role } = participant
    const policies = (input.objects?.policies ?? []).filter((object) => readDomainPolicy(object).spec.domainIdentityRef?.name === identity)
    const boundaries = (input.objects?.boundaries ?? []).filter(
      (object) => readDomainBoundary(object).spec.domainIdentityRef?.name === identity,
    )
    const only = policies.length === 1 ? policies[0] : undefined
    const party = input.now.parties.find((one) => one.domain === participant.domain)
    const findings = input.findings.filter((finding) => finding.role === role)
    return {
      role,
      identity,
      domain: participant.domain,
      domainProblem:
        participant.domain === undefined
          ? participant.problem
          : party === undefined
            ? `vortex/policy.yaml does not know the domain ${participant.domain}.`
            : undefined,
      policyName: only?.metadata.name,
      policy: specRows(only),
      boundary: specRows(boundaries.length === 1 ? boundaries[0] : undefined),
      compatible: input.evaluated ? findings.every((finding) => finding.severity !== 'violation') : undefined,
      findings: findings.map(({ rule, severity, message }) => ({ rule, severity, message })),
      approvers: party?.eligible ?? [],
      quorum: party === undefined ? undefined : { given: party.given, needed: party.needed },
    }
  })
}
