import 'server-only'
import type { Concept } from '#lib/kube/concept.ts'
import type { Binding } from '#lib/live/beat.ts'
import { GIT_AGE_MAX_MS } from '#server/approval/sources.ts'
import type { World } from '#server/context.ts'

/** A watch that says nothing for longer proves nothing; `declaredState` closes deciding at the same moment. */
export const WATCH_AGE_MAX_MS = 90_000

/** What the rules of an admission read; `declaredState` reads the same. */
const READ: readonly Concept[] = [
  'domainIdentity',
  'domainPolicy',
  'domainBoundary',
  'domainRelationship',
  'appBoundary',
  'appPolicy',
  'appIdentity',
]

/** The oldest answers that any decision rests on, each beside its limit. Guardian is asked anew at each vote and so is never old. */
export function bindingAges({ kube, git }: Pick<World, 'kube' | 'git'>): readonly Binding[] {
  const read = READ.map((concept) => kube.list(concept))
  const silent = read.find((sourced) => sourced.state !== 'fresh')
  const ages = read.map((sourced) => (sourced.state === 'down' ? undefined : sourced.at))
  const { at, problem } = git.age()
  return [
    {
      source: 'Kubernetes',
      at: ages.reduce((oldest, each) => (oldest === undefined || each === undefined ? undefined : Math.min(oldest, each))),
      limit: WATCH_AGE_MAX_MS,
      problem: silent?.problem,
    },
    { source: 'Git', at, limit: GIT_AGE_MAX_MS, problem: at === undefined ? (problem ?? 'not read yet') : undefined },
  ]
}
