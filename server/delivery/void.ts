import 'server-only'
import { brokenText } from '#lib/delivery/chain.ts'
import type { World } from '#server/context.ts'
import type { BranchState } from '#server/delivery/chain.ts'
import { recordFacts } from '#server/delivery/record.ts'
import { voidDelivery } from '#server/delivery/repo.ts'
import type { Sealed } from '#server/delivery/sealed.ts'
import { endWorkOf } from '#server/outbox/queue.ts'

/**
 * Voids a decision because a commit that Vortex did not make stood on its branch (product.md, delivery). For good, even when
 * the commit is taken away again: people would no longer know what they are about to merge. The request's state and its
 * votes stay as history; the way out is a new request.
 */
export async function voidDecision(world: World, sealed: Sealed, found: BranchState & { readonly state: 'foreign' }): Promise<string> {
  const problem = voidText(sealed.branch, found)
  const { requestId } = sealed.proposal
  await recordFacts(world, requestId, async (tx, now) => {
    if (!(await voidDelivery(tx, requestId, problem, now))) return []
    await endWorkOf(tx, requestId, now, problem)
    return [{ action: 'delivery.voided', body: { branch: sealed.branch, head: found.head, by: found.by, why: found.why, problem } }]
  })
  return problem
}

const voidText = (branch: string, { head, by, why }: BranchState & { readonly state: 'foreign' }): string =>
  `The decision is void: the branch ${branch} holds commit ${head.slice(0, 8)} by ${by}, which Vortex did not make. File a new request. ${brokenText({ step: 'branch', why })}`
