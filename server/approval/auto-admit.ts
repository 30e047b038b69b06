import 'server-only'
import { randomUUID } from 'node:crypto'
import { closedBecause, unmappedNames } from '#lib/approval/permits.ts'
import type { Rationale } from '#lib/approval/rationale.ts'
import { findingsOf } from '#lib/approval/standing.ts'
import { factsOf } from '#server/approval/facts.ts'
import { topicsOf } from '#server/approval/notify.ts'
import { blockingThreads, lockRequest, type RequestRow } from '#server/approval/repo.ts'
import { seal, subjectKey } from '#server/approval/seal.ts'
import type { Subject } from '#server/approval/subject-type.ts'
import type { Ctx } from '#server/context.ts'
import { appendLedger } from '#server/ledger/append.ts'

const RATIONALE: Rationale = {
  checked: 'Both policies are satisfied, no finding of any severity stands, and the evaluation is current.',
  acceptable: 'vortex/policy.yaml switches automatic admission on for Low risk (autoAdmission.enabled).',
  undo: 'Remove the DomainRelationship file from the repository, or switch automatic admission off for the next ones.',
}

/**
 * Delivers the decision for a Low request as actor `system`, only where the policy file switches it on
 * (decisions.md 6). The same obstacles close it that close a person's decision; the ledger names the rule instead of a voter.
 */
export async function autoAdmit(ctx: Ctx, { row, subject }: { readonly row: RequestRow; readonly subject: Subject }): Promise<void> {
  if (row.kind !== 'admission' || row.state !== 'open' || !subject.policy.ok || !subject.policy.policy.autoAdmission.enabled) return
  const said = subject.admission?.status.evaluation
  // The policy file is the switch; the operator has no Git and cannot read it.
  if (said?.riskTier !== 'Low') return
  const threads = await blockingThreads(ctx.db, [row.id])
  const facts = factsOf(ctx, row, subject, { votes: [], threads, words: {} })
  if (threads.length > 0 || closedBecause(facts) !== undefined || findingsOf(facts).length > 0 || unmappedNames(facts).length > 0) return
  await ctx.database.write(async (db) => {
    const tx: Ctx = { ...ctx, db, requestId: ctx.requestId || randomUUID() }
    const locked = await lockRequest(db, row.id)
    if (locked?.state !== 'open' || locked.digest !== row.digest) return
    const outcome = { outcome: 'Approved', approvers: [ctx.viewer.login] } as const
    const [voteSeq = 0] = await appendLedger(tx, [
      {
        action: 'relationship.auto_admitted',
        subject: subjectKey(locked),
        requestId: locked.id,
        body: { digest: row.digest, riskTier: 'Low', rationale: RATIONALE },
      },
    ])
    await seal(tx, { row: locked, subject, outcome, sealedBy: ctx.viewer.login, rationale: RATIONALE, facts, voteSeq })
    for (const topic of [...topicsOf(row.id), 'deliveries']) await ctx.database.notify(db, 'vortex_changed', topic)
  })
}
