import { mergeConditions } from '#lib/kube/merge-conditions.ts'
import { conditionsOf, type KubeObject } from '#lib/kube/object.ts'
import type { AppConcept, ProfileFacts } from '#lib/profile/facts.ts'
import { childConditions, currentPhase, phaseStates, spiffeId } from '#lib/profile/readiness.ts'
import type { Status } from '#operator/write-status.ts'

/** The status an App object should have now (domain-and-app-core.md 4 to 6). Equal to what stands there: nothing is written. */
export function nextAppStatus(concept: AppConcept, object: KubeObject, facts: ProfileFacts, now: string): Status {
  const merge = (drafts: Parameters<typeof mergeConditions>[1]) =>
    mergeConditions(conditionsOf(object), drafts, now, object.metadata.generation)
  if (concept === 'appProfile') {
    const phases = phaseStates(object, facts)
    const ready = phases.every((phase) => phase.done)
    const current = currentPhase(phases)
    const waits = phases.find((phase) => !phase.done)
    return {
      ready,
      currentPhase: current,
      conditions: merge([
        ...phases.map(
          (phase) => ({ type: phase.name, status: phase.done ? 'True' : 'False', reason: phase.reason, message: phase.message }) as const,
        ),
        ready
          ? { type: 'Ready', status: 'True', reason: 'Complete', message: 'All eight phases are complete.' }
          : { type: 'Ready', status: 'False', reason: waits?.reason ?? 'PhasesOpen', message: `${current}: ${waits?.message ?? ''}` },
      ]),
    }
  }
  const drafts = childConditions(concept, object, facts)
  const ready = drafts.some((draft) => draft.type === 'Ready' && draft.status === 'True')
  return {
    ...((concept === 'appBoundary' || concept === 'appIdentity') && { ready }),
    // The id goes when its ground goes; an object that never had one gets no empty field.
    ...(concept === 'appIdentity' && { spiffeId: ready ? spiffeId(object, facts) : undefined }),
    conditions: merge(drafts),
  }
}
