import 'server-only'
import { AppError } from '#lib/error.ts'
import { CONCEPT, type ServedKind } from '#lib/kube/concept.ts'
import type { KubeObject } from '#lib/kube/object.ts'
import { resolveConcept } from '#lib/kube/resolve.ts'
import type { Sourced } from '#lib/sourced.ts'
import { type ConnectionSettings, connectTo } from '#server/adapter/kube/connection.ts'
import { readEvents } from '#server/adapter/kube/events.ts'
import type { Kube, KubeChange } from '#server/adapter/kube/kube.ts'
import { collectionPath } from '#server/adapter/kube/list-all.ts'
import { type Reflector, reflect } from '#server/adapter/kube/reflector.ts'
import { followServedKinds } from '#server/adapter/kube/served-kinds.ts'

const nameOf = (kind: Pick<ServedKind, 'group' | 'kind'>): string => `${kind.group}/${kind.kind}`

/**
 * Starts to follow a cluster: discovery at once, on a timer and when a CustomResourceDefinition changes, one reflector per kind.
 * Comes back at once; what is not there yet reads as `down`. Only get, list and watch are used.
 */
export async function createKube(
  settings: ConnectionSettings & {
    readonly cluster: string
    /** Which served kinds to follow; all by default. An identity may not be allowed to read the rest. */
    readonly only?: (kind: ServedKind) => boolean
    /** Epoch milliseconds of the clock that ages are told by. */
    readonly now?: () => number
  },
): Promise<Kube> {
  const { now = Date.now, only = () => true } = settings
  const connection = await connectTo(settings)
  const reflectors = new Map<string, Reflector>()
  const listeners = new Set<(change: KubeChange) => void>()

  const changed = (change: KubeChange): void => {
    if (change.kind.kind === 'CustomResourceDefinition' && served.at() > 0) served.again()
    for (const listener of listeners) listener(change)
  }
  /** One reflector for each kind that is served, in the version that is served. */
  const found = (kinds: readonly ServedKind[]): void => {
    const today = new Map(kinds.map((kind) => [nameOf(kind), kind]))
    for (const [name, reflector] of reflectors) {
      if (today.get(name)?.version === reflector.kind.version) continue
      reflector.stop()
      reflectors.delete(name)
    }
    for (const [name, kind] of today) if (!reflectors.has(name)) reflectors.set(name, reflect(connection, kind, { changed, now }))
  }
  const served = followServedKinds(connection, { only, found, now })
  /** What is not served is known to be nothing; before discovery it is not known. */
  const unserved = <T>(value: T): Sourced<T> => {
    const problem = served.failure()
    return problem === undefined ? { state: 'fresh', value, at: served.at() } : { state: 'down', problem }
  }

  // A kind that this identity may not read says so itself to whoever asks for it; it does not make the rest of the cluster old.
  const readable = (): readonly Reflector[] => [...reflectors.values()].filter((reflector) => !reflector.isForbidden())
  const listKind = (group: string, kind: string): Sourced<readonly KubeObject[]> =>
    reflectors.get(`${group}/${kind}`)?.objects() ?? unserved([])
  return {
    cluster: settings.cluster,
    served: (concept) => resolveConcept(concept, served.kinds()),
    servedKinds: served.kinds,
    listKind,
    list: (concept) => {
      const kind = resolveConcept(concept, served.kinds())
      if (kind) return listKind(kind.group, kind.kind)
      const unsaid = CONCEPT[concept].names.find(({ group }) => served.silent().includes(group))?.group
      return unsaid === undefined ? unserved([]) : { state: 'down', problem: `the API server does not say what ${unsaid} serves` }
    },
    get: (group, kind, namespace, name) => reflectors.get(`${group}/${kind}`)?.get(namespace, name) ?? unserved(undefined),
    listedAt: (group, kind) => reflectors.get(`${group}/${kind}`)?.listedAt(),
    fetch: async (kind, namespace, name) => {
      const base = collectionPath(kind)
      const path = kind.namespaced ? base.replace(/\/[^/]+$/, `/namespaces/${encodeURIComponent(namespace)}/${kind.plural}`) : base
      const { status, body } = await connection.json('GET', `${path}/${encodeURIComponent(name)}`)
      if (status === 404) return undefined
      if (status !== 200) throw new AppError('unavailable', `The Kubernetes API server answered ${status}.`, { cause: body })
      return body as KubeObject // safe: a 200 to a single GET is the object itself
    },
    events: (about) => readEvents(connection, about),
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    age: () => ageOf(readable(), { failure: served.failure(), discoveredAt: served.at(), now: now() }),
    ready: () => served.kinds().length > 0 && readable().every((reflector) => reflector.synced()),
    stop: async () => {
      served.stop()
      for (const reflector of reflectors.values()) reflector.stop()
      connection.close()
    },
  }
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
