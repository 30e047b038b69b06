import 'server-only'
import { AppError } from '#lib/error.ts'
import { CONCEPT, type Concept, type ServedKind } from '#lib/kube/concept.ts'
import { isBodyless } from '#lib/kube/mask.ts'
import { mergeGenerations } from '#lib/kube/merge-generations.ts'
import type { KubeObject } from '#lib/kube/object.ts'
import { resolveAll, resolveConcept } from '#lib/kube/resolve.ts'
import { combined, type Sourced } from '#lib/sourced.ts'
import { type ConnectionSettings, connectTo } from '#server/adapter/kube/connection.ts'
import { readEvents } from '#server/adapter/kube/events.ts'
import type { Kube, KubeChange } from '#server/adapter/kube/kube.ts'
import { acceptOf, asStored, collectionPath, isNamed } from '#server/adapter/kube/list-all.ts'
import { followKinds, isStranger, STRANGERS_MAX } from '#server/adapter/kube/followed.ts'
import type { Reflector } from '#server/adapter/kube/reflector.ts'
import { followServedKinds } from '#server/adapter/kube/served-kinds.ts'

/**
 * Starts to follow a cluster: discovery at once, on a timer and when a CustomResourceDefinition changes, one reflector per kind.
 * Comes back at once; what is not there yet reads as `down`. Only get, list and watch are used.
 */
export async function createKube(
  settings: ConnectionSettings & {
    readonly cluster: string
    /** Which served kinds to follow; all by default. An identity may not be allowed to read the rest. */
    readonly only?: (kind: ServedKind) => boolean
    /** How many kinds are followed that no contract names. */
    readonly strangersMax?: number
    /** Epoch milliseconds of the clock that ages are told by. */
    readonly now?: () => number
  },
): Promise<Kube> {
  const { now = Date.now, only = () => true, strangersMax = STRANGERS_MAX } = settings
  const connection = await connectTo(settings)
  const listeners = new Set<(change: KubeChange) => void>()

  const changed = (change: KubeChange): void => {
    if (change.kind.kind === 'CustomResourceDefinition' && served.at() > 0) served.again()
    for (const listener of listeners) listener(change)
  }
  const followed = followKinds(connection, { changed, now, strangersMax })
  const served = followServedKinds(connection, { only, found: followed.found, now })
  /** What is not served is known to be nothing; before discovery it is not known. */
  const unserved = <T>(value: T, group: string, kind: string): Sourced<T> => {
    const problem = followed.isLeftOut(group, kind) ? 'not followed until somebody opens it' : served.failure()
    return problem === undefined ? { state: 'fresh', value, at: served.at() } : { state: 'down', problem }
  }

  // A kind that this identity may not read, or that no contract names, says so itself to whoever asks for it; it does not make the rest
  // of the cluster old.
  const counted = (): readonly Reflector[] => followed.all().filter((reflector) => !reflector.isForbidden() && !isStranger(reflector.kind))
  const listKind = (group: string, kind: string): Sourced<readonly KubeObject[]> =>
    followed.of(group, kind)?.objects() ?? unserved([], group, kind)
  const merged = rememberedMerges()
  return {
    cluster: settings.cluster,
    served: (concept) => resolveConcept(concept, served.kinds()),
    servedKinds: served.kinds,
    builtInKinds: served.builtIn,
    isLeftOut: followed.isLeftOut,
    listKind,
    list: (concept) => {
      const kinds = resolveAll(concept, served.kinds())
      if (kinds.length > 0)
        return merged(
          concept,
          kinds.map(({ group, kind }) => listKind(group, kind)),
        )
      const unsaid = CONCEPT[concept].names.find(({ group }) => served.silent().includes(group))?.group
      return unsaid === undefined ? unserved([], '', '') : { state: 'down', problem: `the API server does not say what ${unsaid} serves` }
    },
    get: (group, kind, namespace, name) => followed.of(group, kind)?.get(namespace, name) ?? unserved(undefined, group, kind),
    follow: followed.ask,
    listedAt: (group, kind) => followed.of(group, kind)?.listedAt(),
    fetch: async (kind, namespace, name) => {
      const base = collectionPath(kind)
      const path = kind.namespaced ? base.replace(/\/[^/]+$/, `/namespaces/${encodeURIComponent(namespace)}/${kind.plural}`) : base
      const { status, body } = await connection.json('GET', `${path}/${encodeURIComponent(name)}`, {
        accept: acceptOf(kind, 'PartialObjectMetadata'),
      })
      if (status === 404) return undefined
      if (status !== 200) throw new AppError('unavailable', `The Kubernetes API server answered ${status}.`, { cause: body })
      // Whatever was sent: of some kinds no more than the metadata comes any further.
      if (isBodyless(kind) && isNamed(body)) return asStored(body, kind)
      return body as KubeObject // safe: a 200 to a single GET is the object itself
    },
    events: (about) => readEvents(connection, about),
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    age: () => ageOf(counted(), { failure: served.failure(), discoveredAt: served.at(), now: now() }),
    ready: () => served.kinds().length > 0 && counted().every((reflector) => reflector.synced()),
    stop: async () => {
      served.stop()
      followed.stop()
      connection.close()
    },
  }
}

/** Everybody who reads between two changes gets the same array, as from one reflector. */
function rememberedMerges() {
  const merges = new Map<Concept, { readonly of: readonly (readonly KubeObject[])[]; readonly objects: readonly KubeObject[] }>()
  return (concept: Concept, lists: readonly Sourced<readonly KubeObject[]>[]): Sourced<readonly KubeObject[]> =>
    combined(lists, (values) => {
      const known = merges.get(concept)
      if (known?.of.length === values.length && known.of.every((list, at) => list === values[at])) return known.objects
      const objects = mergeGenerations(values)
      merges.set(concept, { of: values, objects })
      return objects
    })
}

/** The age of the whole source is that of its worst kind. */
function ageOf(
  reflectors: readonly Reflector[],
  { failure, discoveredAt, now }: { readonly failure: string | undefined; readonly discoveredAt: number; readonly now: number },
): ReturnType<Kube['age']> {
  const answers = reflectors.map((reflector) => reflector.standing())
  const down = answers.find((answer) => answer.state === 'down')
  if (discoveredAt === 0 || down) return { source: 'Kubernetes', state: 'down', at: undefined, problem: failure ?? down?.problem }
  const stale = answers.find((answer) => answer.state === 'stale')
  const at = Math.min(...answers.map((answer) => (answer.state === 'down' ? 0 : answer.at)), now)
  if (stale?.state === 'stale' || failure !== undefined)
    return { source: 'Kubernetes', state: 'stale', at, problem: failure ?? stale?.problem }
  // A quiet watch is fresh: bookmarks and open connections vouch for it, so its age is the last discovery.
  return { source: 'Kubernetes', state: 'fresh', at: Math.max(at, discoveredAt), problem: undefined }
}
