import 'server-only'
import { readAppIdentity, readAppProfile } from '#lib/domain/app-kinds.ts'
import { AppError } from '#lib/error.ts'
import { CONCEPT } from '#lib/kube/concept.ts'
import type { KubeObject } from '#lib/kube/object.ts'
import { FACT_CONCEPTS, type ProfileFacts } from '#lib/profile/facts.ts'
import { type Party, partyOf } from '#lib/relationship/party.ts'
import type { Ctx } from '#server/context.ts'

/** Declared state as the profile rules read it. Throws `unavailable` while a kind has never been read. */
export function profileFacts(ctx: Pick<Ctx, 'kube'>): ProfileFacts {
  const entries = FACT_CONCEPTS.map((concept) => {
    const answer = ctx.kube.list(concept)
    if (answer.state === 'down')
      throw new AppError('unavailable', 'The cluster has not been read yet. Try again in a moment.', { cause: answer.problem })
    return [concept, answer.value]
  })
  return Object.fromEntries(entries) as ProfileFacts // safe: one entry per fact concept
}

/** The group in which this cluster serves the App kinds. */
export const appGroup = (ctx: Pick<Ctx, 'kube'>): string => ctx.kube.served('appProfile')?.group ?? CONCEPT.appProfile.groups[0]

/** The AppIdentity that a profile names, in its own namespace. */
export function identityOf(profile: KubeObject, facts: ProfileFacts): KubeObject | undefined {
  const name = readAppProfile(profile).spec.appIdentityRef?.name
  return facts.appIdentity.find((one) => one.metadata.name === name && one.metadata.namespace === profile.metadata.namespace)
}

/** The party of a profile: the domain of the DomainIdentity behind its AppIdentity (decisions.md 1 and 2). */
export function profileParty(profile: KubeObject, facts: ProfileFacts): Party {
  const identity = identityOf(profile, facts)
  const name = identity && readAppIdentity(identity).spec.domainIdentityRef?.name
  if (name === undefined) return { problem: 'The profile traces to no DomainIdentity yet, so it belongs to no party.' }
  return partyOf(name, facts.domainBoundary)
}
