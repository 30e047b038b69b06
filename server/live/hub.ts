import 'server-only'
import type { World } from '#server/context.ts'

/** A topic names what may have changed, never what it now is: the reader asks again, and is asked for its rights again. */
export type Topic = string

export type Hub = {
  /** `end` is called when this process stops: who listens has to go elsewhere. */
  readonly subscribe: (listener: (topic: Topic) => void, end?: () => void) => () => void
  readonly end: () => void
}

const SLOT = Symbol.for('vortex.hub')
const slot = globalThis as typeof globalThis & { [SLOT]?: Promise<Hub> }

const TOPICS = ['approvals', 'deliveries', 'topology', 'profiles', 'notices', 'sources'] as const

/** A burst of object changes tells each reader once (milliseconds). */
const COALESCE_MS = 150

/** One listener per process on the database's notifications and the cluster's changes, for all open streams. */
export const hub = (world: World): Promise<Hub> =>
  (slot[SLOT] ??= openHub(world).catch((error: unknown) => {
    delete slot[SLOT]
    throw error
  }))

/** Ends all open streams of this process. */
export const endStreams = async (): Promise<void> => (await slot[SLOT]?.catch(() => undefined))?.end()

/** How often sources are looked at for having gone silent or come back (milliseconds). */
const LOOK_MS = 2_000

export async function openHub(world: Pick<World, 'database' | 'kube' | 'guardian' | 'git' | 'dsns' | 'audit'>): Promise<Hub> {
  const { database, kube, guardian, git, dsns, audit } = world
  const listeners = new Map<(topic: Topic) => void, () => void>()
  const due = new Set<Topic>()
  let timer: NodeJS.Timeout | undefined
  const tell = (topic: Topic): void => {
    due.add(topic)
    timer ??= setTimeout(() => {
      timer = undefined
      const topics = [...due]
      due.clear()
      for (const listener of listeners.keys()) for (const each of topics) listener(each)
    }, COALESCE_MS)
  }
  await database.listen('vortex_changed', (payload) => {
    // An empty payload says that notifications may have been missed while the connection was away: everything may have changed.
    for (const topic of payload === '' ? TOPICS : [payload]) tell(topic)
    // Every command leaves a record.
    tell('ledger')
    tell('history')
  })
  kube.subscribe(({ kind }) => {
    tell('topology')
    if (kind.group === 'app.ontai.dev' || kind.group === 'core.ontai.dev') tell('profiles')
    tell('history')
  })
  // What may be decided depends on which sources answer, so a page has to ask again when one goes silent or heals.
  const standing = (): string => [kube, guardian, git, dsns, audit].map((source) => source.age().state).join(' ')
  // A kind that is served anew, or may be read now, tells of no object: it may have none.
  const kinds = (): string =>
    kube
      .servedKinds()
      .map(({ group, kind }) => `${group}/${kind} ${kube.get(group, kind, '', '').state}`)
      .join(' ')
  const looks = [
    { at: standing, stood: standing(), topics: TOPICS },
    { at: kinds, stood: kinds(), topics: ['topology', 'sources'] },
  ]
  setInterval(() => {
    for (const look of looks) {
      const stands = look.at()
      if (stands === look.stood) continue
      look.stood = stands
      for (const topic of look.topics) tell(topic)
    }
  }, LOOK_MS).unref()
  return {
    subscribe: (listener, end = () => {}) => {
      listeners.set(listener, end)
      return () => listeners.delete(listener)
    },
    end: () => {
      for (const end of listeners.values()) end()
    },
  }
}
