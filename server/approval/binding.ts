import 'server-only'
import type { Binding } from '#lib/live/beat.ts'
import { DECLARED } from '#lib/relationship/declared.ts'
import { combined } from '#lib/sourced.ts'
import { GIT_AGE_MAX_MS } from '#server/approval/sources.ts'
import type { World } from '#server/context.ts'

/** A watch that says nothing for longer proves nothing; `declaredState` closes deciding at the same moment. */
export const WATCH_AGE_MAX_MS = 90_000

/** The oldest answers that any decision rests on, each beside its limit. Guardian is asked anew at each vote and so is never old. */
export function bindingAges({ kube, git }: Pick<World, 'kube' | 'git'>): readonly Binding[] {
  const declared = combined(
    Object.values(DECLARED).map((concept) => kube.list(concept)),
    () => undefined,
  )
  const { at, problem } = git.age()
  return [
    {
      source: 'Kubernetes',
      at: declared.state === 'down' ? undefined : declared.at,
      limit: WATCH_AGE_MAX_MS,
      problem: declared.state === 'fresh' ? undefined : declared.problem,
    },
    { source: 'Git', at, limit: GIT_AGE_MAX_MS, problem: at === undefined ? (problem ?? 'not read yet') : undefined },
  ]
}
