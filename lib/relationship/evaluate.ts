import { canonicalJson, digestOf, sha256Hex } from '#lib/canonical.ts'
import type { KubeObject } from '#lib/kube/object.ts'
import { verdictConditions } from '#lib/relationship/conditions.ts'
import type { Evaluation, Finding, RelationshipObjects, SideVerdict } from '#lib/relationship/evaluation.ts'
import { RULES } from '#lib/relationship/rules.ts'
import { type Scene, sceneOf, type Side } from '#lib/relationship/scene.ts'

/** Longest message that the status schema takes (relationships.md 8). */
const MESSAGE_MAX = 512

/**
 * The bilateral verdict on a request (relationships.md 7, rules E1 to E11). Pure and total: what cannot be read becomes a finding.
 * `excludeOwn` leaves the relationship that this request produced out of E3 and E4: set it once a decision stands.
 * `autoAdmission` is the switch of the policy file; it moves `autoAdmissible` only, never the hash.
 */
export function evaluate(input: {
  readonly rar: KubeObject
  readonly objects: RelationshipObjects
  readonly excludeOwn?: boolean
  readonly autoAdmission: boolean
}): Evaluation {
  const scene = sceneOf(input.rar, input.objects, input.excludeOwn ?? false)
  const initiator = verdictOf(scene, scene.initiator, scene.counterpart)
  const counterpart = verdictOf(scene, scene.counterpart, scene.initiator)
  const raised = new Set([...initiator.findings, ...counterpart.findings].map((finding) => finding.rule))
  const riskReasons = RULES.map((rule) => rule.id).filter((id) => raised.has(id))
  // Every finding raises the tier: violations, ambiguity, and E9 to E11, which are the only informative ones.
  const riskTier = riskReasons.length === 0 ? 'Low' : 'High'
  const verdict = {
    riskTier,
    riskReasons,
    initiator,
    counterpart,
    bilateralCompatible: initiator.compatible && counterpart.compatible,
    autoAdmissible: riskTier === 'Low' && input.autoAdmission,
  } as const
  return { ...verdict, evaluationHash: evaluationHash({ spec: input.rar.spec, ...verdict }), conditions: verdictConditions(verdict) }
}

function verdictOf(scene: Scene, me: Side, other: Side): SideVerdict {
  const findings = RULES.flatMap(({ id, check }): readonly Finding[] => {
    const outcome = check(scene, me, other)
    return outcome === undefined ? [] : [{ rule: id, severity: outcome.severity, message: cut(outcome.message) }]
  })
  return {
    identity: me.name,
    domainPolicyName: me.policy?.name ?? '',
    generation: me.policy?.generation ?? 0,
    policy: me.policyObject === undefined ? '' : sha256Hex(canonicalJson(me.policyObject.spec ?? null)),
    compatible: findings.every((finding) => finding.severity !== 'violation'),
    findings,
  }
}

const cut = (message: string): string => (message.length <= MESSAGE_MAX ? message : `${message.slice(0, MESSAGE_MAX - 1)}…`)

const withoutDecision = (spec: unknown): unknown => {
  if (typeof spec !== 'object' || spec === null) return null
  return Object.fromEntries(Object.entries(spec).filter(([field]) => field !== 'decision'))
}

/**
 * The hash that binds an approval to the meaning of what was seen (decisions.md 9): the spec without its decision, each side's policy
 * and findings, tier and reasons. No generation, time or message enters. The schema has no defaults today, so the spec enters as it is.
 */
export function evaluationHash(
  verdict: Pick<Evaluation, 'initiator' | 'counterpart' | 'riskTier' | 'riskReasons'> & { readonly spec: unknown },
): string {
  const side = ({ policy, compatible, findings }: SideVerdict) => ({
    policy,
    compatible,
    findings: findings.map(({ rule, severity }) => ({ rule, severity })),
  })
  return digestOf({
    spec: withoutDecision(verdict.spec),
    initiator: side(verdict.initiator),
    counterpart: side(verdict.counterpart),
    riskTier: verdict.riskTier,
    riskReasons: verdict.riskReasons,
  })
}
