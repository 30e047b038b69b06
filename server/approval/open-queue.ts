import 'server-only'
import { assess } from '#lib/approval/assess.ts'
import { seatsOf } from '#lib/approval/standing.ts'
import type { QueueRow, Turn } from '#lib/approval/view.ts'
import { askGuardian, factsOf } from '#server/approval/facts.ts'
import { sharedGuardian } from '#server/approval/shared-guardian.ts'
import { type LineFacts, offerLine } from '#server/approval/line.ts'
import { type LineRow, openLines } from '#server/approval/repo-line.ts'
import { blockingThreads, loadRequest, type VoteRow, votesOf } from '#server/approval/repo.ts'
import { declaredState, gitProblems } from '#server/approval/sources.ts'
import { policyNow, readSubject } from '#server/approval/subject.ts'
import type { Ctx } from '#server/context.ts'
import { causeText, log } from '#server/log.ts'

/** So many requests are read at once, and at most, where a line has not been written yet: after a burst the worker reads the rest. */
const READS_AT_ONCE = 8
const READS_MAX = 64

export type OpenRow = QueueRow & { readonly people: readonly string[]; readonly search: string; readonly turn: Turn }

/**
 * Every open request as the evaluator sees it for this viewer, most urgent first. Reads lines, votes and threads in three
 * queries and asks Guardian where the viewer is named; Git and the cluster only for a request that nobody has read before.
 */
export async function openQueue(ctx: Ctx): Promise<readonly OpenRow[]> {
  const lines = await openLines(ctx.db)
  const ids = lines.map((line) => line.requestId)
  const [votes, threads, loaded] = await Promise.all([votesOf(ctx.db, ids), blockingThreads(ctx.db, ids), policyNow(ctx)])
  const policy = loaded.ok ? ({ ok: true, policy: loaded.policy } as const) : ({ ok: false, problem: loaded.problem } as const)
  const [votesBy, threadsBy] = [Map.groupBy(votes, (vote) => vote.requestId), Map.groupBy(threads, (thread) => thread.requestId)]
  const silent = { admission: declaredState(ctx).problems, files: gitProblems(ctx) }
  const asking = { viewer: ctx.viewer, now: ctx.now, guardian: sharedGuardian(ctx.guardian) }
  const unread = new Set(lines.filter((line) => line.facts === null).slice(READS_MAX))
  const read = await inTurns(lines, async (line) => (unread.has(line) ? { line, facts: undefined, problem: COMING } : known(ctx, line)))
  const rows = await Promise.all(
    read.map(async ({ line, facts: kept, problem }: Known): Promise<OpenRow> => {
      if (kept === undefined) return unreadable(line, problem)
      const judged = { ...kept, policy, sources: line.kind === 'admission' ? silent.admission : silent.files }
      const own: readonly VoteRow[] = votesBy.get(line.requestId) ?? []
      const { words } = await askGuardian(asking, line, judged, own)
      const now = assess(factsOf(ctx, line, judged, { votes: own, threads: threadsBy.get(line.requestId) ?? [], words }))
      const needed = seatsOf(now).reduce((sum, party) => sum + party.needed, 0)
      return { ...rowOf(line), turn: now.turn, reason: now.reason, votes: { given: now.overall.given, needed } }
    }),
  )
  return rows.toSorted((a, b) => compareKeys(urgencyOf(a), urgencyOf(b)))
}

const COMING = 'It came in a moment ago and is being read.'

type Known = { readonly line: LineRow; readonly facts: LineFacts | undefined; readonly problem?: string }

/** The line with its facts; a request that nobody read yet is read now, for everybody. */
async function known(ctx: Ctx, line: LineRow): Promise<Known> {
  // safe: only line.ts writes the column, with this type
  if (line.facts !== null) return { line, facts: line.facts as LineFacts }
  try {
    const row = await loadRequest(ctx.db, line.requestId)
    if (row?.state !== 'open') return { line, facts: undefined, problem: 'It was closed a moment ago.' }
    const content = await offerLine(ctx, row, await readSubject(ctx, row))
    const search = [line.search, content.title, ...content.parties].join(' ').toLowerCase()
    return { line: { ...line, ...content, search }, facts: content.facts as LineFacts } // safe: lineOf writes them for an open request
  } catch (error) {
    log.warn('approval.unreadable', { request: line.requestId, name: line.name, error: causeText(error) })
    return { line, facts: undefined, problem: 'It cannot be read now. Open it to see why.' }
  }
}

/** In its place with the reason: one unreadable request neither empties the inbox nor disappears from it. */
const unreadable = (line: LineRow, problem = 'It cannot be read now.'): OpenRow => ({ ...rowOf(line), turn: 'others', reason: problem })

const rowOf = (line: LineRow): OpenRow => ({
  id: line.requestId,
  kind: line.kind,
  name: line.name,
  subject: line.title ?? line.name,
  parties: line.parties,
  risk: line.risk,
  state: line.state,
  turn: 'others',
  reason: '',
  requestedBy: line.requestedBy,
  createdAt: line.createdAt.toISOString(),
  decideBy: line.decideBy?.toISOString(),
  votes: { given: 0, needed: line.needed },
  reach: line.reach,
  people: line.people,
  search: line.search,
})

async function inTurns<A, B>(items: readonly A[], work: (item: A) => Promise<B>): Promise<readonly B[]> {
  const done: B[] = []
  let next = 0
  const run = async (): Promise<void> => {
    for (let at = next++; at < items.length; at = next++) done[at] = await work(items[at] as A) // safe: at < items.length
  }
  await Promise.all(Array.from({ length: READS_AT_ONCE }, run))
  return done
}

const RISK = { High: 0, Unknown: 1, Low: 2 } as const

/** What an open request is ordered by: risk tier, deadline, reach, age, and the id so that no two are equal (product.md, inbox). */
export type Urgency = readonly [risk: number, due: string, reach: number, createdAt: string, id: string]

export const urgencyOf = (row: Pick<QueueRow, 'risk' | 'decideBy' | 'reach' | 'createdAt' | 'id'>): Urgency => [
  RISK[row.risk],
  row.decideBy ?? '9999',
  -row.reach,
  row.createdAt,
  row.id,
]

export function compareKeys(a: Urgency, b: Urgency): number {
  for (const [at, one] of a.entries()) {
    const two = b[at] ?? one
    if (one < two) return -1
    if (one > two) return 1
  }
  return 0
}
