import 'server-only'
import { z } from 'zod'
import { isRestricted } from '#lib/access/level.ts'
import { AppError } from '#lib/error.ts'
import { conditionEvents } from '#lib/history/condition-events.ts'
import type { HistoryEntry, HistoryEvent, HistoryPage } from '#lib/history/event.ts'
import { mergeEvents, olderThan, orderOf } from '#lib/history/merge.ts'
import { redactEvent } from '#lib/history/redact.ts'
import type { Ctx } from '#server/context.ts'
import { arrivedEvent } from '#server/history/audit-events.ts'
import { commitEvent } from '#server/history/git-events.ts'
import { ledgerEvent } from '#server/history/ledger-events.ts'
import { tried } from '#server/history/object-history.ts'
import { createScene, type Scene } from '#server/history/scene.ts'
import { ledgerRows } from '#server/history/repo.ts'
import { recordedEvent } from '#server/history/recorded-events.ts'
import { changesWithin, type Position } from '#server/history/repo-recorded.ts'
import { query } from '#server/verb.ts'

const PAGE = 50
/** One round reads so many of each source; a filter that matches little goes on for at most so many rounds. */
const ROUND = 100
const ROUNDS_MAX = 6
const SUBJECTS_MAX = 8
/** Transactions may end in another order than their ids were given, so so many rows are looked at again; none is shown twice. */
const OVERLAP = 50n

const word = z.string().trim().max(253).optional()

const Input = z.object({
  source: z.enum(['Ledger', 'Git', 'Guardian', 'Recorder', 'Cluster']).optional().catch(undefined),
  who: word,
  q: word,
  /** Time and id of the last one shown, and the positions reached in the sources that are read by number. */
  after: z
    .string()
    .regex(/^[^~]+~[^~]*~\d*~\d*(~(\d+\.\d+)?)?$/)
    .optional()
    .catch(undefined),
})

type Filter = z.output<typeof Input>

/** Where reading stands: everything newer was looked at. */
type Cursor = {
  readonly at: string
  readonly id: string
  readonly seq: number | undefined
  readonly auditId: string | undefined
  readonly recorded: string | undefined
}

/** What happened anywhere, newest first, out of all sources, by pages. Filters apply to what the viewer may read. */
export const listHistory = query({
  name: 'history.list',
  input: Input,
  needs: () => ({ signedIn: true }),
  machine: true,
  async run(ctx, filter): Promise<HistoryPage> {
    const scene = await createScene(ctx)
    const entries: HistoryEntry[] = []
    let cursor: Cursor | undefined = parseCursor(filter.after)
    let problems: HistoryPage['problems'] = []
    const page = (next: string | undefined, searchedTo?: string): HistoryPage => ({
      entries,
      next,
      searchedTo,
      problems,
      levelProblem: scene.levelProblem(),
    })
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      const read = await readRound(scene, cursor, filter)
      problems = read.problems
      // Asked together: each level is one question to Guardian, and asked once.
      await Promise.all(read.events.map((event) => scene.levelOfEvent(event)))
      for (const event of read.events) {
        cursor = advance(cursor, event)
        const entry = redactEvent(placed(event, ctx), await scene.levelOfEvent(event))
        if (matches(entry, filter)) entries.push({ ...entry, subjects: firstOf(entry.subjects) })
        if (entries.length === PAGE) return page(textOf(cursor))
      }
      if (read.ended) return page(undefined)
    }
    return page(cursor && textOf(cursor), cursor?.at)
  },
})

type Round = {
  readonly events: readonly HistoryEvent[]
  readonly ended: boolean
  readonly problems: HistoryPage['problems']
}

/** The next events of every source. Only those count that are newer than the oldest of a source with more to give. */
async function readRound(scene: Scene, cursor: Cursor | undefined, { source }: Filter): Promise<Round> {
  const { ctx } = scene
  const wanted = <T extends HistoryEvent['source']>(name: T, read: () => Promise<readonly HistoryEvent[]>) =>
    source === undefined || source === name ? tried(name, read) : Promise.resolve({ events: [], problem: undefined })
  const reads = await Promise.all([
    wanted('Ledger', async () =>
      (await ledgerRows(ctx.db, { before: cursor?.seq }, ROUND)).map((row) => ledgerEvent(row, ctx.kube.cluster)),
    ),
    wanted('Git', () => readGit(scene, cursor)),
    wanted('Guardian', () => readAudit(scene, cursor)),
    wanted('Recorder', async () => (await changesWithin(ctx.db, { before: positionOf(cursor?.recorded) }, ROUND)).map(recordedEvent)),
    wanted('Cluster', async () => clusterEvents(ctx)),
  ])
  // A full page may go on below its oldest: what is older than that must wait for the next round.
  const floor = reads
    .slice(0, 4)
    .flatMap(({ events }) => (events.length >= ROUND ? lastOf(events) : []))
    .toSorted()
    .at(-1)
  const merged = mergeEvents(...reads.map(({ events }) => events))
  const rest = cursor === undefined ? merged : olderThan(merged, cursor)
  const events = floor === undefined ? rest : rest.filter((event) => orderOf(event) >= floor)
  return {
    events,

    ended: floor === undefined || events.length === 0,
    problems: reads.flatMap(({ problem }) => problem ?? []),
  }
}

