import type { ChildConcept } from '#lib/profile/facts.ts'

export type PhaseName =
  | 'ScopeEstablishment'
  | 'IdentityRegistration'
  | 'AuthorityResolution'
  | 'StructuralWiring'
  | 'EventContractRegistration'
  | 'WorkflowBootstrap'
  | 'BehavioralConfiguration'
  | 'ProfileCompletion'

/** The eight phases, what reconciles in each, and what each waits for (domain-and-app-core.md 6). */
export const PHASES: readonly {
  readonly name: PhaseName
  readonly children: readonly ChildConcept[]
  readonly dependsOn: readonly PhaseName[]
}[] = [
  { name: 'ScopeEstablishment', children: ['appBoundary'], dependsOn: [] },
  { name: 'IdentityRegistration', children: ['appIdentity'], dependsOn: ['ScopeEstablishment'] },
  { name: 'AuthorityResolution', children: ['appPolicy', 'appResourceProfile', 'appAuditPolicy'], dependsOn: ['IdentityRegistration'] },
  { name: 'StructuralWiring', children: ['appTopology'], dependsOn: ['AuthorityResolution'] },
  { name: 'EventContractRegistration', children: ['appEventSchema'], dependsOn: ['StructuralWiring'] },
  { name: 'WorkflowBootstrap', children: ['appWorkflow'], dependsOn: ['EventContractRegistration'] },
  { name: 'BehavioralConfiguration', children: [], dependsOn: ['IdentityRegistration'] },
  {
    name: 'ProfileCompletion',
    children: [],
    dependsOn: ['AuthorityResolution', 'StructuralWiring', 'EventContractRegistration', 'WorkflowBootstrap', 'BehavioralConfiguration'],
  },
]

export const PHASE_NAMES: readonly PhaseName[] = PHASES.map((phase) => phase.name)

type Definition = { readonly name: string; readonly order: number; readonly dependsOn?: readonly string[] | undefined }

/** The names on one way round, when `dependsOn` goes in a circle. */
export function dependencyCycle(phases: readonly Definition[]): readonly string[] | undefined {
  const next = new Map(phases.map((phase) => [phase.name, phase.dependsOn ?? []]))
  const done = new Set<string>()
  const walk = (name: string, path: readonly string[]): readonly string[] | undefined => {
    if (path.includes(name)) return [...path.slice(path.indexOf(name)), name]
    if (done.has(name)) return undefined
    for (const needed of next.get(name) ?? []) {
      const found = walk(needed, [...path, name])
      if (found !== undefined) return found
    }
    done.add(name)
    return undefined
  }
  for (const phase of phases) {
    const found = walk(phase.name, [])
    if (found !== undefined) return found
  }
  return undefined
}
