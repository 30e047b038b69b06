import 'server-only'
import { z } from 'zod'
import type { Queue, QueueRow, QueueTab } from '#lib/approval/view.ts'
import { AppError } from '#lib/error.ts'
import { keepLine } from '#server/approval/line.ts'
import {
  closedCounts,
  type ClosedCursor,
  closedLines,
  type ClosedView,
  countClosed,
  type LineFilter,
  type LineRow,
} from '#server/approval/repo-line.ts'
import { compareKeys, type OpenRow, openQueue, type Urgency, urgencyOf } from '#server/approval/open-queue.ts'
import { loadRequest, votesOf } from '#server/approval/repo.ts'
import { policyNow, readSubject } from '#server/approval/subject.ts'
import { discoverRequests } from '#server/approval/sync.ts'
import type { Ctx } from '#server/context.ts'
import { causeText, log } from '#server/log.ts'
import { query } from '#server/verb.ts'

const PAGE = 50
/** After a burst the worker takes in the rest; a page must not wait for all of it. */
const TAKEN_IN_MAX = 64

const word = z
  .string()
  .trim()
  .max(253)
  .transform((text) => (text === '' ? undefined : text))
  .optional()

export const ListRequests = z.object({
  view: z.enum(['yours', 'others', 'decided', 'expired', 'automatic']).optional(),
  state: z.enum(['approved', 'denied', 'withdrawn', 'expired']).optional(),
  risk: z.enum(['High', 'Low', 'Unknown']).optional(),
  kind: z.enum(['admission', 'profile', 'policy', 'undo']).optional(),
  domain: word,
  /** Who asked for it, or whose vote was sealed. */
  person: word,
  /** Part of name, subject, party, person, risk or kind. */
  q: word,
  /** Where the page before ended. */
  after: z.string().max(1_000).optional(),
})

type Wanted = LineFilter & { readonly view: QueueTab | undefined; readonly after: string | undefined }

/** The inbox of the viewer by pages: whose turn it is comes from the evaluator that will accept the vote. Without `view`, every open request. */
export const listRequests = query({
  name: 'approval.list',
  input: ListRequests,
  needs: () => ({ signedIn: true }),
  machine: true,
  async run(ctx, { q, view, after, ...filter }): Promise<Queue> {
    await discoverRequests(ctx, TAKEN_IN_MAX)
    const wanted: Wanted = { ...filter, text: q, view, after }
    const [open, closed, loaded] = await Promise.all([openQueue(ctx), closedCounts(ctx.db), policyNow(ctx)])
    const yours = open.filter((row) => row.turn === 'yours').length
    const counts = { yours, others: open.length - yours, ...closed }
    const domains = loaded.ok ? Object.keys(loaded.policy.domains).toSorted() : []
    const page = isClosed(view) ? await closedPage(ctx, view, wanted) : openPage(open, wanted)
    return { ...page, counts, domains }
  },
})

const isClosed = (view: QueueTab | undefined): view is ClosedView => view === 'decided' || view === 'expired' || view === 'automatic'

type Page = Pick<Queue, 'rows' | 'matching' | 'next' | 'order'>

function openPage(open: readonly OpenRow[], wanted: Wanted): Page {
  const matching = open.filter((row) => matches(row, wanted))
  const after = wanted.after === undefined ? undefined : urgencyFrom(wanted.after)
  const rest = after === undefined ? matching : matching.filter((row) => compareKeys(urgencyOf(row), after) > 0)
  const rows = rest.slice(0, PAGE)
  const last = rows.at(-1)
  return {
    rows: rows.map(shownOf),
    matching: matching.length,
    next: last !== undefined && rest.length > PAGE ? JSON.stringify(urgencyOf(last)) : undefined,
    order: 'high risk first, then the nearer deadline, then the larger reach, then the older request.',
  }
}

/** What is sent: names and text that only the filter looks through stay here. */
const shownOf = (row: OpenRow): QueueRow => {
  const { people: _people, search: _search, ...shown } = row
  return shown
}

const matches = (row: OpenRow, { view, state, risk, kind, domain, person, text }: Wanted): boolean =>
  (view === undefined || row.turn === view) &&
  (state === undefined || row.state === state) &&
  (risk === undefined || row.risk === risk) &&
  (kind === undefined || row.kind === kind) &&
  (domain === undefined || row.parties.includes(domain)) &&
  (person === undefined || row.people.includes(person)) &&
  (text === undefined || row.search.includes(text.toLowerCase()) || row.reason.toLowerCase().includes(text.toLowerCase()))

async function closedPage(ctx: Ctx, view: ClosedView, filter: Wanted): Promise<Page> {
  const { after } = filter
  const cursor = after === undefined ? undefined : cursorFrom(after)
  const [found, matching] = await Promise.all([
    closedLines(ctx.db, view, filter, { after: cursor, limit: PAGE + 1 }),
    countClosed(ctx.db, view, filter),
  ])
  const shown = found.slice(0, PAGE)
  const last = shown.at(-1)
  const lines = await Promise.all(shown.map(async ({ line }) => (line.title === null ? firstRead(ctx, line) : line)))
  const votes = Map.groupBy(
    (
      await votesOf(
        ctx.db,
        lines.map((line) => line.requestId),
      )
    ).filter((vote) => vote.state === 'counted'),
    (vote) => vote.requestId,
  )
  return {
    rows: lines.map((line) => closedRow(line, votes.get(line.requestId)?.length ?? 0)),
    matching,
    next: last !== undefined && found.length > PAGE ? JSON.stringify([last.at, last.line.requestId]) : undefined,
    order: 'newest first.',
  }
}

/** Closed before this portal kept lines, or decided elsewhere before it was seen: read once, then kept. */
async function firstRead(ctx: Ctx, line: LineRow): Promise<LineRow> {
  try {
    const row = await loadRequest(ctx.db, line.requestId)
    return row === undefined ? line : { ...line, ...(await keepLine(ctx, row, await readSubject(ctx, row))) }
  } catch (error) {
    log.warn('approval.unreadable', { request: line.requestId, name: line.name, error: causeText(error) })
    return line
  }
}

const closedRow = (line: LineRow, given: number): QueueRow => ({
  id: line.requestId,
  kind: line.kind,
  name: line.name,
  subject: line.title ?? line.name,
  parties: line.parties,
  risk: line.risk,
  state: line.state,
  turn: 'decided',
  reason: `This request is ${line.state}.${line.sealedBy === null ? '' : ` Sealed by ${line.sealedBy}.`}`,
  requestedBy: line.requestedBy,
  createdAt: line.createdAt.toISOString(),
  decideBy: line.decideBy?.toISOString(),
  votes: { given, needed: line.needed },
  reach: line.reach,
})

const UrgencyText = z.tuple([z.number(), z.string().max(40), z.number(), z.string().max(40), z.string().max(40)])
const CursorText = z.tuple([z.iso.datetime({ precision: 6 }), z.uuid()])

const urgencyFrom = (text: string): Urgency => cursorOf(UrgencyText, text)

function cursorFrom(text: string): ClosedCursor {
  const [at, id] = cursorOf(CursorText, text)
  return { at, id }
}

/** A cursor is an address that people may cut or change by hand; what is none is said, never guessed. */
function cursorOf<T>(schema: z.ZodType<T>, text: string): T {
  try {
    return schema.parse(JSON.parse(text))
  } catch (cause) {
    const message = 'This is no place in the list. Begin at its first page.'
    throw new AppError('invalid', message, { cause, fields: [{ field: 'after', message }] })
  }
}
