import { readDomainBoundary } from '#lib/domain/kinds.ts'
import type { KubeObject } from '#lib/kube/object.ts'

export type Party = { readonly domain: string } | { readonly problem: string }

/**
 * The party of a participant: the domain that its only DomainBoundary names (decisions.md 2).
 * Whether the policy file knows that domain is the caller's question.
 */
export function partyOf(identityName: string, boundaries: readonly KubeObject[]): Party {
  const own = boundaries.map(readDomainBoundary).filter((boundary) => boundary.spec.domainIdentityRef?.name === identityName)
  const [only] = own
  if (only === undefined) return { problem: `No DomainBoundary names ${identityName}, so it belongs to no party and nobody can approve.` }
  if (own.length > 1)
    return {
      problem: `${own.length} DomainBoundaries name ${identityName} (${own.map((one) => one.name).join(', ')}), so its party is not certain.`,
    }
  const domain = only.spec.organizationalScope
  if (domain === undefined || domain === '')
    return { problem: `DomainBoundary ${only.name} names no organizationalScope, so ${identityName} belongs to no party.` }
  return { domain }
}
