import 'server-only'
import { AppError } from '#lib/error.ts'
import type { ServedKind } from '#lib/kube/concept.ts'
import type { KubeObject } from '#lib/kube/object.ts'
import type { Sourced } from '#lib/sourced.ts'
import { type ConnectionSettings, connectTo } from '#server/adapter/kube/connection.ts'
import { discover, resolveConcept } from '#server/adapter/kube/discovery.ts'
import type { Kube, KubeChange } from '#server/adapter/kube/kube.ts'
import { collectionPath, type Reflector, reflect } from '#server/adapter/kube/reflector.ts'
import { silenceWords } from '#server/adapter/kube/silence.ts'
import { causeText, log } from '#server/log.ts'

const DISCOVERY_MS = 15_000
const RETRY_MS = 1_000

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
  const { now = Date.now } = settings
  const connection = await connectTo(settings)
  const reflectors = new Map<string, Reflector>()
  const listeners = new Set<(change: KubeChange) => void>()
  let served: readonly ServedKind[] = []
  let failure: string | undefined = 'not discovered yet'
  let discoveredAt = 0
  let stopped = false
  let timer: NodeJS.Timeout | undefined

  const rediscover = async (): Promise<void> => {
    try {
      served = (await discover(connection)).filter(settings.only ?? (() => true))
      discoveredAt = now()
      failure = undefined
      const today = new Map(served.map((kind) => [nameOf(kind), kind]))
      for (const [name, reflector] of reflectors) {
        if (today.get(name)?.version === reflector.kind.version) continue
        reflector.stop()
        reflectors.delete(name)
      }
      for (const [name, kind] of today)
        if (!stopped && !reflectors.has(name)) reflectors.set(name, reflect(connection, kind, { changed, now }))
    } catch (error) {
      failure = silenceWords(error)
      log.warn('kube.discovery-failed', { error: causeText(error) })
    }
    schedule(failure === undefined ? DISCOVERY_MS : RETRY_MS)
  }
  const schedule = (delay: number): void => {
    clearTimeout(timer)
    if (!stopped) timer = setTimeout(() => void rediscover(), delay)
  }
  const changed = (change: KubeChange): void => {
    if (change.kind.kind === 'CustomResourceDefinition' && discoveredAt > 0) schedule(200)
    for (const listener of listeners) listener(change)
  }
  void rediscover()

  const listKind = (group: string, kind: string): Sourced<readonly KubeObject[]> => {
    const reflector = reflectors.get(`${group}/${kind}`)
    if (reflector) return reflector.objects()
    return failure === undefined ? { state: 'fresh', value: [], at: discoveredAt } : { state: 'down', problem: failure }
  }
  return {
    cluster: settings.cluster,
    served: (concept) => resolveConcept(concept, served),
    servedKinds: () => served,
    listKind,
    list: (concept) => {
      const kind = resolveConcept(concept, served)
      if (kind) return listKind(kind.group, kind.kind)
      return failure === undefined ? { state: 'fresh', value: [], at: discoveredAt } : { state: 'down', problem: failure }
    },
    get: (group, kind, namespace, name) => {
      const reflector = reflectors.get(`${group}/${kind}`)
      if (reflector) return reflector.get(namespace, name)
      return failure === undefined ? { state: 'fresh', value: undefined, at: discoveredAt } : { state: 'down', problem: failure }
    },
    fetch: async (kind, namespace, name) => {
      const base = collectionPath(kind)
      const path = kind.namespaced ? base.replace(/\/[^/]+$/, `/namespaces/${encodeURIComponent(namespace)}/${kind.plural}`) : base
      const { status, body } = await connection.json('GET', `${path}/${encodeURIComponent(name)}`)
      if (status === 404) return undefined
      if (status !== 200) throw new AppError('unavailable', `The Kubernetes API server answered ${status}.`, { cause: body })
      return body as KubeObject // safe: a 200 to a single GET is the object itself
    },
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    age: () => ageOf([...reflectors.values()], { failure, discoveredAt, now: now() }),
    ready: () => served.length > 0 && [...reflectors.values()].every((reflector) => reflector.synced()),
    stop: async () => {
      stopped = true
      clearTimeout(timer)
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
  const answers = reflectors.map((reflector) => reflector.objects())
  const down = answers.find((answer) => answer.state === 'down')
  if (discoveredAt === 0 || down) return { source: 'Kubernetes', state: 'down', at: undefined, problem: failure ?? down?.problem }
  const stale = answers.find((answer) => answer.state === 'stale')
  const at = Math.min(...answers.map((answer) => (answer.state === 'down' ? 0 : answer.at)), now)
  if (stale?.state === 'stale' || failure !== undefined)
    return { source: 'Kubernetes', state: 'stale', at, problem: failure ?? stale?.problem }
  // A quiet watch is fresh: bookmarks and open connections vouch for it, so its age is the last discovery.
  return { source: 'Kubernetes', state: 'fresh', at: Math.max(at, discoveredAt), problem: undefined }
}
