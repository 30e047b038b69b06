import 'server-only'
import { setTimeout as pause } from 'node:timers/promises'
import { AppError } from '#lib/error.ts'
import { objectTopic } from '#lib/live/topic.ts'
import { monthsNeeded, monthsOver } from '#lib/recorder/months.ts'
import type { Database, Term } from '#server/adapter/db/client.ts'
import type { Seen } from '#lib/recorder/record.ts'
import type { World } from '#server/context.ts'
import { causeText, log } from '#server/log.ts'
import { backoff } from '#server/outbox/backoff.ts'
import { createIntake, type Intake } from '#server/recorder/intake.ts'
import { createQueue, type Item, type Queue } from '#server/recorder/queue.ts'
import { beginTerm, dropMonth, makeMonths, monthsKept, newestAt } from '#server/recorder/repo.ts'
import { type Desk, writeListing, writeSights, writeVouches } from '#server/recorder/write.ts'

const QUEUE_ITEMS = 20_000
const QUEUE_CHARACTERS = 64 * 1024 * 1024
const BATCH_ITEMS = 500
const BATCH_CHARACTERS = 4 * 1024 * 1024
/** Milliseconds between two vouches, and between two looks at the months. */
const VOUCH_MS = 5_000
const MONTHS_MS = 3_600_000
const IDLE_MS = 1_000
const RETRY_MAX_MS = 2_000
/** Of a flood only the list of everything is told: each object's page heard of its change from the cluster. */
const TOLD_MAX = 50

export type RecorderSettings = { readonly retentionDays?: number | undefined; readonly queueItems?: number }
type Recording = Desk & {
  readonly notify: Database['notify']
  readonly queue: Queue
  readonly intake: Intake
  readonly retentionDays: number | undefined
  readonly now: () => Date
}
type Over = () => boolean

/**
 * Records the cluster for as long as this process leads: ends when the term is lost, or when `stop` fires and what was seen is written.
 * Never ends by an error of the database: it tries again, and compares what it missed.
 */
export async function keepRecord(
  { database, kube }: Pick<World, 'database' | 'kube'>,
  term: Pick<Term, 'lost'>,
  stop: AbortSignal,
  { retentionDays, queueItems = QUEUE_ITEMS }: RecorderSettings = {},
): Promise<void> {
  const { db } = database
  const { cluster } = kube
  const isLost: Over = () => term.lost.aborted
  const isOver: Over = () => isLost() || stop.aborted
  const begun = await retried(isOver, async () => ({ term: await beginTerm(db, cluster), newest: await newestAt(db) }))
  if (begun === undefined) return
  let last = begun.newest
  let wake = (): void => {}
  const queue = createQueue(queueItems, QUEUE_CHARACTERS)
  const now = (): number => (last = Math.max(last, database.now().getTime()))
  const intake = createIntake({ kube, now, queue, arrived: () => wake() })
  for (const signal of [term.lost, stop]) signal.addEventListener('abort', () => wake(), { once: true })
  log.info('recorder.records', { cluster, term: begun.term })
  try {
    const recording = { db, notify: database.notify, cluster, term: begun.term, queue, intake, retentionDays, now: database.now }
    await keepMonths(recording).catch((error: unknown) => log.warn('recorder.months', { error: causeText(error) }))
    intake.begin()
    await work(recording, { isOver, isLost, arrival: () => new Promise((resolve) => (wake = resolve)) })
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'conflict')) throw error
    log.warn('recorder.term-over', { cluster })
  } finally {
    intake.stop()
  }
}

type Turns = { readonly isOver: Over; readonly isLost: Over; readonly arrival: () => Promise<void> }

async function work(recording: Recording, { isOver, isLost, arrival }: Turns): Promise<void> {
  const { queue, intake } = recording
  let vouchedAt = 0
  let monthsAt = performance.now()
  while (!isOver()) {
    if (queue.length() === 0) await Promise.race([arrival(), pause(IDLE_MS)])
    await retried(isLost, () => writeQueue(recording, isLost))
    if (intake.paused() && !isOver()) intake.begin()
    if (performance.now() - vouchedAt > VOUCH_MS) {
      await retried(isLost, () => vouchNow(recording))
      vouchedAt = performance.now()
    }
    if (performance.now() - monthsAt > MONTHS_MS) {
      monthsAt = performance.now()
      await retried(isLost, () => keepMonths(recording))
    }
  }
  if (isLost()) return
  try {
    await writeQueue(recording, isLost)
    await vouchNow(recording)
  } catch (error) {
    // The next recorder compares, and says from when on nobody watched.
    log.warn('recorder.ended-early', { error: causeText(error) })
  }
}

