import { type PhaseDefinition, readAppProfile } from '#lib/domain/app-kinds.ts'
import { reader, Ref } from '#lib/domain/read.ts'
import { CONCEPT } from '#lib/kube/concept.ts'
import type { KubeObject } from '#lib/kube/object.ts'
import { type ChildConcept, failed, type ProfileFacts, type RuleFinding } from '#lib/profile/facts.ts'
import { dependencyCycle, PHASE_NAMES } from '#lib/profile/phase.ts'
import { resolveRef } from '#lib/profile/reference.ts'

type ChildField = Exclude<keyof ReturnType<typeof readAppProfile>['spec'], 'phaseModel'>

/** Which field of an AppProfile names which child. */
export const CHILD_FIELD = {
  appBoundary: 'appBoundaryRef',
  appIdentity: 'appIdentityRef',
  appPolicy: 'appPolicyRef',
  appResourceProfile: 'appResourceProfileRef',
  appAuditPolicy: 'appAuditPolicyRef',
  appTopology: 'appTopologyRef',
  appEventSchema: 'appEventSchemaRef',
  appWorkflow: 'appWorkflowRef',
} as const satisfies Record<ChildConcept, ChildField>

/** In the order in which children reconcile. */
export const CHILD_CONCEPTS: readonly ChildConcept[] = [
  'appBoundary',
  'appIdentity',
  'appPolicy',
  'appResourceProfile',
  'appAuditPolicy',
  'appTopology',
  'appEventSchema',
  'appWorkflow',
]

const readAnchored = reader({ appIdentityRef: Ref.optional() })

/** The AppIdentity that an App object names; undefined for kinds that name none. */
export const appIdentityOf = (object: KubeObject): string | undefined => readAnchored(object).spec.appIdentityRef?.name

/** References, one AppIdentity for all, and the phase model of an AppProfile. */
export function checkProfileObject(object: KubeObject, facts: ProfileFacts): readonly RuleFinding[] {
  const { spec } = readAppProfile(object)
  const identity = spec.appIdentityRef?.name
  const children = CHILD_CONCEPTS.flatMap((concept): readonly RuleFinding[] => {
    const field = CHILD_FIELD[concept]
    const ref = spec[field]
    if (ref === undefined)
      return [
        { ...failed('CHILD', ['spec'], `The profile names no ${CONCEPT[concept].kind}, so it never becomes Ready.`), severity: 'warning' },
      ]
    const { object: child, findings } = resolveRef(facts, object, field, ref, concept)
    const theirs = child && appIdentityOf(child)
    if (theirs === undefined || identity === undefined || theirs === identity) return findings
    return [
      ...findings,
      failed(
        'SAME',
        ['spec', field, 'name'],
        `${CONCEPT[concept].kind} ${ref.name} belongs to AppIdentity ${theirs}, the profile to ${identity}.`,
      ),
    ]
  })
  const boundary = identityBoundary(facts, object, identity)
  return [
    ...children,
    ...(boundary !== undefined && spec.appBoundaryRef !== undefined && boundary !== spec.appBoundaryRef.name
      ? [
          failed(
            'SAME',
            ['spec', 'appBoundaryRef', 'name'],
            `AppIdentity ${identity} stands in AppBoundary ${boundary}, the profile names ${spec.appBoundaryRef.name}.`,
          ),
        ]
      : []),
    ...(spec.phaseModel ? checkPhaseModel(spec.phaseModel.phases) : []),
  ]
}

const readScoped = reader({ appBoundaryRef: Ref.optional() })

function identityBoundary(facts: ProfileFacts, profile: KubeObject, name: string | undefined): string | undefined {
  const found = facts.appIdentity.find((one) => one.metadata.name === name && one.metadata.namespace === profile.metadata.namespace)
  return found && readScoped(found).spec.appBoundaryRef?.name
}

/** Each of the eight once, orders unique, dependencies inside the model and without a circle (domain-and-app-core.md 1, PhaseModel). */
function checkPhaseModel(phases: readonly PhaseDefinition[]): readonly RuleFinding[] {
  const root = ['spec', 'phaseModel', 'phases']
  const names = phases.map((phase) => phase.name)
  const missing = PHASE_NAMES.filter((name) => !names.includes(name))
  const each = phases.flatMap((phase, index): readonly RuleFinding[] => [
    ...(names.indexOf(phase.name) === index ? [] : [failed('PHASE', [...root, index, 'name'], `Phase ${phase.name} stands twice.`)]),
    ...(phases.findIndex((other) => other.order === phase.order) === index
      ? []
      : [
          failed(
            'PHASE',
            [...root, index, 'order'],
            `Order ${phase.order} stands twice. Write 1 to 8 and say what may run in parallel by dependsOn.`,
          ),
        ]),
    ...(phase.dependsOn ?? []).flatMap((needed, at) =>
      names.includes(needed)
        ? []
        : [failed('PHASE', [...root, index, 'dependsOn', at], `${phase.name} depends on ${needed}, which is not in the model.`)],
    ),
  ])
  const cycle = dependencyCycle(phases)
  return [
    ...(missing.length === 0
      ? []
      : [failed('PHASE', root, `The model names each of the eight phases once; ${missing.join(', ')} is missing.`)]),
    ...each,
    ...(cycle === undefined ? [] : [failed('PHASE', root, `The phases depend on each other in a circle: ${cycle.join(' → ')}.`)]),
  ]
}
