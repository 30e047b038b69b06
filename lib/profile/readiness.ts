import { readAppIdentity, readAppProfile } from '#lib/domain/app-kinds.ts'
import { readDomainIdentity } from '#lib/domain/kinds.ts'
import { CONCEPT } from '#lib/kube/concept.ts'
import { conditionsOf, type KubeObject } from '#lib/kube/object.ts'
import { checkObject } from '#lib/profile/check-object.ts'
import { appIdentityOf, CHILD_FIELD } from '#lib/profile/check-profile-object.ts'
import type { AppConcept, ChildConcept, ProfileFacts, RuleFinding } from '#lib/profile/facts.ts'
import { PHASES, type PhaseName } from '#lib/profile/phase.ts'
import { resolveRef } from '#lib/profile/reference.ts'

type ConditionDraft = { readonly type: string; readonly status: 'True' | 'False'; readonly reason: string; readonly message: string }

/** Ready means: its Ready condition is True for what stands in the spec now. */
export const isReady = (object: KubeObject): boolean =>
  conditionsOf(object).some(
    (condition) =>
      condition.type === 'Ready' &&
      condition.status === 'True' &&
      (condition.observedGeneration === undefined || condition.observedGeneration === object.metadata.generation),
  )

/** Whom a kind waits for, all named by the same AppIdentity (domain-and-app-core.md 6, "starts when"). */
const WAITS_FOR: Readonly<Partial<Record<AppConcept, ChildConcept>>> = {
  appTopology: 'appPolicy',
  appEventSchema: 'appTopology',
  appWorkflow: 'appEventSchema',
}

/** Why an object whose rules are met is not Ready yet; undefined when nothing holds it back. */
function waiting(concept: AppConcept, object: KubeObject, facts: ProfileFacts): string | undefined {
  const { namespace } = object.metadata
  if (concept === 'appIdentity') {
    const { object: boundary } = resolveRef(facts, object, 'appBoundaryRef', readAppIdentity(object).spec.appBoundaryRef, 'appBoundary')
    return boundary && isReady(boundary) ? undefined : 'Waits for its AppBoundary to be Ready (I1).'
  }
  const identity = appIdentityOf(object)
  if (concept === 'appBoundary' || identity === undefined) return undefined
  const root = facts.appIdentity.find((one) => one.metadata.name === identity && one.metadata.namespace === namespace)
  if (root === undefined || !isReady(root)) return `Waits for AppIdentity ${identity} to be Ready.`
  const before = WAITS_FOR[concept]
  if (before === undefined) return undefined
  const siblings = facts[before].filter((one) => one.metadata.namespace === namespace && appIdentityOf(one) === identity)
  const open = siblings.filter((one) => !isReady(one))
  if (siblings.length > 0 && open.length === 0) return undefined
  return `Waits for ${CONCEPT[before].kind} ${open.map((one) => one.metadata.name).join(', ') || `of ${identity}`} to be Ready.`
}

const words = (findings: readonly RuleFinding[]): string => findings.map((finding) => `${finding.rule}: ${finding.message}`).join(' ')

/** The Ready condition and its two parts for one child. */
export function childConditions(concept: AppConcept, object: KubeObject, facts: ProfileFacts): readonly ConditionDraft[] {
  const findings = checkObject(concept, object, facts).filter((finding) => finding.severity === 'error')
  const broken = findings.filter((finding) => finding.rule === 'REF')
  const outside = findings.filter((finding) => finding.rule !== 'REF')
  const held = findings.length > 0 ? undefined : waiting(concept, object, facts)
  return [
    broken.length === 0
      ? { type: 'ReferencesResolved', status: 'True', reason: 'AllResolved', message: 'Every reference resolves.' }
      : { type: 'ReferencesResolved', status: 'False', reason: 'ReferenceMissing', message: words(broken) },
    outside.length === 0
      ? { type: 'WithinBounds', status: 'True', reason: 'RulesMet', message: 'Every rule is met.' }
      : { type: 'WithinBounds', status: 'False', reason: outside[0]?.rule ?? 'RuleNotMet', message: words(outside) },
    findings.length > 0
      ? { type: 'Ready', status: 'False', reason: 'RuleNotMet', message: words(findings) }
      : held !== undefined
        ? { type: 'Ready', status: 'False', reason: 'Waiting', message: held }
        : { type: 'Ready', status: 'True', reason: 'Ready', message: `${object.kind} is complete.` },
  ]
}

