import type { Target } from '../admission.ts'
import { finalizersOf, FOREGROUND, isBeingDeleted, ORPHAN } from '../finalizers.ts'
import { asText, metadataOf, nameOf, namespaceOf, type JsonObject } from '../json.ts'
import type { Registry } from '../registry.ts'
import { shelfOf, type Resource } from '../resource.ts'
import type { Storage } from '../storage.ts'
import { deleteObject, patchObject } from '../write.ts'
import { ownersOf, uidOf, type Ownership, type Place } from './ownership.ts'

type Found = { readonly resource: Resource; readonly object: JsonObject }

const target = ({ resource, object }: Found): Target => ({
  resource,
  namespace: namespaceOf(object),
  name: nameOf(object),
  subresource: '',
  manager: 'kube-controller-manager',
  isDryRun: false,
  validation: 'Ignore',
  warn: () => undefined,
})

/** What the collector does about one object: as its owners are gone, or as its own deletion waits for dependents. May throw what a write throws. */
export function createAttendance(storage: Storage, registry: Registry, ownership: Ownership): (place: Place) => void {
  const find = ({ shelf, key }: Place): Found | undefined => {
    const object = storage.get(shelf, key)
    const resource = registry.all().find((each) => shelfOf(each) === shelf)
    return object === undefined || resource === undefined ? undefined : { resource, object }
  }
  const change = (found: Found, metadata: JsonObject): void =>
    void patchObject(storage, target(found), {}, (before) => ({ ...before, metadata: { ...metadataOf(before), ...metadata } }))
  const remove = (place: Place, propagationPolicy: string): void => {
    const found = find(place)
    if (found !== undefined && !isBeingDeleted(found.object)) deleteObject(storage, target(found), { propagationPolicy }, [])
  }
  const release = (place: Place, stays: (owner: JsonObject) => boolean): void => {
    const found = find(place)
    if (found !== undefined) change(found, { ownerReferences: ownersOf(found.object).filter(stays) })
  }
  const finish = (place: Place, finalizer: string): void => {
    const found = find(place)
    if (found !== undefined) change(found, { finalizers: finalizersOf(found.object).filter((name) => name !== finalizer) })
  }
  // Of a kind that nobody serves nothing is known, its absence neither.
  const mayLive = ({ uid, apiVersion, kind }: JsonObject): boolean => {
    const group = asText(apiVersion).includes('/') ? asText(apiVersion).split('/')[0] : ''
    return ownership.at(asText(uid)) !== undefined || !registry.all().some((each) => each.group === group && each.kind === kind)
  }
  const blocks = (place: Place, uid: string): boolean =>
    ownersOf(find(place)?.object ?? {}).some((owner) => owner['uid'] === uid && owner['blockOwnerDeletion'] === true)

  const endDeletion = (place: Place, object: JsonObject): void => {
    const [uid, finalizers] = [uidOf(object), finalizersOf(object)]
    const dependents = ownership.dependentsOf(uid)
    if (finalizers.includes(ORPHAN)) {
      for (const dependent of dependents) release(dependent, (owner) => owner['uid'] !== uid)
      finish(place, ORPHAN)
    } else if (finalizers.includes(FOREGROUND)) {
      for (const dependent of dependents) remove(dependent, 'Foreground')
      if (!dependents.some((dependent) => blocks(dependent, uid))) finish(place, FOREGROUND)
    }
  }
  return (place) => {
    const object = find(place)?.object
    if (object === undefined) return
    if (isBeingDeleted(object)) return endDeletion(place, object)
    const owners = ownersOf(object)
    if (owners.every(mayLive)) return
    if (owners.some(mayLive)) release(place, mayLive)
    else remove(place, 'Background')
  }
}
