import { log, wordsOf } from '../../log.ts'
import { isBeingDeleted } from '../finalizers.ts'
import { nameOf, namespaceOf } from '../json.ts'
import type { Registry } from '../registry.ts'
import { keyOf, shelfOf } from '../resource.ts'
import type { Storage, StoredEvent } from '../storage.ts'
import { createAttendance } from './attend.ts'
import { createOwnership, ownersOf, ownerUids, placeText, uidOf, type Place } from './ownership.ts'

/**
 * Garbage collection as Kubernetes' own controller does it, a moment after the write: dependents whose owners are all gone are deleted, references
 * to owners that are gone are taken off, and deletions in the foreground or with orphans are brought to their end.
 */
export function startCollector(storage: Storage, registry: Registry): { readonly stop: () => void } {
  const ownership = createOwnership()
  const attend = createAttendance(storage, registry, ownership)
  const waiting = new Map<string, Place>()
  let isStopped = false
  let planned: NodeJS.Immediate | undefined

  const wake = (place: Place | undefined): void => {
    if (place === undefined || isStopped) return
    waiting.set(placeText(place), place)
    planned ??= setImmediate(work)
  }
  const work = (): void => {
    planned = undefined
    const places = [...waiting.values()]
    waiting.clear()
    for (const place of places) {
      try {
        attend(place)
      } catch (error) {
        // Such as an object that its own schema refuses by now: it stays, as it would with a controller that is refused.
        log.warn('kube.collector.refused', { shelf: place.shelf, key: place.key, why: wordsOf(error) })
      }
    }
  }
  const pass = ({ resource: shelf, key, type, object, previous }: StoredEvent): void => {
    const place = { shelf, key }
    if (previous !== null) ownership.take(place, previous)
    if (type === 'DELETED') ownership.dependentsOf(uidOf(object)).forEach(wake)
    else {
      ownership.put(place, object)
      if (ownersOf(object).length > 0 || isBeingDeleted(object)) wake(place)
    }
    // An owner that waits in the foreground may have lost the last one it waited for.
    if (previous !== null) for (const uid of ownerUids(previous)) wake(ownership.at(uid))
  }

  const stored = [...new Set(registry.all().map(shelfOf))].flatMap((shelf) =>
    storage.list(shelf).map((object) => ({ place: { shelf, key: keyOf(namespaceOf(object), nameOf(object)) }, object })),
  )
  for (const { place, object } of stored) ownership.put(place, object)
  for (const { place, object } of stored) if (ownersOf(object).length > 0 || isBeingDeleted(object)) wake(place)
  const unsubscribe = storage.subscribe((events) => events.forEach(pass))
  return {
    stop: () => {
      isStopped = true
      clearImmediate(planned)
      unsubscribe()
    },
  }
}