/** `{trust domain}/{service}/{version}`: the trust domain is inherited, the version is part of the id (domain-and-app-core.md 4, 5). */
export function spiffeId(object: KubeObject, facts: ProfileFacts): string | undefined {
  const { spec } = readAppIdentity(object)
  const { object: root } = resolveRef(facts, object, 'domainIdentityRef', spec.domainIdentityRef, 'domainIdentity')
  const trust = root && readDomainIdentity(root).spec.spiffeTrustDomain
  return trust === undefined ? undefined : `${trust}/${spec.serviceName}/${spec.version}`
}

export type PhaseState = {
  readonly name: PhaseName
  readonly done: boolean
  readonly reason: 'Complete' | 'NoBehaviorKind' | 'ChildNotReady' | 'ChildMissing' | 'PhasesOpen' | 'RuleNotMet'
  readonly message: string
}

/** Where a profile stands in each of the eight phases, from its children as they are now. */
export function phaseStates(profile: KubeObject, facts: ProfileFacts): readonly PhaseState[] {
  const { spec } = readAppProfile(profile)
  const states: PhaseState[] = []
  for (const phase of PHASES) {
    if (phase.name === 'BehavioralConfiguration') {
      states.push({
        name: phase.name,
        done: true,
        reason: 'NoBehaviorKind',
        message: 'The platform has no kind for behavior, so nothing is open.',
      })
    } else if (phase.name === 'ProfileCompletion') {
      states.push(completion(profile, facts, states))
    } else {
      const open = phase.children.flatMap((concept) => openChild(profile, spec[CHILD_FIELD[concept]], concept, facts))
      const [first] = open
      states.push({
        name: phase.name,
        done: first === undefined,
        reason: first?.reason ?? 'Complete',
        message: open.map((one) => one.message).join(' ') || 'Every child is Ready.',
      })
    }
  }
  return states
}

type OpenChild = { readonly reason: 'ChildMissing' | 'ChildNotReady'; readonly message: string }

/** What keeps a phase open at one of its children; empty when nothing does. */
function openChild(
  profile: KubeObject,
  ref: { readonly name: string } | undefined,
  concept: ChildConcept,
  facts: ProfileFacts,
): readonly OpenChild[] {
  const { object } = resolveRef(facts, profile, CHILD_FIELD[concept], ref, concept)
  if (object === undefined)
    return [{ reason: 'ChildMissing', message: `${CONCEPT[concept].kind} ${ref?.name ?? '(not named)'} is missing.` }]
  return isReady(object) ? [] : [{ reason: 'ChildNotReady', message: `${object.kind} ${object.metadata.name} is not Ready.` }]
}

function completion(profile: KubeObject, facts: ProfileFacts, before: readonly PhaseState[]): PhaseState {
  const broken = checkObject('appProfile', profile, facts).filter((finding) => finding.severity === 'error')
  const open = before.filter((phase) => !phase.done)
  if (open.length > 0)
    return {
      name: 'ProfileCompletion',
      done: false,
      reason: 'PhasesOpen',
      message: `Waits for ${open.map((phase) => phase.name).join(', ')}.`,
    }
  if (broken.length > 0) return { name: 'ProfileCompletion', done: false, reason: 'RuleNotMet', message: words(broken) }
  return { name: 'ProfileCompletion', done: true, reason: 'Complete', message: 'Every phase is complete.' }
}

/** The lowest phase that is not complete; the last one when all are. */
export const currentPhase = (states: readonly PhaseState[]): PhaseName => states.find((phase) => !phase.done)?.name ?? 'ProfileCompletion'
