import 'server-only'
import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { createTeller } from '#server/approval/tell-people.ts'
import { syncRequests } from '#server/approval/sync.ts'
import type { Term } from '#server/adapter/db/client.ts'
import type { Ctx, World } from '#server/context.ts'
import { follow } from '#server/delivery/follow.ts'
import { keepMirror } from '#server/delivery/keep-mirror.ts'
import { openDeliveries } from '#server/delivery/repo.ts'
import { backoff } from '#server/outbox/backoff.ts'
import { drain } from '#server/outbox/drain.ts'
import { dueAt, releaseWork } from '#server/outbox/queue.ts'
import { isBuiltIn } from '#lib/kube/built-in.ts'
import { SYSTEM } from '#lib/access/viewer.ts'
import { causeText, log } from '#server/log.ts'
import { keepRecord, type RecorderSettings } from '#server/recorder/recorder.ts'

/** Milliseconds between looks: with deliveries on their way, and with none. */
const BUSY_MS = 2_000
const IDLE_MS = 10_000
const SYNC_MS = 300
/** How often a process that does not lead asks whether it may: what a killed leader left waits no longer. */
const LEADER_MS = 2_000
/** A burst of cluster changes is one look. */
const SETTLE_MS = 100

type Chore = {
  readonly name: string
  /** Least milliseconds between two runs, so that a busy cluster does not keep the loop turning. */
  readonly pause: number
  readonly run: (world: World) => Promise<void>
  failures: number
  notBefore: number
  /** It was its turn and its pause was not over: it must not wait for the next bell. */
  held: boolean
}
type Bell = {
  readonly ring: () => void
  readonly wait: (atMost: number) => Promise<void>
  readonly close: () => void
  readonly closed: () => boolean
}

/**
 * Starts the background work of one process: finds requests, does the outbox, follows deliveries. Only the process that
 * holds the leadership works (decisions.md 21). Never ends by an error; each chore that fails backs off by itself.
 */
export async function startWorker(world: World, recorder: RecorderSettings = {}): Promise<() => Promise<void>> {
  const bell = createBell()
  const deaf = await world.database.listen('vortex_outbox', bell.ring)
  // A vote is somebody's next turn: whoever it is should hear of it at once, not at the next look.
  const heedless = await world.database.listen('vortex_changed', (topic) => topic.startsWith('approval:') && bell.ring())
  const unsubscribe = world.kube.subscribe(({ kind }) => {
    // Nothing waits for a lease that somebody happens to look at.
    if (!isBuiltIn(kind)) bell.ring()
  })
  const leaveMirror = keepMirror(world)
  const running = lead(world, bell, recorder)
  return async () => {
    bell.close()
    unsubscribe()
    await deaf().catch(() => {})
    await heedless().catch(() => {})
    await Promise.all([running, leaveMirror()])
  }
}

async function lead(world: World, bell: Bell, recorder: RecorderSettings): Promise<void> {
  while (!bell.closed()) {
    try {
      await world.database.withLeadership('worker', (term) => workAndRecord(fenced(world, term), bell, term, recorder))
    } catch (error) {
      log.error('worker.leadership', { error: causeText(error) })
    }
    if (!bell.closed()) await bell.wait(LEADER_MS)
  }
}

/** What leaves the process asks first whether it still leads, so that a leader that was cut off pushes nothing behind the next one's back. */
function fenced(world: World, { hold }: Term): World {
  const { createBranch, advanceMain } = world.git
  return {
    ...world,
    git: {
      ...world.git,
      createBranch: async (...args) => (await hold(), createBranch(...args)),
      advanceMain: async (...args) => (await hold(), advanceMain(...args)),
    },
  }
}

/** The record is kept beside the chores, and ends with them: what was seen until then is written. */
async function workAndRecord(world: World, bell: Bell, term: Term, settings: RecorderSettings): Promise<void> {
  const end = new AbortController()
  const { database, clusters } = world
  const recording = clusters.map((kube) =>
    keepRecord({ database, kube }, term, end.signal, settings).catch((error: unknown) => {
      log.error('worker.recorder', { cluster: kube.cluster, error: causeText(error) })
    }),
  )
  try {
    await work(world, bell, term)
  } finally {
    end.abort()
    await Promise.all(recording)
  }
}

