import 'server-only'
import { z } from 'zod'
import { admissionSubject } from '#lib/approval/sentence.ts'
import type { Queue, QueueRow, Turn } from '#lib/approval/view.ts'
import { type Seen, seeAll } from '#server/approval/read.ts'
import { closedRequests, openRequests, type RequestRow } from '#server/approval/repo.ts'
import { readSubject } from '#server/approval/subject.ts'
import { discoverRequests } from '#server/approval/sync.ts'
import type { Ctx } from '#server/context.ts'
import { causeText, log } from '#server/log.ts'
import { query } from '#server/verb.ts'

const DECIDED_MAX = 200

export const ListRequests = z.object({ view: z.enum(['yours', 'others', 'decided']).optional() })

/** The inbox of the viewer: whose turn it is comes from the evaluator that will accept the vote. Without `view`, every row. */
export const listRequests = query({
  name: 'approval.list',
  input: ListRequests,
  needs: () => ({ signedIn: true }),
  machine: true,
  async run(ctx, { view }): Promise<Queue> {
    await discoverRequests(ctx)
    const [open, closed] = await Promise.all([openRequests(ctx.db), closedRequests(ctx.db, DECIDED_MAX)])
    const wanted = view === undefined || view === 'decided' ? [...open, ...closed] : open
    const seen = await seeAll(ctx, await readable(ctx, wanted))
    const rows = seen.map(queueRow).toSorted(byUrgency)
    const counts: Record<Turn, number> = { yours: 0, others: 0, decided: closed.length }
    for (const row of rows) if (row.turn !== 'decided') counts[row.turn] += 1
    return {
      rows: view === undefined ? rows : rows.filter((row) => row.turn === view),
      counts,
      order: view === 'decided' ? 'newest decision first.' : 'high risk first, then the nearer deadline, then the older request.',
    }
  },
})

/** One unreadable request is logged and left out by name; it never empties the inbox. */
async function readable(ctx: Ctx, rows: readonly RequestRow[]) {
  const read = await Promise.all(
    rows.map(async (row) => {
      try {
        return { row, subject: await readSubject(ctx, row) }
      } catch (error) {
        log.warn('approval.unreadable', { request: row.id, name: row.name, error: causeText(error) })
        return undefined
      }
    }),
  )
  return read.filter((one) => one !== undefined)
}

function queueRow({ row, subject, facts, now, decision }: Seen): QueueRow {
  const { admission, participants, evaluation } = subject
  const sealed = decision === undefined ? '' : ` Sealed by ${decision.sealedBy}.`
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    subject: admission === undefined ? (subject.stored.title ?? row.name) : admissionSubject(admission.rar, participants),
    parties: now.parties.map((party) => party.domain),
    risk: admission?.status.evaluation?.riskTier ?? (evaluation.state === 'present' ? evaluation.tier : 'Unknown'),
    state: row.state,
    turn: now.turn,
    reason: `${now.reason}${facts.state === 'open' ? '' : sealed}`,
    requestedBy: row.requestedBy,
    createdAt: row.createdAt.toISOString(),
    decideBy: row.decideBy?.toISOString(),
    votes: { given: now.overall.given, needed: now.parties.reduce((sum, party) => sum + party.needed, 0) },
  }
}

const RISK = { High: 0, Unknown: 1, Low: 2 } as const

function byUrgency(a: QueueRow, b: QueueRow): number {
  const decided = Number(a.turn === 'decided') - Number(b.turn === 'decided')
  if (decided !== 0) return decided
  if (a.turn === 'decided') return 0
  const due = (row: QueueRow): string => row.decideBy ?? '9999'
  return RISK[a.risk] - RISK[b.risk] || compare(due(a), due(b)) || compare(a.createdAt, b.createdAt) || compare(a.id, b.id)
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
