import 'server-only'
import type { ServedKind } from '#lib/kube/concept.ts'
import type { KubeObject } from '#lib/kube/object.ts'
import type { Seen } from '#lib/recorder/record.ts'
import { isRecorded, recordedState } from '#lib/recorder/state.ts'
import type { Kube, KubeChange } from '#server/adapter/kube/kube.ts'
import { log } from '#server/log.ts'
import type { Item, Queue } from '#server/recorder/queue.ts'

/** How often kinds are looked at that say nothing (milliseconds). */
const LOOK_MS = 500
/** What the API server wrote just before it was last heard may still have been on its way (milliseconds). */
const ON_ITS_WAY_MS = 1_000
/** A first list was answered at most so long before it was looked at (milliseconds). */
const LISTING_MS = 10_000

export type Vouch = { readonly group: string; readonly kind: string; readonly at: number }

export type Intake = {
  /** Looks at all kinds anew: each is listed once more, and compared. */
  readonly begin: () => void
  /** Until when each kind was watched without a gap, as far as what is in the queue tells. */
  readonly vouches: () => readonly Vouch[]
  readonly paused: () => boolean
  readonly stop: () => void
}

/** What is known of how one kind is watched. */
type Watching = {
  readonly served: ServedKind
  begun: boolean
  /** It was watched without a gap until here. */
  vouched: number
  /** Last heard of; vouched for as soon as something later is heard. */
  heard: number | undefined
  /** The last list that was compared; undefined while a new one is being told of. */
  listedAt: number | undefined
  /** A new list is being told of, in this turn of the event loop. */
  relist: { readonly since: number } | undefined
}

const nameOf = ({ group, kind }: ServedKind): string => `${group}/${kind}`

type Settings = { readonly kube: Kube; readonly now: () => number; readonly queue: Queue; readonly arrived: () => void }

/** Follows what the cluster shows and puts it in order into the queue: listings, sights of objects, gaps. Times never go back. */
export function createIntake({ kube, now, queue, arrived }: Settings): Intake {
  const kinds = new Map<string, Watching>()
  let paused = false

  const push = (item: Item): void => {
    if (paused) return
    if (queue.push(item)) return arrived()
    // Nothing is written since the last vouch, and all kinds are compared once the database is back: the gap will say so.
    paused = true
    log.warn('recorder.queue-full', {})
  }
  const watchingOf = (served: ServedKind): Watching => {
    const name = nameOf(served)
    const known = kinds.get(name)
    if (known) return known
    const fresh: Watching = { served, begun: false, vouched: 0, heard: undefined, listedAt: undefined, relist: undefined }
    kinds.set(name, fresh)
    return fresh
  }
  /**
   * A line of a watch makes its kind fresh before its change is told; a new list makes it fresh after all of its changes were. So what
   * comes while a kind is not fresh was found by a list, and nobody saw what came before it.
   */
  const standing = ({ group, kind }: ServedKind) => kube.get(group, kind, '', '').state
  const start = (watching: Watching): void => {
    const { group, kind } = watching.served
    const all = kube.listKind(group, kind)
    if (paused || all.state !== 'fresh') return
    Object.assign(watching, {
      begun: true,
      vouched: all.at - LISTING_MS,
      heard: undefined,
      listedAt: kube.listedAt(group, kind),
      relist: undefined,
    })
    push({ type: 'listing', listing: { group, kind, at: now(), objects: all.value } })
  }
  /** Once for each new list: from when on nobody watched. */
  const gapOf = (watching: Watching): { readonly since: number } => {
    if (watching.relist) return watching.relist
    const { group, kind } = watching.served
    const relist = { since: watching.vouched }
    Object.assign(watching, { relist, heard: undefined, listedAt: undefined })
    setImmediate(() => (watching.relist = undefined))
    push({ type: 'gap', gap: { group, kind, since: relist.since, until: now() } })
    return relist
  }
  const changed = (change: KubeChange): void => {
    if (paused || !isRecorded(change.kind)) return
    const watching = watchingOf(change.kind)
    // A reflector that begins anew does not tell what went meanwhile: the kind is compared once it is listed.
    if (standing(change.kind) === 'down') watching.begun = false
    if (!watching.begun) return start(watching)
    const listed = standing(change.kind) === 'fresh' ? undefined : gapOf(watching)
    push({ type: 'seen', seen: seenOf(change.kind, change.object, { at: now(), gone: change.type === 'deleted', listed }) })
  }
  const look = (): void => {
    if (paused) return
    const all = kube.servedKinds().filter(isRecorded)
    const served = new Set(all.map(nameOf))
    for (const [name, watching] of kinds) if (!served.has(name)) watching.begun = false
    for (const kind of all) {
      const watching = watchingOf(kind)
      const answer = kube.get(kind.group, kind.kind, '', '')
      if (answer.state === 'down') watching.begun = false
      else if (!watching.begun) start(watching)
      else if (answer.state === 'fresh') listen(watching, answer.at)
    }
  }
  const listen = (watching: Watching, at: number): void => {
    const listedAt = kube.listedAt(watching.served.group, watching.served.kind)
    // A new list in which nothing differs: what came and went before it, nobody saw. A watch that went on after a cut lost nothing.
    if (watching.listedAt !== undefined && watching.listedAt !== listedAt) gapOf(watching)
    watching.listedAt = listedAt
    if (watching.heard === at) return
    if (watching.heard !== undefined) watching.vouched = Math.max(watching.vouched, watching.heard - ON_ITS_WAY_MS)
    watching.heard = at
  }
  const unsubscribe = kube.subscribe(changed)
  const looking = setInterval(look, LOOK_MS)
  return {
    begin: () => {
      queue.clear()
      paused = false
      for (const watching of kinds.values()) watching.begun = false
      look()
    },
    vouches: () =>
      [...kinds.values()].flatMap(({ begun, served, vouched }) => (begun ? [{ group: served.group, kind: served.kind, at: vouched }] : [])),
    paused: () => paused,
    stop: () => {
      unsubscribe()
      clearInterval(looking)
    },
  }
}

/** What is recorded of an object, as text: the queue keeps neither the object nor its status. */
export function seenOf(
  { group, kind }: Pick<ServedKind, 'group' | 'kind'>,
  object: KubeObject,
  sight: Pick<Seen, 'at' | 'gone' | 'listed'>,
): Seen {
  const { metadata } = object
  return {
    ...sight,
    group,
    kind,
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    uid: metadata.uid ?? '',
    resourceVersion: metadata.resourceVersion ?? '',
    generation: metadata.generation,
    state: JSON.stringify(recordedState(object)),
    managed: (metadata.managedFields ?? []).map(({ manager, time, subresource }) => ({
      ...(manager !== undefined && { manager }),
      ...(time !== undefined && { time }),
      ...(subresource !== undefined && { subresource }),
    })),
  }
}
