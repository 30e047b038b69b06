import 'server-only'
import { z } from 'zod'
import { readAppIdentity } from '#lib/domain/app-kinds.ts'
import type { KubeObject } from '#lib/kube/object.ts'
import type { ProfileFacts } from '#lib/profile/facts.ts'
import { currentPhase, phaseStates } from '#lib/profile/readiness.ts'
import type { ProfileList, ProfileRow } from '#lib/profile/view.ts'
import { childrenOf, readinessOf } from '#server/profile/child.ts'
import { identityOf, profileFacts, profileParty } from '#server/profile/facts.ts'
import { listDrafts } from '#server/profile/repo.ts'
import { query } from '#server/verb.ts'

/** Every AppProfile with where it stands, and the viewer's own drafts. State, names and domains are for everybody (retrieval.md 3). */
export const listProfiles = query({
  name: 'profile.list',
  input: z.object({}),
  needs: () => ({ signedIn: true }),
  machine: true,
  async run(ctx): Promise<ProfileList> {
    const facts = profileFacts(ctx)
    const rows = facts.appProfile.map((profile) => rowOf(profile, facts))
    return {
      rows: rows.toSorted((a, b) => (`${a.namespace}/${a.name}` < `${b.namespace}/${b.name}` ? -1 : 1)),
      served: ctx.kube.served('appProfile') !== undefined,
      drafts: await listDrafts(ctx.db, ctx.viewer.login),
    }
  },
})

/** The phase that the operator reports, when it does. */
export const reportedPhase = ({ status }: KubeObject): string | undefined =>
  typeof status === 'object' && status !== null && 'currentPhase' in status && typeof status.currentPhase === 'string'
    ? status.currentPhase
    : undefined

function rowOf(profile: KubeObject, facts: ProfileFacts): ProfileRow {
  const party = profileParty(profile, facts)
  const identity = identityOf(profile, facts)
  const children = childrenOf(profile, facts)
  return {
    namespace: profile.metadata.namespace ?? '',
    name: profile.metadata.name,
    identity: (identity && readAppIdentity(identity).spec.domainIdentityRef?.name) ?? '',
    domain: 'domain' in party ? party.domain : undefined,
    readiness: readinessOf(profile),
    phase: reportedPhase(profile),
    computedPhase: currentPhase(phaseStates(profile, facts)),
    children: { ready: children.filter(({ object }) => readinessOf(object) === 'ready').length, total: children.length },
  }
}
