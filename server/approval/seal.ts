import 'server-only'
import type { Outcome } from '#lib/approval/assess.ts'
import { branchName, sealedDigest, TEMPLATE_VERSION } from '#lib/approval/digest.ts'
import type { Facts } from '#lib/approval/facts.ts'
import { eventPath } from '#lib/approval/paths.ts'
import { type Rationale, rationaleText } from '#lib/approval/rationale.ts'
import { type Recorded, renderAdmission, renderFiles, type RenderedFile } from '#lib/approval/render.ts'
import { AppError } from '#lib/error.ts'
import { refKey } from '#lib/kube/ref.ts'
import { approversOf, groupsOf } from '#lib/policy/rights.ts'
import { enqueue, insertSeal, type RequestRow } from '#server/approval/repo.ts'
import type { Subject } from '#server/approval/subject-type.ts'
import type { Ctx } from '#server/context.ts'
import { appendLedger } from '#server/ledger/append.ts'

export type Sealing = {
  readonly row: RequestRow
  readonly subject: Subject
  readonly outcome: Outcome
  /** Whose vote sealed, with its reason. */
  readonly sealedBy: string
  readonly rationale: Rationale
  /** What the evaluator looked at, the last vote included. */
  readonly facts: Facts
  /** Ledger position of that vote. */
  readonly voteSeq: number
}

export type Sealed = {
  readonly outcome: Outcome['outcome']
  readonly sealedDigest: string
  readonly ledgerSeq: number
  readonly branch: string
}

/**
 * Seals a decision once, inside the caller's transaction: final bytes, decision, delivery row, outbox row and ledger entry
 * commit together or not at all (decisions.md 8). Delivery later commits the stored bytes and renders nothing.
 */
export async function seal(ctx: Ctx, sealing: Sealing): Promise<Sealed> {
  const { row, subject, outcome, rationale } = sealing
  if (!subject.digest.ok || !subject.loaded.ok) throw new AppError('conflict', 'There is nothing to seal: the request has no digest now.')
  const files = finalFiles(ctx, sealing)
  const bytesDigest = sealedDigest(files)
  const { digest } = subject.digest
  const version = subject.loaded.version
  const noun = row.kind === 'admission' ? 'relationship' : row.kind
  const branch = branchName(row.name, digest)
  const [ledgerSeq] = await appendLedger(ctx, [
    {
      action: outcome.outcome === 'Approved' ? `${noun}.approved` : `${noun}.rejected`,
      subject: subjectKey(row),
      requestId: row.id,
      actor: sealing.sealedBy,
      body: {
        outcome: outcome.outcome,
        approvers: outcome.approvers,
        digest,
        sealedDigest: bytesDigest,
        policy: version,
        template: TEMPLATE_VERSION,
        evaluationHash: subject.evaluation.state === 'present' ? (subject.evaluation.hash ?? null) : null,
        files: files.map((file) => file.path),
        branch,
      },
    },
  ])
  if (ledgerSeq === undefined) throw new AppError('unavailable', 'The ledger cannot be written, so nothing was decided.')
  await insertSeal(ctx.db, {
    state: outcome.outcome === 'Approved' ? 'approved' : 'denied',
    at: ctx.now,
    branch,
    files: files.map(({ path, after }) => ({ path, text: after })),
    decision: {
      requestId: row.id,
      outcome: outcome.outcome,
      digest,
      sealedDigest: bytesDigest,
      policyVersion: `${version.commit} ${version.digest}`,
      templateVersion: TEMPLATE_VERSION,
      sealedBy: sealing.sealedBy,
      approvers: outcome.approvers,
      rationale,
      ledgerSeq,
      facts: evidence(sealing.facts),
      sealedAt: ctx.now,
    },
  })
  await enqueue(ctx.db, 'git.propose', row.id, { sealedDigest: bytesDigest, branch }, ctx.now)
  await ctx.database.notify(ctx.db, 'vortex_outbox', row.id)
  return { outcome: outcome.outcome, sealedDigest: bytesDigest, ledgerSeq, branch }
}

function evidence(facts: Facts): Omit<Facts, 'policy'> {
  const { policy: _, ...rest } = facts
  return rest
}

/** How the ledger names the object of a request. */
export const subjectKey = (row: Pick<RequestRow, 'group' | 'resourceKind' | 'namespace' | 'name'>): string =>
  refKey({ group: row.group, kind: row.resourceKind, namespace: row.namespace, name: row.name })

function finalFiles(ctx: Ctx, { row, subject, outcome, sealedBy, rationale, voteSeq }: Sealing): readonly RenderedFile[] {
  const recorded: Recorded = {
    approver: sealedBy,
    approverRole: roleOf(subject, sealedBy, ctx.now.getTime()),
    approvers: outcome.approvers.join(', '),
    decidedAt: ctx.now.toISOString(),
    governanceEventRef: eventPath(row.id),
    rationale: rationaleText(rationale),
    auditEventId: `vortex-ledger-${voteSeq}`,
  }
  if (row.kind !== 'admission') {
    const fieldChanged = row.kind === 'policy' ? 'vortex/policy.yaml' : 'spec'
    const proposed = subject.files.filter((file) => file.path !== eventPath(row.id))
    return renderFiles({ requestId: row.id, fieldChanged, files: proposed }, outcome.outcome, recorded)
  }
  const input = subject.admission?.input
  const rendered = input === undefined ? undefined : renderAdmission(input, outcome.outcome, recorded)
  if (rendered === undefined || !rendered.ok)
    throw new AppError('conflict', rendered?.error ?? 'The files of this decision cannot be rendered now.')
  return rendered.value
}

/** The role in which a person decided: the groups that the policy file gives, or the login where it names the person. */
function roleOf(subject: Subject, login: string, now: number): string {
  if (!subject.policy.ok) return login
  const { policy } = subject.policy
  const domains = Object.keys(policy.domains).filter((domain) => approversOf(policy, domain, now).includes(login))
  const groups = groupsOf(policy, login).filter((group) =>
    domains.some((domain) => policy.domains[domain]?.approvers.some((who) => who.group === group)),
  )
  return groups.length > 0 ? groups.join(', ') : 'approver'
}
