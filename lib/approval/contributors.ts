import { loginOfEmail } from '#lib/policy/rights.ts'
import type { Policy } from '#lib/policy/policy.ts'

/** Somebody who worked on a request. `login` is undefined while the policy file does not say who the name is. */
export type Contributor = { readonly login: string | undefined; readonly name: string; readonly why: string }

type Signature = { readonly name: string; readonly email: string }

export type ContributorSources = {
  readonly requestedBy: string
  /** Commits that touched the request's documents. */
  readonly commits: readonly { readonly commit: string; readonly author: Signature; readonly committer: Signature }[]
  /** Field managers of the object; only those that name a person count. */
  readonly managers: readonly string[]
  /** Logins of people who edited its draft. */
  readonly editors: readonly string[]
}

/** Who asked is always a contributor, also while the policy file cannot be read. */
export const requester = (login: string): Contributor => ({ login, name: login, why: 'filed the request' })

/** Nobody who contributed may decide (decisions.md 3). A Git name that cannot be mapped is kept, so that it can be shown and blocks approving. */
export function contributorsOf(policy: Policy, sources: ContributorSources): readonly Contributor[] {
  const found: Contributor[] = [requester(sources.requestedBy)]
  for (const { commit, author, committer } of sources.commits)
    for (const [signature, verb] of [
      [author, 'wrote'],
      [committer, 'committed'],
    ] as const)
      found.push({
        login: loginOfEmail(policy, signature.email),
        name: `${signature.name} <${signature.email}>`,
        why: `${verb} commit ${commit.slice(0, 8)} of the request's document`,
      })
  for (const manager of sources.managers) {
    const login = manager.replace(/^oidc:/, '').toLowerCase()
    if (Object.hasOwn(policy.people, login) || manager.startsWith('oidc:'))
      found.push({ login, name: login, why: 'wrote fields of the object in the cluster' })
  }
  for (const login of sources.editors) found.push({ login, name: login, why: 'edited the draft' })
  return distinct(found)
}

function distinct(found: readonly Contributor[]): readonly Contributor[] {
  const byKey = new Map<string, Contributor>()
  for (const one of found) {
    const key = one.login ?? one.name
    if (!byKey.has(key)) byKey.set(key, one)
  }
  return [...byKey.values()]
}
