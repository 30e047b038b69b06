import 'server-only'
import { executeUntil, mayMerge } from '#lib/policy/rights.ts'
import type { Git } from '#server/adapter/git/git.ts'
import type { Sealed } from '#server/delivery/sealed.ts'
import { loadPolicy } from '#server/policy/load.ts'

/**
 * Why a merge that was asked for is no longer permitted, or undefined: between the click and the push the policy may have
 * changed or the execute-by passed. Asked of the policy file on main as fetched.
 */
export async function noLongerPermitted(git: Git, sealed: Sealed, by: string, now: Date): Promise<string | undefined> {
  const loaded = await loadPolicy({ git }, await git.head())
  if (!loaded.ok) return `Merging is closed: ${loaded.problem}`
  const { policy } = loaded
  const until = executeUntil(policy, sealed.sealedAt.getTime())
  if (sealed.proposal.outcome === 'Approved' && until !== undefined && now.getTime() >= until)
    return `Merging was refused: the decision had to be merged by ${new Date(until).toISOString()}, and that has passed. File a new request.`
  const { approvers } = sealed
  const permit = mayMerge(policy, by, approvers.length === 1 ? approvers[0] : undefined)
  if (!permit.named) return `Merging was refused: the policy file no longer names ${by} as somebody who may merge.`
  return permit.ownApproval ? `Merging was refused: ${by} alone decided, and somebody else must merge.` : undefined
}