async function work(world: World, bell: Bell, term: Term): Promise<void> {
  log.info('worker.leads')
  const over = (): boolean => bell.closed() || term.lost.aborted
  term.lost.addEventListener('abort', bell.ring, { once: true })
  // A sealed decision waits for nothing else, so its delivery comes first.
  const chores: readonly Chore[] = [
    chore('drain', 0, (here) => drain(here, over)),
    chore('sync', SYNC_MS, (here) => syncRequests(systemCtx(here))),
    chore('follow', BUSY_MS, follow),
    chore('tell', BUSY_MS, beside(createTeller())),
  ]
  await releaseWork(world.database.db)
  while (!over()) {
    for (const chore of chores) if (!over()) await attempt(world, chore)
    if (over()) return
    // A database that is gone took the leadership with it: leave, and ask for it anew.
    await term.hold()
    await bell.wait(await restFor(world, chores))
  }
}

const chore = (name: string, pauseMs: number, run: Chore['run']): Chore => ({
  name,
  pause: pauseMs,
  run,
  failures: 0,
  notBefore: 0,
  held: false,
})

/** Goes on while the other chores take their turns; what failed is said at its next turn. */
function beside(run: Chore['run']): Chore['run'] {
  let running: Promise<void> | undefined
  let failure: { readonly error: unknown } | undefined
  return async (world) => {
    const failed = failure
    failure = undefined
    if (failed !== undefined) throw failed.error
    running ??= run(world)
      .catch((error: unknown) => {
        failure = { error }
      })
      .finally(() => {
        running = undefined
      })
  }
}

async function attempt(world: World, chore: Chore): Promise<void> {
  chore.held = performance.now() < chore.notBefore
  if (chore.held) return
  try {
    await chore.run(world)
    chore.failures = 0
    chore.notBefore = performance.now() + chore.pause
  } catch (error) {
    chore.failures += 1
    const wait = Math.min(backoff(chore.failures), IDLE_MS)
    chore.notBefore = performance.now() + wait
    chore.held = true
    log.warn('worker.chore', { chore: chore.name, failures: chore.failures, wait, error: causeText(error) })
  }
}

/** Until the next look: the next row that is due, or the first chore that was held back. */
async function restFor(world: World, chores: readonly Chore[]): Promise<number> {
  const [open, due] = await Promise.all([openDeliveries(world.database.db), dueAt(world.database.db)])
  const calm = open.length > 0 ? BUSY_MS : IDLE_MS
  if (due === 0) return SETTLE_MS
  const later = chores.flatMap(({ held, notBefore }) => (held ? [notBefore - performance.now()] : []))
  // A pause that ended while the other chores worked is over: nothing is left to wait for.
  return Math.max(SETTLE_MS, Math.min(calm, ...later, ...(due === undefined ? [] : [due])))
}

/** Wakes the loop early; rings while it works are remembered. */
function createBell(): Bell {
  let rung = false
  let ended = false
  let wake: (() => void) | undefined
  const ring = (): void => {
    rung = true
    wake?.()
  }
  return {
    ring,
    closed: () => ended,
    close: () => {
      ended = true
      ring()
    },
    async wait(atMost) {
      if (!rung && !ended) {
        const timer = new AbortController()
        await Promise.race([
          pause(atMost, undefined, { signal: timer.signal }).catch(() => {}),
          new Promise<void>((resolve) => void (wake = resolve)),
        ])
        timer.abort()
        wake = undefined
      }
      if (rung && !ended) await pause(SETTLE_MS)
      rung = false
    },
  }
}

/** The worker as a caller of verbs' parts: nobody's person, its own connection. */
const systemCtx = (world: World): Ctx => ({
  ...world,
  viewer: SYSTEM,
  requestId: `worker-${randomUUID()}`,
  now: world.database.now(),
  db: world.database.db,
})
