import 'server-only'
import { randomBytes } from 'node:crypto'
import { isBuiltIn } from '#lib/kube/built-in.ts'
import { refOf } from '#lib/kube/ref.ts'
import { BEAT_MS, type Beat } from '#lib/live/beat.ts'
import { familyOf, kindTopic, objectTopic, type Topic, TOPICS } from '#lib/live/topic.ts'
import { everyKind } from '#server/adapter/kube/every-kind.ts'
import { sourceAges } from '#server/health/sources.ts'
import { bindingAges } from '#server/approval/binding.ts'
import type { World } from '#server/context.ts'

import { createLog, type LiveEvent, type Missed } from '#server/live/event-log.ts'
import { createFrames, type Frames, idOf } from '#server/live/frames.ts'
import { causeText, log } from '#server/log.ts'

/** One open stream. `deliver` hears what concerns its keys; `end` is called when this process stops: who listens has to go elsewhere. */
export type Subscriber = {
  readonly keys: ReadonlySet<string>
  readonly deliver: (event: LiveEvent) => void
  readonly beat: (bytes: Uint8Array) => void
  readonly end: () => void
}

export type Hub = {
  /** Names this process: an id of another one says nothing here. */
  readonly epoch: string
  readonly frames: Frames
  readonly position: () => number
  readonly since: (seq: number, keys: Iterable<string>) => Missed
  /** Tells whoever follows the key, at once. */
  readonly publish: (key: string) => void
  readonly beatNow: () => Uint8Array
  readonly subscribe: (subscriber: Subscriber) => () => void
  readonly open: () => number
  readonly end: () => void
}

const SLOT = Symbol.for('vortex.hub')
const slot = globalThis as typeof globalThis & { [SLOT]?: Promise<Hub> }

/** What belongs to one change comes within this time (milliseconds). */
const GATHER_MS = 1
/** A flood of changes tells a key once in this time, longer by a millisecond for each that hears it: what it costs to tell stays bounded. */
const APART_MIN_MS = 20
const APART_MAX_MS = 150

/** One listener per process on the database's notifications and the cluster's changes, for all open streams. */
export const hub = (world: World): Promise<Hub> =>
  (slot[SLOT] ??= openHub(world).catch((error: unknown) => {
    delete slot[SLOT]
    throw error
  }))

/** Ends all open streams of this process. */
export const endStreams = async (): Promise<void> => (await slot[SLOT]?.catch(() => undefined))?.end()

/** Where a page that is drawn now goes on from; undefined while the hub cannot be opened. */
export const livePosition = (world: World): Promise<string | undefined> =>
  hub(world).then(
    ({ epoch, position }) => idOf(epoch, position()),
    () => undefined,
  )

/** How often sources are looked at for having gone silent or come back (milliseconds). */
const LOOK_MS = 2_000

export async function openHub(world: World): Promise<Hub> {
  const fan = createFan()
  const tell = gathering(fan.publish, (key) => Math.min(APART_MAX_MS, APART_MIN_MS + fan.hearing(key)))
  await followDatabase(world, tell)
  followClusters(world, tell)
  followStanding(world, tell)
  const beat = (): Uint8Array => fan.frames.beat(fan.position(), beatOf(world))
  setInterval(() => fan.beat(beat), BEAT_MS).unref()
  return { ...fan, beatNow: beat }
}

type Fan = Omit<Hub, 'beatNow'> & {
  readonly beat: (make: () => Uint8Array) => void
  /** How many streams follow a key. */
  readonly hearing: (key: string) => number
}

/** The log and who hears of it: each event is looked up by its key, so it costs what hears it and not what listens. */
function createFan(): Fan {
  const epoch = randomBytes(6).toString('hex')
  const log = createLog()
  const frames = createFrames(epoch)
  const all = new Set<Subscriber>()
  const byKey = new Map<string, Set<Subscriber>>()
  return {
    epoch,
    frames,
    position: log.position,
    since: log.since,
    open: () => all.size,
    hearing: (key) => byKey.get(key)?.size ?? 0,
    publish: (key) => {
      const event = log.publish(key)
      for (const subscriber of byKey.get(key) ?? []) safely(() => subscriber.deliver(event))
    },
    beat: (make) => {
      if (all.size === 0) return
      safely(() => {
        const bytes = make()
        for (const subscriber of all) safely(() => subscriber.beat(bytes))
      })
    },
    subscribe: (subscriber) => {
      all.add(subscriber)
      for (const key of subscriber.keys) byKey.set(key, (byKey.get(key) ?? new Set()).add(subscriber))
      return () => {
        all.delete(subscriber)
        for (const key of subscriber.keys) {
          const who = byKey.get(key)
          who?.delete(subscriber)
          if (who?.size === 0) byKey.delete(key)
        }
      }
    },
    end: () => {
      for (const { end } of all) safely(end)
    },
  }
}

