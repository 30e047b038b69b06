import 'server-only'
import { NEEDS_FULL } from '#lib/access/level.ts'
import { rationaleText } from '#lib/approval/rationale.ts'
import { documentPath } from '#lib/approval/paths.ts'
import type { RequestView } from '#lib/approval/view.ts'
import { readDomainBoundary, readDomainPolicy } from '#lib/domain/kinds.ts'
import { AppError } from '#lib/error.ts'
import type { GitChange } from '#server/adapter/git/git.ts'
import { decisionsBetween, type RequestRow } from '#server/approval/repo.ts'
import { atCommit } from '#server/approval/sources.ts'
import type { Subject } from '#server/approval/subject-type.ts'
import type { Ctx } from '#server/context.ts'
import { entriesOfRequest } from '#server/ledger/list.ts'
import { headOf } from '#server/policy/load.ts'

type Line = RequestView['history'][number]

const LINES_MAX = 60
const COMMITS_PER_PATH = 10
const EARLIER_MAX = 20

/**
 * What is recorded about the request and both parties, newest first: the ledger's entries of this request, the commits of its
 * document and of the parties' policies and boundaries, and earlier decisions on the same pair. `reasons` says whether rationale may be shown.
 */
export async function requestHistory(
  ctx: Ctx,
  row: RequestRow,
  subject: Subject,
  reasons: boolean,
): Promise<{ readonly lines: readonly Line[]; readonly similar: number }> {
  const [own, commits, earlier] = await Promise.all([
    ledgerLines(ctx, row),
    commitLines(ctx, row, subject),
    earlierDecisions(ctx, row, subject, reasons),
  ])
  const lines = [...own, ...commits, ...earlier].toSorted((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0))
  return { lines: lines.slice(0, LINES_MAX), similar: earlier.length }
}

const ledgerLines = async (ctx: Ctx, row: RequestRow): Promise<readonly Line[]> =>
  (await entriesOfRequest(ctx.db, row.id, LINES_MAX)).map((entry) => ({
    at: entry.at,
    who: entry.actor,
    what: entry.action,
    why: entry.cause,
    source: `Ledger ${entry.seq}`,
    commit: undefined,
  }))

async function commitLines(ctx: Ctx, row: RequestRow, subject: Subject): Promise<readonly Line[]> {
  const head = headOf(subject.loaded)
  if (head === undefined || subject.admission === undefined) return []
  const { object, objects } = subject.admission
  const names = subject.participants.map((participant) => participant.identity)
  const governing = [
    ...objects.policies.filter((one) => names.includes(readDomainPolicy(one).spec.domainIdentityRef?.name ?? '')),
    ...objects.boundaries.filter((one) => names.includes(readDomainBoundary(one).spec.domainIdentityRef?.name ?? '')),
  ]
  const paths = [object, ...governing].map((one) => documentPath(row.cluster, one))
  const found = await Promise.all(paths.map((path) => commitsOf(ctx, head, path)))
  const distinct = new Map(found.flat().map((change) => [change.commit, change]))
  return [...distinct.values()].map((change) => ({
    at: new Date(change.author.at).toISOString(),
    who: change.author.name,
    what: change.subject,
    why: undefined,
    source: 'Git',
    commit: change.commit,
  }))
}

async function commitsOf(ctx: Ctx, head: string, path: string): Promise<readonly GitChange[]> {
  try {
    return await atCommit(`log ${COMMITS_PER_PATH} ${ctx.git.url} ${head} ${path}`, () => ctx.git.log({ path, limit: COMMITS_PER_PATH }))
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return []
  }
}

async function earlierDecisions(ctx: Ctx, row: RequestRow, subject: Subject, reasons: boolean): Promise<readonly Line[]> {
  const names = subject.participants.map((participant) => participant.identity)
  if (row.kind !== 'admission' || names.length === 0) return []
  const decided = await decisionsBetween(ctx.db, names, EARLIER_MAX)
  return decided
    .filter(({ request }) => request.id !== row.id)
    .map(({ request, decision }) => ({
      at: decision.sealedAt.toISOString(),
      who: decision.approvers.join(', '),
      what: `${decision.outcome}: ${request.name}`,
      why: reasons ? rationaleText(decision.rationale) : NEEDS_FULL,
      source: 'Earlier decision',
      commit: undefined,
    }))
}
