import { canonicalJson } from '#lib/canonical.ts'
import { mergeConditions } from '#lib/kube/merge-conditions.ts'
import { conditionsOf, type KubeObject } from '#lib/kube/object.ts'
import { evaluationPending, LINEAGE_ABSENT } from '#lib/relationship/conditions.ts'
import { evaluate } from '#lib/relationship/evaluate.ts'
import type { ConditionDraft, Evaluation, RelationshipObjects, SideVerdict } from '#lib/relationship/evaluation.ts'
import { ownRelationship } from '#lib/relationship/produced.ts'
import { FINAL_PHASES, type RarDecision, type RarStatus, readRar, readRarStatus } from '#lib/relationship/read-rar.ts'
import type { Status } from '#operator/write-status.ts'

/** The actor under which the worker decides when the policy file has switched automatic admission on (decisions.md 6). */
const SYSTEM = 'system'

/**
 * The status a request should have next, or undefined when it rests (relationships.md 8.3). One step at a time: the watch brings
 * the written object back and the next step follows. `objects` is undefined while the sources cannot be read.
 */
export function nextRarStatus(
  rar: KubeObject,
  objects: RelationshipObjects | undefined,
  now: string,
  autoAdmission: boolean,
): Status | undefined {
  const status = readRarStatus(rar.status)
  if (status.phase !== undefined && FINAL_PHASES.includes(status.phase)) return undefined
  const write = (fields: Status, drafts: readonly ConditionDraft[]): Status => ({
    observedGeneration: rar.metadata.generation,
    ...fields,
    conditions: mergeConditions(conditionsOf(rar), drafts, now, rar.metadata.generation),
  })
  if (status.phase === undefined) return write({ phase: 'Pending' }, evaluationPending('Not evaluated yet.'))
  const { decision } = readRar(rar).spec
  if (objects === undefined)
    return decision === undefined && status.evaluation === undefined
      ? write({}, evaluationPending('The policies cannot be read now.'))
      : undefined
  if (decision !== undefined) return decided(rar, decision, objects, now, write)
  return undecided(rar, status, evaluate({ rar, objects, autoAdmission }), now, write)
}

type Write = (fields: Status, drafts: readonly ConditionDraft[]) => Status

function undecided(rar: KubeObject, status: RarStatus, verdict: Evaluation, now: string, write: Write): Status {
  const known = status.evaluation
  const settled = status.phase === 'AwaitingApproval' && known?.evaluationHash === verdict.evaluationHash
  // A changed meaning passes through Evaluating, so that nobody takes the old verdict for the new one.
  if (!settled && status.phase !== 'Evaluating')
    return write(
      { phase: 'Evaluating' },
      evaluationPending(known === undefined ? 'Being evaluated.' : 'What it was judged by has changed.'),
    )
  const evaluation = evaluationStatus(verdict)
  const same =
    known !== undefined && canonicalJson({ ...evaluation, evaluatedAt: known.evaluatedAt }) === canonicalJson(evaluationField(rar))
  return write(
    { phase: 'AwaitingApproval', evaluation: { ...evaluation, evaluatedAt: same ? known.evaluatedAt : now } },
    verdict.conditions,
  )
}

const evaluationField = (rar: KubeObject): unknown =>
  typeof rar.status === 'object' && rar.status !== null && 'evaluation' in rar.status ? rar.status.evaluation : null

const evaluationStatus = (verdict: Evaluation): Status => ({
  riskTier: verdict.riskTier,
  riskReasons: verdict.riskReasons,
  autoAdmissible: verdict.autoAdmissible,
  bilateralCompatible: verdict.bilateralCompatible,
  evaluationHash: verdict.evaluationHash,
  initiatorPolicy: policyStatus(verdict.initiator),
  counterpartPolicy: policyStatus(verdict.counterpart),
})

const policyStatus = ({ domainPolicyName, generation, compatible, findings }: SideVerdict): Status => ({
  domainPolicyName,
  generation,
  compatible,
  findings,
})

const approved = (status: 'True' | 'False', reason: string, message: string): ConditionDraft => ({
  type: 'Approved',
  status,
  reason,
  message,
})
const admitted = (status: 'True' | 'False', reason: string, message: string): ConditionDraft => ({
  type: 'Admitted',
  status,
  reason,
  message,
})

/** What follows from a decision. `status.evaluation` is never written again from here on (relationships.md 7). */
function decided(rar: KubeObject, decision: RarDecision, objects: RelationshipObjects, now: string, write: Write): Status {
  if (decision.outcome === 'Rejected')
    return write({ phase: 'Rejected' }, [
      approved('False', 'HumanRejected', `Rejected by ${decision.approver}.`),
      admitted('False', 'NotAdmitted', 'The request was rejected.'),
      LINEAGE_ABSENT,
    ])
  const automatic = decision.approver === SYSTEM
  const accepted = approved('True', automatic ? 'AutoAdmitted' : 'HumanApproved', `Approved by ${decision.approver}.`)
  // The hash is checked once: an approval that was found valid stays so while its relationship is on the way.
  const checked = conditionsOf(rar).some((condition) => condition.type === 'Approved' && condition.status === 'True')
  if (!checked && evaluate({ rar, objects, excludeOwn: true, autoAdmission: false }).evaluationHash !== decision.evaluationHash)
    return write({ phase: 'Rejected' }, [
      approved('False', 'StaleApproval', `${decision.approver} approved another evaluation than the one that holds now.`),
      admitted('False', 'NotAdmitted', 'The approval is stale.'),
      LINEAGE_ABSENT,
    ])
  const relationship = ownRelationship(rar, objects.relationships)
  if (relationship === undefined)
    return write({}, [accepted, admitted('False', 'NotAdmitted', 'Waits for its DomainRelationship to be applied.'), LINEAGE_ABSENT])
  const { name } = relationship.metadata
  return write(
    {
      phase: 'Admitted',
      admissionPath: automatic ? 'Automatic' : 'Human',
      admittedAt: now,
      relationshipRef: { group: 'core.ontai.dev', kind: 'DomainRelationship', version: 'v1alpha1', name },
    },
    [accepted, admitted('True', 'RelationshipProduced', `DomainRelationship ${name} exists.`), LINEAGE_ABSENT],
  )
}