const lastOf = (events: readonly HistoryEvent[]): readonly string[] => events.slice(-1).map(orderOf)

async function readGit(scene: Scene, cursor: Cursor | undefined): Promise<readonly HistoryEvent[]> {
  const until = cursor && new Date(cursor.at)
  const changes = await scene.ctx.git.log({ limit: ROUND, ...(until !== undefined && { until }) })
  return Promise.all(changes.map((change) => commitEvent(scene, change)))
}

async function readAudit(scene: Scene, cursor: Cursor | undefined): Promise<readonly HistoryEvent[]> {
  const { audit } = scene.ctx
  if (audit.age().state === 'off') throw new AppError('unavailable', 'The audit source is not connected.')
  const rows = await audit.page({
    limit: ROUND,
    ...(cursor?.auditId !== undefined && { beforeId: String(BigInt(cursor.auditId) + OVERLAP) }),
  })
  return rows.map((row) => arrivedEvent(scene, row))
}

const clusterEvents = ({ clusters }: Ctx): readonly HistoryEvent[] =>
  clusters.flatMap((kube) =>
    kube.servedKinds().flatMap(({ group, kind }) => {
      const all = kube.listKind(group, kind)
      return all.state === 'down' ? [] : all.value.flatMap((object) => conditionEvents(kube.cluster, object))
    }),
  )

const includes = (text: string, part: string): boolean => text.toLowerCase().includes(part.toLowerCase())

/** What a viewer may not read does not match either: a filter must not tell what a marker hides. */
function matches(entry: HistoryEntry, { who, q }: Filter): boolean {
  if (who && (isRestricted(entry.who) || !includes(entry.who, who))) return false
  if (!q) return true
  const texts = [entry.who, entry.what, entry.why, entry.commit].flatMap((shown) => (typeof shown === 'string' ? [shown] : []))
  return [...texts, ...entry.subjects.map(({ text }) => text)].some((text) => includes(text, q))
}

/** What another cluster holds says so: two of them may hold one name. */
function placed(event: HistoryEvent, { clusters }: Ctx): HistoryEvent {
  if (clusters.length === 1) return event
  const subjects = event.subjects.map(({ text, ref }) => {
    const isElsewhere = ref !== undefined && ref.cluster !== clusters[0].cluster
    return { text: isElsewhere ? `${text} in ${ref.cluster}` : text, ref }
  })
  return { ...event, subjects }
}

/** All subjects counted for the level; only some are drawn. */
const firstOf = (subjects: HistoryEntry['subjects']): HistoryEntry['subjects'] =>
  subjects.length <= SUBJECTS_MAX
    ? subjects
    : [...subjects.slice(0, SUBJECTS_MAX), { text: `and ${subjects.length - SUBJECTS_MAX} more`, ref: undefined }]

const advance = (cursor: Cursor | undefined, event: HistoryEvent): Cursor => ({
  at: orderOf(event),
  id: event.id,
  seq: event.ledgerSeq ?? cursor?.seq,
  auditId: event.audit ?? cursor?.auditId,
  recorded: event.recorded ?? cursor?.recorded,
})

function parseCursor(text: string | undefined): Cursor | undefined {
  const [at, id, seq, auditId, recorded] = text?.split('~') ?? []
  if (at === undefined || id === undefined) return undefined
  return {
    at,
    id: decodeURIComponent(id),
    seq: seq ? Number(seq) : undefined,
    auditId: auditId || undefined,
    recorded: recorded || undefined,
  }
}

const textOf = ({ at, id, seq, auditId, recorded }: Cursor): string =>
  `${at}~${encodeURIComponent(id)}~${seq ?? ''}~${auditId ?? ''}~${recorded ?? ''}`

function positionOf(recorded: string | undefined): Position | undefined {
  const [at, seq] = recorded?.split('.') ?? []
  return at === undefined || seq === undefined ? undefined : { at: new Date(Number(at)), seq: Number(seq) }
}
