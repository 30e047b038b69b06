import 'server-only'
import type { BlockingThread, Delivered, Facts, GuardianWord } from '#lib/approval/facts.ts'
import { AppError } from '#lib/error.ts'
import { namedFor } from '#lib/policy/rights.ts'
import type { DecisionRow, DeliveryRow, RequestRow, VoteRow } from '#server/approval/repo.ts'
import type { Subject } from '#server/approval/subject-type.ts'
import type { Ctx } from '#server/context.ts'

/** What of a subject Guardian is asked about, and what of it the evaluator looks at; a line of the inbox keeps the second. */
type Asked = Pick<Subject, 'policy' | 'participants' | 'permission'>
type Judged = Asked & Pick<Subject, 'evaluation' | 'digest' | 'sources' | 'contributors'>

/** Guardian's words with the time of the oldest answer (epoch milliseconds); infinity when there is none that could be too old. */
export type Words = { readonly words: Readonly<Record<string, GuardianWord>>; readonly askedAt: number }

/**
 * Asks Guardian whether each counted voter, and the viewer where the policy file names them, may update the request
 * (decisions.md 4). No answer is a word of its own: it is never a yes, and it closes deciding.
 */
export async function askGuardian(
  ctx: Pick<Ctx, 'viewer' | 'guardian' | 'now'>,
  row: Pick<RequestRow, 'state' | 'kind'>,
  subject: Asked,
  votes: readonly Pick<VoteRow, 'login' | 'state'>[],
): Promise<Words> {
  if (row.state !== 'open') return { words: {}, askedAt: Number.POSITIVE_INFINITY }
  const logins = new Set(votes.filter((vote) => vote.state === 'counted').map((vote) => vote.login))
  if (ctx.viewer.kind === 'person' && isNamed(row, subject, ctx.viewer.login, ctx.now.getTime())) logins.add(ctx.viewer.login)
  const answers = await Promise.all([...logins].map(async (login) => ({ login, ...(await wordOf(ctx, subject, login)) })))
  return {
    words: Object.fromEntries(answers.map(({ login, word, reason }) => [login, { word, reason }])),
    askedAt: Math.min(...answers.map((answer) => answer.at)),
  }
}

function isNamed(row: Pick<RequestRow, 'kind'>, { policy, participants }: Asked, login: string, now: number): boolean {
  if (!policy.ok) return false
  const domains =
    row.kind === 'policy'
      ? Object.keys(policy.policy.domains)
      : participants.flatMap(({ domain }) => (domain === undefined ? [] : [domain]))
  return namedFor(policy.policy, domains, now).has(login)
}

async function wordOf(ctx: Pick<Ctx, 'guardian'>, subject: Asked, login: string): Promise<GuardianWord & { readonly at: number }> {
  try {
    const { allowed, reason, at } = await ctx.guardian.check(login, subject.permission)
    return { word: allowed ? 'allowed' : 'denied', reason, at }
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'unavailable') throw error
    return { word: 'unknown', reason: error.message, at: Number.POSITIVE_INFINITY }
  }
}

/** What lies in the database about a request, and Guardian's words on it. */
export type Gathered = {
  readonly votes: readonly Pick<VoteRow, 'login' | 'verdict' | 'state' | 'digest'>[]
  readonly threads: readonly BlockingThread[]
  readonly words: Words['words']
  readonly delivered?: Delivered | undefined
}

/** The facts that the evaluator looks at, for this viewer. */
export function factsOf(
  ctx: Pick<Ctx, 'viewer' | 'now'>,
  row: Pick<RequestRow, 'createdAt' | 'decideBy' | 'kind' | 'state' | 'requestedBy'>,
  subject: Judged,
  { votes, threads, words, delivered }: Gathered,
): Facts {
  const { group, resource, name } = subject.permission
  return {
    now: ctx.now.getTime(),
    createdAt: row.createdAt.getTime(),
    decideBy: row.decideBy?.getTime(),
    threads,
    viewer: { login: ctx.viewer.login, kind: ctx.viewer.kind },
    kind: row.kind,
    state: row.state,
    requestedBy: row.requestedBy,
    resource: `${resource}.${group} ${name ?? ''}`.trim(),
    policy: subject.policy,
    participants: subject.participants,
    evaluation: subject.evaluation,
    digest: subject.digest,
    sources: subject.sources,
    contributors: subject.contributors,
    votes: votes.map(({ login, verdict, state, digest }) => ({ login, verdict, digest, state: standsOn(subject, state, digest) })),
    guardian: words,
    delivered,
  }
}

/** A vote on an older meaning no longer counts, also before the worker has written its lapse. */
const standsOn = (subject: Judged, state: VoteRow['state'], digest: string): VoteRow['state'] =>
  state === 'counted' && subject.digest.ok && subject.digest.digest !== digest ? 'lapsed' : state

/** Where a sealed decision stands, as the merge permit looks at it. */
export function deliveredOf(from: {
  readonly subject: Subject
  readonly decision: DecisionRow
  readonly delivery: DeliveryRow | undefined
  readonly votes: readonly VoteRow[]
  readonly mergeAsked: boolean
  readonly branchProblem?: string | undefined
}): Delivered {
  const { decision, delivery } = from
  return {
    outcome: decision.outcome,
    approvers: decision.approvers,
    sealedAt: decision.sealedAt.getTime(),
    proposed: typeof delivery?.commit === 'string',
    merged: typeof delivery?.mergeCommit === 'string',
    mergeAsked: from.mergeAsked,
    broken: from.branchProblem ?? movedSince(from),
  }
}

/** Why an approval no longer holds before its merge (decisions.md 11). A denial holds whatever moves. */
function movedSince({
  subject,
  decision,
  votes,
}: {
  readonly subject: Subject
  readonly decision: DecisionRow
  readonly votes: readonly VoteRow[]
}): string | undefined {
  if (decision.outcome === 'Rejected') return undefined
  const lapsed = votes.find((vote) => vote.state === 'lapsed' && vote.digest === decision.digest)
  if (lapsed !== undefined)
    return `Merging is refused: ${lapsed.cause ?? 'the meaning changed'}, so the approval no longer holds. File a new request.`
  if (subject.evaluation.state === 'missing') return `Merging is closed: ${subject.evaluation.why}`
  if (!subject.digest.ok) return `Merging is closed: ${subject.digest.problem}`
  if (subject.digest.digest === decision.digest) return undefined
  return 'Merging is refused: what was approved has changed since (policy, evaluation or request), so the approval no longer holds. File a new request.'
}
