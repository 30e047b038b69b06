import 'server-only'
import { type Known, record, type Seen } from '#lib/recorder/record.ts'
import type { Db } from '#server/adapter/db/client.ts'
import { log } from '#server/log.ts'
import { seenOf, type Vouch } from '#server/recorder/intake.ts'
import type { Gap, Listing } from '#server/recorder/queue.ts'
import {
  addChanges,
  addGaps,
  type Change,
  coverageOf,
  holdTerm,
  keepObjects,
  type Key,
  keyText,
  knownObjects,
  knownVersions,
  vouch,
} from '#server/recorder/repo.ts'

const CHUNK = 500

/** Where a recorder writes: nothing of it is written once its term is over. */
export type Desk = { readonly db: Db; readonly cluster: string; readonly term: number }

/**
 * Writes sights in their order, each against what the database holds of its object; all of them or none. Writing them twice adds
 * nothing: the database holds how far it was recorded, and refuses a version that it has.
 */
export const writeSights = ({ db, cluster, term }: Desk, sights: readonly Seen[], gaps: readonly Gap[] = []): Promise<number> =>
  db.transaction(async (tx) => {
    await holdTerm(tx, cluster, term)
    await addGaps(tx, cluster, gaps)
    if (sights.length === 0) return 0
    const known = await knownObjects(tx, cluster, sights)
    const touched = new Map<string, Key & { readonly known: Known | undefined }>()
    const changes: Change[] = []
    for (const seen of sights) {
      const key = keyText(seen)
      const step = record(known.get(key), seen)
      if (step.rows.length === 0) continue
      const { group, kind, namespace, name, at } = seen
      changes.push(...step.rows.map((row) => ({ ...row, group, kind, namespace, name, at })))
      touched.set(key, { group, kind, namespace, name, known: step.known })
      if (step.known) known.set(key, step.known)
      else known.delete(key)
    }
    const taken = await addChanges(tx, cluster, changes)
    if (taken < changes.length) log.warn('recorder.versions-known', { rows: changes.length - taken })
    await keepObjects(tx, cluster, [...touched.values()])
    return taken
  })

/** Compares a whole kind with what is recorded of it; the difference happened while nobody watched, unless nothing is recorded yet. */
export async function writeListing(desk: Desk, { group, kind, at, objects }: Listing): Promise<void> {
  const { db, cluster, term } = desk
  const [covered, versions] = await Promise.all([coverageOf(db, cluster, { group, kind }), knownVersions(db, cluster, { group, kind })])
  const listed = covered === undefined ? ('first' as const) : { since: Math.min(covered.vouchedAt.getTime(), at) }
  const placeOf = (namespace: string, name: string): string => `${namespace}/${name}`
  const recorded = new Map(versions.map((row) => [placeOf(row.namespace, row.name), row]))
  let waiting: Seen[] = []
  const write = async (atLeast: number): Promise<void> => {
    if (waiting.length < atLeast || waiting.length === 0) return
    await writeSights(desk, waiting)
    waiting = []
  }
  for (const object of objects) {
    const place = placeOf(object.metadata.namespace ?? '', object.metadata.name)
    const row = recorded.get(place)
    recorded.delete(place)
    if (row?.uid === object.metadata.uid && row?.resourceVersion === object.metadata.resourceVersion) continue
    waiting.push(seenOf({ group, kind }, object, { at, gone: false, listed }))
    await write(CHUNK)
  }
  for (const row of recorded.values()) {
    waiting.push({
      ...row,
      group,
      kind,
      generation: undefined,
      state: '',
      managed: [],
      at,
      gone: true,
      listed: listed === 'first' ? { since: at } : listed,
    })
    await write(CHUNK)
  }
  await write(1)
  await db.transaction(async (tx) => {
    await holdTerm(tx, cluster, term)
    if (listed !== 'first') await addGaps(tx, cluster, [{ group, kind, since: listed.since, until: at }])
    await vouch(tx, cluster, [{ group, kind, at }])
  })
}

export const writeVouches = ({ db, cluster, term }: Desk, vouches: readonly Vouch[]): Promise<void> =>
  db.transaction(async (tx) => {
    await holdTerm(tx, cluster, term)
    await vouch(tx, cluster, vouches)
  })
