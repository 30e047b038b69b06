import { CONCEPT, type Concept } from '#lib/kube/concept.ts'
import { groupOf, type KubeObject } from '#lib/kube/object.ts'
import { meaningOf, servedAs } from '#lib/kube/resolve.ts'
import { AppError } from '#lib/error.ts'
import { APP_CONCEPTS, type AppConcept, FACT_CONCEPTS, type FactConcept, type ProfileFacts } from '#lib/profile/facts.ts'
import type { RelationshipObjects } from '#lib/relationship/evaluation.ts'
import { DECLARED } from '#lib/relationship/declared.ts'
import { readRar } from '#lib/relationship/read-rar.ts'
import { nextAppStatus } from '#operator/app-status.ts'
import { createQueue } from '#operator/queue.ts'
import { nextRarStatus } from '#operator/rar-status.ts'
import type { Settings } from '#operator/settings.ts'
import { writeStatus } from '#operator/write-status.ts'
import { connectTo } from '#server/adapter/kube/connection.ts'
import { createKube } from '#server/adapter/kube/create-kube.ts'
import type { Kube, KubeChange } from '#server/adapter/kube/kube.ts'
import { log } from '#server/log.ts'

/** A net under the watches: everything is looked at again this often. */
const RESYNC_MS = 300_000
/** One change seldom comes alone: what follows from many is looked up once. */
const GATHER_MS = 50
const FIRST_LIST_MS = 5_000

export type Operator = { readonly idle: () => boolean; readonly stop: () => Promise<void> }

/** Follows the cluster and writes the status of the kinds in `settings.kinds` until stopped. Survives API restarts. */
export async function startOperator(settings: Settings): Promise<Operator> {
  const concepts: readonly Concept[] = ['rar', ...FACT_CONCEPTS]
  const isRead = (concept: Concept | undefined): concept is Concept => concept !== undefined && concepts.includes(concept)
  const kube = await createKube({ ...settings, only: (kind) => isRead(meaningOf(kind)?.concept) })
  const connection = await connectTo(settings)
  const writable = concepts.filter((concept) => settings.kinds.includes(CONCEPT[concept].kind))
  const queue = createQueue((key) => reconcile(kube, connection, settings, key))
  const generations = new Map<string, number | undefined>()

  // What has to be looked at again: the requests, every App object (`app/`), or those of one namespace (`app/<namespace>`).
  const dirty = new Set<string>()
  let flushing: NodeJS.Timeout | undefined
  const mark = (what: string): void => {
    dirty.add(what)
    flushing ??= setTimeout(flush, GATHER_MS)
  }
  // Until every kind was listed once there is only half a picture; a kind that cannot be listed holds nothing up for long.
  const startedAt = Date.now()
  const seesAll = (): boolean => kube.ready() || Date.now() - startedAt > FIRST_LIST_MS
  const flush = (): void => {
    flushing = undefined
    if (!seesAll()) return void (flushing = setTimeout(flush, GATHER_MS))
    const marks = new Set(dirty)
    dirty.clear()
    for (const concept of writable) {
      const objects = kube.list(concept)
      if (objects.state === 'down') continue
      for (const object of objects.value) {
        const touched = concept === 'rar' ? marks.has('rar') : marks.has('app/') || marks.has(`app/${object.metadata.namespace ?? ''}`)
        if (touched) queue.add(keyOf(object))
      }
    }
  }
  const onChange = ({ type, kind, object }: KubeChange): void => {
    const concept = meaningOf(kind)?.concept
    if (!isRead(concept)) return
    if (writable.includes(concept) && seesAll()) queue.add(keyOf(object))
    const id = `${kind.group}/${kind.kind}/${object.metadata.namespace ?? ''}/${object.metadata.name}`
    const specMoved = type !== 'modified' || generations.get(id) !== object.metadata.generation
    if (type === 'deleted') generations.delete(id)
    else generations.set(id, object.metadata.generation)
    const isApp = APP_CONCEPTS.some((candidate) => candidate === concept)
    // Status of App siblings gates their neighbours; everything else is judged by what is declared.
    if (isApp) mark(`app/${object.metadata.namespace ?? ''}`)
    else if (concept !== 'rar' && specMoved) mark('app/')
    if (specMoved && Object.values<Concept>(DECLARED).includes(concept)) mark('rar')
  }
  const unsubscribe = kube.subscribe(onChange)
  for (const what of ['rar', 'app/']) mark(what)
  const timer = setInterval(() => ['rar', 'app/'].forEach(mark), RESYNC_MS)
  log.info('operator.started', { kinds: settings.kinds.join(','), autoAdmission: settings.autoAdmission })
  return {
    idle: () => flushing === undefined && queue.idle(),
    stop: async () => {
      clearInterval(timer)
      clearTimeout(flushing)
      unsubscribe()
      await queue.stop()
      await kube.stop()
      connection.close()
      log.info('operator.stopped')
    },
  }
}

const keyOf = (object: KubeObject): string =>
  [groupOf(object), object.kind, object.metadata.namespace ?? '', object.metadata.name].join('/')

async function reconcile(kube: Kube, connection: Awaited<ReturnType<typeof connectTo>>, settings: Settings, key: string): Promise<void> {
  const [group = '', kindName = '', namespace = '', name = ''] = key.split('/')
  const kind = servedAs(kube.servedKinds(), { group, kind: kindName })
  const concept = kind && meaningOf(kind)?.concept
  if (kind === undefined || concept === undefined) return
  const found = kube.get(group, kind.kind, namespace, name)
  if (found.state === 'down' || found.value === undefined) return
  const object = found.value
  const now = new Date().toISOString().replace(/\.\d{3}Z$/, 'Z')
  if (concept === 'rar') {
    const objects = relationshipObjects(kube, readRar(object).spec.decision !== undefined)
    const status = nextRarStatus(object, objects, now, settings.autoAdmission)
    if (status !== undefined) await writeStatus(connection, kind, object, status)
    if (objects === undefined) throw new AppError('unavailable', 'The sources of the evaluation cannot be read now.')
    return
  }
  const app = APP_CONCEPTS.find((candidate): candidate is AppConcept => candidate === concept)
  if (app !== undefined) await writeStatus(connection, kind, object, nextAppStatus(app, object, profileFacts(kube), now))
}

/** What evaluation reads. For the one check that follows a decision only a live watch is good enough. */
function relationshipObjects(kube: Kube, wantFresh: boolean): RelationshipObjects | undefined {
  const read: Partial<Record<keyof RelationshipObjects, readonly KubeObject[]>> = {}
  for (const [field, concept] of Object.entries(DECLARED)) {
    const answer = kube.list(concept)
    if (answer.state === 'down' || (wantFresh && answer.state === 'stale')) return undefined
    // safe: the keys of DECLARED are those of RelationshipObjects
    read[field as keyof RelationshipObjects] = answer.value
  }
  return read as RelationshipObjects // safe: every field was set above
}

/** What profile rules read. Throws AppError `unavailable` while a source cannot be read: nothing is judged on half a picture. */
function profileFacts(kube: Kube): ProfileFacts {
  const entries = FACT_CONCEPTS.map((concept: FactConcept) => {
    const answer = kube.list(concept)
    if (answer.state === 'down') throw new AppError('unavailable', `${CONCEPT[concept].kind} cannot be read now.`)
    return [concept, answer.value]
  })
  return Object.fromEntries(entries) as ProfileFacts // safe: one entry per fact concept
}