/** One reader that fails takes nothing from the others. */
function safely(tell: () => void): void {
  try {
    tell()
  } catch (error) {
    log.error('live.reader-failed', { error: causeText(error) })
  }
}

type Tell = (key: string) => void

/**
 * Tells a key that was quiet at once, and one that was told just now when its time has come, however often it changed meanwhile. Each key has
 * a time of its own: a quiet one never waits because another is not.
 */
function gathering(publish: Tell, apart: (key: string) => number): Tell {
  const due = new Set<string>()
  /** When a key that was told lately may be told again; in the order of telling. */
  const notBefore = new Map<string, number>()
  let timer: NodeJS.Timeout | undefined
  let wakesAt = Infinity
  const wake = (at: number): void => {
    if (at >= wakesAt) return
    clearTimeout(timer)
    wakesAt = at
    timer = setTimeout(flush, Math.max(GATHER_MS, at - performance.now()))
  }
  const flush = (): void => {
    wakesAt = Infinity
    const now = performance.now()
    for (const [key, at] of notBefore) if (at <= now) notBefore.delete(key)
    const ready = [...due].filter((key) => !notBefore.has(key))
    for (const key of ready) {
      due.delete(key)
      notBefore.set(key, now + apart(key))
      publish(key)
    }
    for (const key of due) wake(notBefore.get(key) ?? now)
  }
  return (key) => {
    if (due.has(key)) return
    due.add(key)
    wake(notBefore.get(key) ?? performance.now())
  }
}

const followDatabase = ({ database }: World, tell: Tell): Promise<unknown> =>
  database.listen('vortex_changed', (payload) => {
    // An empty payload says that notifications may have been missed while the connection was away: everything may have changed.
    for (const key of payload === '' ? TOPICS : [payload]) tell(key)
    // Every command leaves a record, but for having looked.
    if (payload.startsWith('notices')) return
    tell('history')
    // What the recorder wrote is no entry of the ledger.
    if (payload !== 'history' && familyOf(payload) !== 'object') tell('ledger')
  })

function followClusters({ kube, clusters }: World, tell: Tell): void {
  kube.subscribe(({ kind }) => {
    // A lease is renewed every few seconds, and nobody but its own pages reads it.
    if (isBuiltIn(kind)) return
    tell('topology')
    if (kind.group === 'app.ontai.dev' || kind.group === 'core.ontai.dev') tell('profiles')
  })
  for (const each of clusters)
    each.subscribe(({ kind, object }) => {
      if (!isBuiltIn(kind)) tell('history')
      tell(kindTopic(kind))
      tell(objectTopic(refOf('', object)))
    })
}

/**
 * What may be decided depends on which sources answer, so a page has to ask again when one goes silent or heals. A kind that is served
 * anew, or may be read now, tells of no object: it may have none.
 */
function followStanding(world: World, tell: Tell): void {
  const { clusters } = world
  const standing = (): string =>
    sourceAges(world)
      .map(({ state }) => state)
      .join(' ')
  const kindsNow = (): ReadonlyMap<Topic, string> => {
    const states = new Map<Topic, string>()
    for (const kube of clusters)
      for (const kind of everyKind(kube)) {
        const topic = kindTopic(kind)
        states.set(topic, `${states.get(topic) ?? ''} ${kube.get(kind.group, kind.kind, '', '').state}`)
      }
    return states
  }
  let stood = standing()
  let kinds = kindsNow()
  setInterval(() => {
    const [stands, now] = [standing(), kindsNow()]
    if (stands !== stood) for (const topic of TOPICS) tell(topic)
    const moved = [...new Set([...now.keys(), ...kinds.keys()])].filter((key) => now.get(key) !== kinds.get(key))
    if (moved.length > 0) for (const topic of ['topology', 'sources', ...moved]) tell(topic)
    stood = stands
    kinds = now
  }, LOOK_MS).unref()
}

const beatOf = (world: World): Beat => ({
  now: world.database.now().getTime(),
  sources: sourceAges(world),
  binding: bindingAges(world),
})
