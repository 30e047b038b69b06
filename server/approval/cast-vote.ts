import 'server-only'
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { withVote } from '#lib/approval/assess.ts'
import type { Facts } from '#lib/approval/facts.ts'
import { closedBecause } from '#lib/approval/permits.ts'
import { RationaleInput } from '#lib/approval/rationale-input.ts'
import { rationaleProblems } from '#lib/approval/rationale.ts'
import { ruleAdvice } from '#lib/approval/sentence.ts'
import type { RequestState } from '#lib/approval/request.ts'
import { AppError, type ErrorCode } from '#lib/error.ts'
import { nowOf, stepped } from '#server/approval/carry.ts'
import { askGuardian, factsOf, type Words } from '#server/approval/facts.ts'
import { topicsOf } from '#server/approval/notify.ts'
import { Moved, recordingRefusals, refusal, startingOver } from '#server/approval/refusal.ts'
import { blockingThreads, insertVote, lockRequest, type RequestRow, votesOf } from '#server/approval/repo.ts'
import { seal, subjectKey } from '#server/approval/seal.ts'
import { freshenGit } from '#server/approval/sources.ts'
import type { Subject } from '#server/approval/subject-type.ts'
import { syncRequest } from '#server/approval/sync.ts'
import type { Ctx } from '#server/context.ts'
import { appendLedger } from '#server/ledger/append.ts'
import { command } from '#server/verb.ts'

/** Guardian's answers are at most this old when the decision is written (decisions.md 4). */
const ANSWER_AGE_MAX_MS = 5_000

export const CastVoteInput = z
  .object({ id: z.uuid(), digest: z.string().min(1, 'Say which version you saw.'), verdict: z.enum(['approve', 'deny']) })
  .and(RationaleInput)

export type CastOutcome = {
  readonly id: string
  readonly state: RequestState
  readonly outcome: 'Approved' | 'Rejected' | undefined
  readonly votes: { readonly given: number; readonly needed: number }
  readonly ledgerSeq: number
}

type Prepared = { readonly row: RequestRow; readonly subject: Subject; readonly words: Words }

/** Everything from outside, fresh and before the transaction: object, repository, policy, Guardian for each voter. */
export async function prepareDecision(ctx: Ctx, { id }: { readonly id: string }): Promise<Prepared> {
  await freshenGit(ctx)
  const { row, subject } = await syncRequest(ctx, id, { fresh: true })
  const words = await askGuardian(ctx, row, subject, await votesOf(ctx.db, [id]))
  return { row, subject, words }
}

/** Locks the request and makes sure that nothing moved since `prepared`; gives the facts as they stand under the lock. */
export async function lockedFacts(ctx: Ctx, id: string, prepared: Prepared): Promise<{ readonly row: RequestRow; readonly facts: Facts }> {
  const row = await lockRequest(ctx.db, id)
  if (row === undefined) throw new AppError('not_found', 'There is no such request.')
  const votes = await votesOf(ctx.db, [id])
  const threads = await blockingThreads(ctx.db, [id])
  const facts = factsOf(ctx, row, prepared.subject, { votes, threads, words: prepared.words.words })
  if (row.state !== 'open') return { row, facts }
  if (row.digest !== prepared.row.digest) throw new Moved('The request')
  if (votes.some((vote) => vote.state === 'counted' && prepared.words.words[vote.login] === undefined)) throw new Moved('The list of votes')
  if (ctx.database.now().getTime() - prepared.words.askedAt > ANSWER_AGE_MAX_MS) throw new Moved('An answer of Guardian')
  return { row, facts }
}

const vote = command({
  name: 'approval.castVote',
  input: CastVoteInput,
  needs: () => ({ rule: 'assess' }),
  prepare: prepareDecision,
  async run(ctx, input, prepared) {
    const { row, facts } = await lockedFacts(ctx, input.id, prepared)
    const { checked, acceptable, undo, verdict, digest } = input
    const locked = { row, now: await nowOf(ctx.db, row) }
    const did = await stepped(ctx.db, locked, { type: 'cast', facts, verdict, seen: digest }, ctx.now)
    if (!did.ok) throw did.error.permit === undefined ? new AppError('conflict', did.error.text) : refusal(did.error.permit, codeOf(facts))
    const { state, sealed: outcome, after } = did.value
    const rationale = { checked, acceptable, undo }
    const fields = rationaleProblems(rationale, shownAdvice(prepared.subject))
    if (fields.length > 0) throw new AppError('invalid', 'The reason needs attention.', { fields })
    const policyVersion = prepared.subject.loaded.ok
      ? `${prepared.subject.loaded.version.commit} ${prepared.subject.loaded.version.digest}`
      : ''
    const { login } = ctx.viewer
    await insertVote(ctx.db, {
      id: randomUUID(),
      requestId: row.id,
      login,
      verdict,
      rationale,
      digest,
      policyVersion,
      state: 'counted',
      at: ctx.now,
    })
    const [voteSeq = 0] = await appendLedger(ctx, [
      {
        action: verdict === 'approve' ? 'review.approved' : 'review.rejected',
        subject: subjectKey(row),
        requestId: row.id,
        body: { verdict, digest, policyVersion, rationale },
      },
    ])
    const sealed =
      outcome === undefined
        ? undefined
        : await seal(ctx, {
            row,
            subject: prepared.subject,
            outcome,
            sealedBy: login,
            rationale,
            facts: withVote(facts, verdict, digest),
            voteSeq,
          })
    const value: CastOutcome = {
      id: row.id,
      state,
      outcome: sealed?.outcome,
      votes: after?.overall ?? { given: 0, needed: 0 },
      ledgerSeq: sealed?.ledgerSeq ?? voteSeq,
    }
    return { value, ledger: [], changed: [...topicsOf(row.id), ...(sealed === undefined ? [] : ['deliveries'])] }
  },
})

/** Casts the viewer's vote on exactly what was seen; the last one that is needed seals the decision (product.md, main road). */
export const castVote = recordingRefusals(startingOver(vote))

/** Everything that the page may have said of this request, whatever it counted: numbers are alike to the check. */
function shownAdvice({ evaluation, admission }: Subject): readonly string[] {
  const findings = evaluation.state === 'present' ? evaluation.findings : []
  const tier = evaluation.state === 'present' ? evaluation.tier : 'Unknown'
  const lines = [0, 1, 2].flatMap((count) => ruleAdvice({ findings, tier, rar: admission?.rar, neighbours: count, similar: count }))
  return [...lines, ...findings.map((finding) => finding.message)]
}

function codeOf(facts: Facts): ErrorCode {
  const silent = facts.sources.length > 0 || Object.values(facts.guardian).some((answer) => answer.word === 'unknown')
  if (facts.state === 'open' && silent) return 'unavailable'
  const voted = facts.votes.some((one) => one.state === 'counted' && one.login === facts.viewer.login)
  return voted || closedBecause(facts) !== undefined ? 'conflict' : 'forbidden'
}
