import 'server-only'
import { z } from 'zod'
import { readAppIdentity } from '#lib/domain/app-kinds.ts'
import { AppError } from '#lib/error.ts'
import { refOf } from '#lib/kube/ref.ts'
import { currentPhase, phaseStates } from '#lib/profile/readiness.ts'
import type { ProfileView } from '#lib/profile/view.ts'
import { levelOf } from '#server/access/level.ts'
import { atOperational, authored, childrenOf, childView, conditionRows, readinessOf } from '#server/profile/child.ts'
import { appGroup, identityOf, profileFacts, profileParty } from '#server/profile/facts.ts'
import { reportedPhase } from '#server/profile/list.ts'
import { query } from '#server/verb.ts'

/** One AppProfile with its children, its phases as reported and as its children give them, redacted for the viewer. */
export const getProfile = query({
  name: 'profile.get',
  input: z.object({ namespace: z.string().min(1), name: z.string().min(1) }),
  needs: () => ({ signedIn: true }),
  machine: true,
  async run(ctx, { namespace, name }): Promise<ProfileView> {
    const facts = profileFacts(ctx)
    const profile = facts.appProfile.find((one) => one.metadata.namespace === namespace && one.metadata.name === name)
    if (profile === undefined) throw new AppError('not_found', `There is no AppProfile ${name} in ${namespace}.`)
    const party = profileParty(profile, facts)
    const domain = 'domain' in party ? party.domain : undefined
    const resource = ctx.kube.served('appProfile')?.plural ?? 'appprofiles'
    const { level, rule } = await levelOf(ctx, domain ?? '', { verb: 'get', group: appGroup(ctx), resource, name })
    const identity = identityOf(profile, facts)
    const states = phaseStates(profile, facts)
    const spiffe = statusText(identity?.status, 'spiffeId')
    return {
      ref: refOf(ctx.kube.cluster, profile),
      domain,
      domainProblem: 'problem' in party ? party.problem : undefined,
      level,
      levelRule: rule,
      identity: (identity && readAppIdentity(identity).spec.domainIdentityRef?.name) ?? '',
      spiffeId: spiffe === undefined ? undefined : atOperational(level, () => spiffe),
      readiness: readinessOf(profile),
      reportedPhase: reportedPhase(profile),
      computedPhase: currentPhase(states),
      phases: states.map((state) => ({ ...state, message: atOperational(level, () => state.message) })),
      conditions: conditionRows(profile, level),
      children: childrenOf(profile, facts).map((child) => childView(ctx.kube.cluster, child, facts, level)),
      yaml: atOperational(level, () => authored(profile)),
    }
  },
})

const statusText = (status: unknown, field: string): string | undefined => {
  if (typeof status !== 'object' || status === null || !(field in status)) return undefined
  const value: unknown = Object.entries(status).find(([key]) => key === field)?.[1]
  return typeof value === 'string' ? value : undefined
}
