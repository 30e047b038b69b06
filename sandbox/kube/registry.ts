import { BUILTINS } from './builtin.ts'
import { resourcesOf } from './crd.ts'
import type { JsonObject } from './json.ts'
import type { Resource } from './resource.ts'
import type { Storage } from './storage.ts'

export type Registry = {
  all(): readonly Resource[]
  find(group: string, version: string, plural: string): Resource | undefined
}

export const CRDS = 'apiextensions.k8s.io/customresourcedefinitions'

/** The kinds served now: the built-in ones and those of the stored CRDs, read again when a CRD changes. */
export function createRegistry(storage: Storage): Registry {
  const compiled = new WeakMap<JsonObject, readonly Resource[]>()
  let seen: readonly JsonObject[] | null = null
  let current: readonly Resource[] = BUILTINS
  let index = new Map<string, Resource>()
  const refresh = (): void => {
    const crds = storage.list(CRDS)
    if (crds === seen) return
    seen = crds
    const custom = crds.flatMap((crd) => {
      const known = compiled.get(crd) ?? resourcesOf(crd)
      compiled.set(crd, known)
      return known
    })
    current = [...BUILTINS, ...custom]
    index = new Map(current.map((resource) => [`${resource.group}/${resource.version}/${resource.plural}`, resource]))
  }
  return {
    all: () => (refresh(), current),
    find: (group, version, plural) => (refresh(), index.get(`${group}/${version}/${plural}`)),
  }
}
