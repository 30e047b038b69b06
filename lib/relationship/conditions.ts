import type { ConditionDraft, Evaluation } from '#lib/relationship/evaluation.ts'

type Verdict = Pick<Evaluation, 'riskTier' | 'riskReasons' | 'initiator' | 'counterpart' | 'bilateralCompatible' | 'autoAdmissible'>

const yes = (type: string, reason: string, message: string): ConditionDraft => ({ type, status: 'True', reason, message })
const no = (type: string, reason: string, message: string): ConditionDraft => ({ type, status: 'False', reason, message })

/** The conditions of relationships.md 8.4 for a request that was evaluated and waits for its decision. */
export const verdictConditions = (verdict: Verdict): readonly ConditionDraft[] => [
  yes('Evaluated', 'EvaluationComplete', 'Both policies were evaluated.'),
  compatibility(verdict),
  verdict.riskTier === 'Low'
    ? yes('RiskAssessed', 'LowRisk', 'No finding.')
    : yes('RiskAssessed', 'HighRisk', `Raised by ${verdict.riskReasons.join(', ')}.`),
  humanApproval(verdict),
  no('Approved', 'AwaitingHuman', 'No decision yet.'),
  no('Admitted', 'NotAdmitted', 'No relationship was produced.'),
  LINEAGE_ABSENT,
]

/** No lineage controller exists for this kind (relationships.md, head). */
export const LINEAGE_ABSENT: ConditionDraft = no('LineageSynced', 'LineageControllerAbsent', 'No lineage controller tracks this kind.')

/** While the sources cannot be read nothing is evaluated (relationships.md 7). */
export const evaluationPending = (message: string): readonly ConditionDraft[] => [
  no('Evaluated', 'EvaluationPending', message),
  no('RiskAssessed', 'AssessmentPending', message),
]

function compatibility({ initiator, counterpart, bilateralCompatible }: Verdict): ConditionDraft {
  const violated = (side: Verdict['initiator']): string =>
    side.findings
      .filter((finding) => finding.severity === 'violation')
      .map((finding) => `${finding.rule}: ${finding.message}`)
      .join(' ')
  if (!initiator.compatible && !counterpart.compatible)
    return no('PolicyCompatible', 'BothPoliciesViolated', `${violated(initiator)} ${violated(counterpart)}`)
  if (!initiator.compatible) return no('PolicyCompatible', 'InitiatorPolicyViolation', violated(initiator))
  if (!counterpart.compatible) return no('PolicyCompatible', 'CounterpartPolicyViolation', violated(counterpart))
  const unclear = [...initiator.findings, ...counterpart.findings].find((finding) => finding.rule === 'E1')
  if (unclear !== undefined || !bilateralCompatible) return no('PolicyCompatible', 'PolicyAmbiguous', unclear?.message ?? 'Not compatible.')
  return yes('PolicyCompatible', 'BilateralCompatible', 'Neither policy is violated.')
}

function humanApproval({ riskTier, autoAdmissible }: Verdict): ConditionDraft {
  if (riskTier === 'High') return yes('HumanApprovalRequired', 'HighRisk', 'A person decides on high risk.')
  if (!autoAdmissible) return yes('HumanApprovalRequired', 'AutoAdmissionDisabled', 'Automatic admission is off.')
  return no('HumanApprovalRequired', 'LowRiskAutoAdmissible', 'Low risk, and automatic admission is on.')
}
