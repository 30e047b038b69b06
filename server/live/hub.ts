import 'server-only'
import type { World } from '#server/context.ts'

/** A topic names what may have changed, never what it now is: the reader asks again, and is asked for its rights again. */
export type Topic = string

export type Hub = { readonly subscribe: (listener: (topic: Topic) => void) => () => void }

const SLOT = Symbol.for('vortex.hub')
const slot = globalThis as typeof globalThis & { [SLOT]?: Promise<Hub> }

const TOPICS = ['approvals', 'deliveries', 'topology', 'profiles', 'sources'] as const

/** A burst of object changes tells each reader once (milliseconds). */
const COALESCE_MS = 150

/** One listener per process on the database's notifications and the cluster's changes, for all open streams. */
export const hub = (world: World): Promise<Hub> =>
  (slot[SLOT] ??= openHub(world).catch((error: unknown) => {
    delete slot[SLOT]
    throw error
  }))

async function openHub({ database, kube }: World): Promise<Hub> {
  const listeners = new Set<(topic: Topic) => void>()
  const due = new Set<Topic>()
  let timer: NodeJS.Timeout | undefined
  const tell = (topic: Topic): void => {
    due.add(topic)
    timer ??= setTimeout(() => {
      timer = undefined
      const topics = [...due]
      due.clear()
      for (const listener of listeners) for (const each of topics) listener(each)
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
  return {
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
