import { asList, asObject, asText, metadataOf, type JsonObject } from '../json.ts'

export const uidOf = (object: JsonObject): string => asText(metadataOf(object)['uid'])
export const ownersOf = (object: JsonObject): JsonObject[] => asList(metadataOf(object)['ownerReferences']).map(asObject)
export const ownerUids = (object: JsonObject): string[] => ownersOf(object).map(({ uid }) => asText(uid))

/** Where an object is: its shelf and its key there. */
export type Place = { readonly shelf: string; readonly key: string }
export const placeText = ({ shelf, key }: Place): string => `${shelf} ${key}`

/** Who owns whom, kept by uid, so that a deletion among 50,000 objects looks at its dependents only. */
export type Ownership = {
  put(place: Place, object: JsonObject): void
  take(place: Place, object: JsonObject): void
  /** Where the object of a uid is; undefined when there is none. */
  at(uid: string): Place | undefined
  dependentsOf(uid: string): Place[]
}

export function createOwnership(): Ownership {
  const living = new Map<string, Place>()
  const dependents = new Map<string, Map<string, Place>>()
  return {
    put: (place, object) => {
      living.set(uidOf(object), place)
      for (const uid of ownerUids(object)) {
        const known = dependents.get(uid) ?? new Map<string, Place>()
        dependents.set(uid, known.set(placeText(place), place))
      }
    },
    take: (place, object) => {
      living.delete(uidOf(object))
      for (const uid of ownerUids(object)) {
        const known = dependents.get(uid)
        known?.delete(placeText(place))
        if (known?.size === 0) dependents.delete(uid)
      }
    },
    at: (uid) => living.get(uid),
    dependentsOf: (uid) => [...(dependents.get(uid)?.values() ?? [])],
  }
}