/** Everything that is in the queue now, batch after batch; what was written is taken out of it. */
async function writeQueue(recording: Recording, isLost: Over): Promise<void> {
  const { queue } = recording
  for (let left = queue.length(); left > 0 && !isLost();) {
    const items = queue.first(Math.min(left, BATCH_ITEMS), BATCH_CHARACTERS)
    if (items.length === 0) return
    const [first] = items
    await writeOrPart(recording, items)
    // The queue may have been emptied meanwhile, for want of room: then these are not in it any more.
    if (queue.first(1, 0)[0] === first) queue.drop(items.length)
    left -= items.length
  }
}

/** What the database does not take for its content must not hold up what comes after it: it is written as a gap. */
async function writeOrPart(recording: Recording, items: readonly Item[]): Promise<void> {
  try {
    await write(recording, items)
  } catch (error) {
    const [item] = items
    if (!isContent(error) || item === undefined || item.type === 'listing') throw error
    if (items.length > 1) for (const each of items) await writeOrPart(recording, [each])
    else if (item.type === 'seen') {
      const { group, kind, name, at } = item.seen
      log.error('recorder.refused', { group, kind, name, error: causeText(error) })
      await writeSights(recording, [], [{ group, kind, since: at, until: at }])
    }
  }
}

/** SQLSTATE of values and of limits: no other try will go better. */
function isContent(error: unknown): boolean {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth += 1)
    if ('code' in cause && typeof cause.code === 'string' && /^(22|54)/.test(cause.code)) return true
  return false
}

async function write(recording: Recording, items: readonly Item[]): Promise<void> {
  const listing = items.flatMap((item) => (item.type === 'listing' ? [item.listing] : []))
  for (const each of listing) await writeListing(recording, each)
  const sights = items.flatMap((item) => (item.type === 'seen' ? [item.seen] : []))
  const gaps = items.flatMap((item) => (item.type === 'gap' ? [item.gap] : []))
  if (sights.length === 0 && gaps.length === 0) return
  const rows = await writeSights(recording, sights, gaps)
  if (rows > 0) await tellPages(recording, sights)
}

/** A page that was told of a change by the cluster may have read the record before the change was in it. */
async function tellPages({ db, notify }: Recording, sights: readonly Seen[]): Promise<void> {
  const topics = new Set(sights.map(objectTopic))
  try {
    for (const topic of topics.size > TOLD_MAX ? [] : topics) await notify(db, 'vortex_changed', topic)
    await notify(db, 'vortex_changed', 'history')
  } catch (error) {
    log.warn('recorder.not-told', { error: causeText(error) })
  }
}

/** What is in the queue is not written yet, so it is not vouched for. */
async function vouchNow(recording: Recording): Promise<void> {
  const { intake, queue } = recording
  if (queue.length() === 0 && !intake.paused()) await writeVouches(recording, intake.vouches())
}

async function keepMonths({ db, retentionDays, now }: Recording): Promise<void> {
  await makeMonths(db, monthsNeeded(now(), now()))
  if (retentionDays === undefined) return
  for (const name of monthsOver(await monthsKept(db), now(), retentionDays)) {
    await dropMonth(db, name)
    log.info('recorder.month-dropped', { name })
  }
}

/** Tries until it is done or over; a term that another one took is over. */
async function retried<T>(isOver: Over, run: () => Promise<T>): Promise<T | undefined> {
  for (let failures = 1; !isOver(); failures += 1) {
    try {
      return await run()
    } catch (error) {
      if (error instanceof AppError && error.code === 'conflict') throw error
      log.warn('recorder.not-written', { failures, error: causeText(error) })
      await pause(Math.min(backoff(failures), RETRY_MAX_MS))
    }
  }
  return undefined
}
