import 'server-only'
import type { FactAge } from '#lib/approval/evidence.ts'
import type { Concept } from '#lib/kube/concept.ts'
import type { Sourced, SourceAge } from '#lib/sourced.ts'
import { WATCH_AGE_MAX_MS } from '#server/approval/binding.ts'
import { GIT_AGE_MAX_MS } from '#server/approval/sources.ts'
import type { RequestRow } from '#server/approval/repo.ts'
import type { Ctx } from '#server/context.ts'

/** What the rules of an admission read, by the name that a reader knows. `declaredState` reads the same. */
const READ: readonly (readonly [string, Concept])[] = [
  ['Policies of the domains', 'domainPolicy'],
  ['Identities', 'domainIdentity'],
  ['Boundaries of the domains', 'domainBoundary'],
  ['Relationships', 'domainRelationship'],
  ['Boundaries of the applications', 'appBoundary'],
  ['Policies of the applications', 'appPolicy'],
  ['Identities of the applications', 'appIdentity'],
]

const STATE = { fresh: 'fresh', stale: 'old', down: 'silent', off: 'off' } as const

const watched = (fact: string, sourced: Sourced<unknown>): FactAge => ({
  fact,
  source: 'Kubernetes',
  at: sourced.state === 'down' ? undefined : sourced.at,
  limit: WATCH_AGE_MAX_MS,
  state: STATE[sourced.state],
  problem: sourced.state === 'fresh' ? undefined : sourced.problem,
})

const whole = (fact: string, age: SourceAge, limit?: number): FactAge => ({
  fact,
  source: age.source === 'Database' ? 'Audit' : age.source,
  at: age.at,
  limit,
  state: STATE[age.state],
  problem: age.problem,
})

/** Each fact that a request is judged by with its age and its limit, and those that only inform. */
export function freshnessOf(ctx: Pick<Ctx, 'kube' | 'git' | 'guardian' | 'dsns' | 'audit' | 'now'>, row: RequestRow): readonly FactAge[] {
  const git = ctx.git.age()
  const old = git.at === undefined || ctx.now.getTime() - git.at > GIT_AGE_MAX_MS
  return [
    ...(row.kind === 'admission'
      ? [
          watched('The request and its evaluation', ctx.kube.get(row.group, row.resourceKind, row.namespace, row.name)),
          ...READ.map(([fact, concept]) => watched(fact, ctx.kube.list(concept))),
        ]
      : []),
    { ...whole('The policy file and the repository', git, GIT_AGE_MAX_MS), state: git.at === undefined ? 'silent' : old ? 'old' : 'fresh' },
    whole('Who may update it, asked anew at each vote', ctx.guardian.age()),
    whole('The published topology', ctx.dsns.age()),
    whole('The audit trail', ctx.audit.age()),
  ]
}
