import 'server-only'
import { randomUUID } from 'node:crypto'
import { SYSTEM } from '#lib/access/viewer.ts'
import { refKey } from '#lib/kube/ref.ts'
import type { Db } from '#server/adapter/db/client.ts'
import type { World } from '#server/context.ts'
import { appendLedger, type LedgerDraft } from '#server/ledger/append.ts'
import type { Sealed } from '#server/delivery/sealed.ts'
import { loadRequest, setDelivery } from '#server/delivery/repo.ts'
import { dropWork, endWork, reopenWork, type Work } from '#server/outbox/queue.ts'

export type Fact = Pick<LedgerDraft, 'action' | 'body'>

/**
 * Writes what was learned about one delivery and its ledger entries in one transaction, and tells everybody who looks.
 * `change` returns the facts that are new; none means that nothing happened.
 */
export async function recordFacts(world: World, requestId: string, change: (tx: Db, now: Date) => Promise<readonly Fact[]>): Promise<void> {
  const now = world.database.now()
  await world.database.write(async (tx) => {
    const facts = await change(tx, now)
    if (facts.length === 0) return
    const request = await loadRequest(tx, requestId)
    const subject = request === undefined ? requestId : refKey({ ...request, kind: request.resourceKind })
    await appendLedger(
      { db: tx, now, viewer: SYSTEM, requestId: `worker-${randomUUID()}` },
      facts.map((fact) => ({ ...fact, subject, requestId, actor: 'system' })),
    )
    for (const topic of ['deliveries', `delivery:${requestId}`, 'approvals', `approval:${requestId}`, 'history', 'ledger'])
      await world.database.notify(tx, 'vortex_changed', topic)
  })
}

/** A piece of work that cannot succeed as it is: ended, with the reason where people look for it. */
export async function recordFailure(world: World, row: Work, problem: string): Promise<void> {
  await recordFacts(world, row.requestId, async (tx, now) => {
    if (!(await endWork(tx, row.id, now, problem))) return []
    // A refused merge may be asked for again, so its row goes; the ledger keeps what happened.
    if (row.kind === 'git.merge') await dropWork(tx, row.id)
    await setDelivery(tx, row.requestId, { problem, updatedAt: now })
    return [{ action: row.kind === 'git.propose' ? 'delivery.propose.failed' : 'delivery.merge.refused', body: { problem } }]
  })
}

/** The branch was deleted before the merge: the same bytes are proposed once more, create-only. */
export async function proposeAgain(world: World, { branch, proposal: { requestId } }: Sealed): Promise<void> {
  await recordFacts(world, requestId, async (tx, now) => {
    if (!(await reopenWork(tx, requestId))) return []
    await setDelivery(tx, requestId, { problem: null, updatedAt: now })
    await world.database.notify(tx, 'vortex_outbox', requestId)
    return [{ action: 'delivery.branch.gone', body: { branch, next: 'It is proposed again from the sealed bytes.' } }]
  })
}
