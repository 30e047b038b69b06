import 'server-only'
import { atLeast, restricted } from '#lib/access/level.ts'
import { boundedView } from '#lib/bounded.ts'
import { AppError } from '#lib/error.ts'
import { servedAs } from '#lib/kube/resolve.ts'
import { type EventsView, eventLine, newestFirst } from '#lib/resource/events.ts'
import type { Events } from '#server/adapter/kube/events.ts'
import { inCluster } from '#server/access/in-cluster.ts'
import { everyKind } from '#server/adapter/kube/every-kind.ts'
import type { Ctx } from '#server/context.ts'
import { asServed, ObjectInput } from '#server/history/object-input.ts'
import { createScene } from '#server/history/scene.ts'
import { query } from '#server/verb.ts'

const SHOWN_MAX = 100
/** Everybody who looks at an object within this time is told by one question to the API server (milliseconds). */
const KEPT_MS = 5_000
const KEPT_MAX = 500

/** What was asked lately, by object; only what is about to be answered again is kept. */
const asked = new Map<string, { readonly at: number; readonly answer: Promise<Events> }>()

function eventsOf({ kube }: Pick<Ctx, 'kube'>, uid: string, namespace: string): Promise<Events> {
  const key = `${kube.cluster} ${uid}`
  const before = asked.get(key)
  if (before !== undefined && performance.now() - before.at < KEPT_MS) return before.answer
  const answer = kube.events({ uid, namespace })
  asked.delete(key)
  asked.set(key, { at: performance.now(), answer })
  answer.catch(() => asked.delete(key))
  const [oldest] = asked.keys()
  if (asked.size > KEPT_MAX && oldest !== undefined) asked.delete(oldest)
  return answer
}

/** The events that the cluster keeps about one object, newest first; asked of the API server for this object when somebody looks. */
export const objectEvents = query({
  name: 'object.events',
  input: ObjectInput,
  needs: () => ({ signedIn: true }),
  machine: true,
  async run(asker, asked): Promise<EventsView> {
    const ctx = inCluster(asker, asked.cluster)
    if (ctx === undefined) return { state: 'unread', problem: `This portal does not read the cluster ${asked.cluster}.` }
    const ref = asServed(ctx, asked)
    const found = ctx.kube.get(ref.group, ref.kind, ref.namespace, ref.name)
    if (found.state === 'down') return { state: 'unread', problem: `The cluster did not answer: ${found.problem}.` }
    if (servedAs(everyKind(ctx.kube), ref) === undefined)
      return { state: 'unread', problem: `The cluster serves no ${ref.kind} of ${ref.group || 'the core group'} that this portal reads.` }
    const uid = found.value?.metadata.uid
    if (uid === undefined) return { state: 'unread', problem: 'The object is not in the cluster, and events go with it.' }
    const level = await (await createScene(ctx)).levelOfRef(ref)
    // What an event says is what a condition's message says: it needs the same level, and nothing is asked for whoever may not read it.
    if (!atLeast(level, 'Operational')) return { state: 'read', events: restricted('Operational'), more: false }
    return answerOf(ctx, uid, ref.namespace)
  },
})

async function answerOf(ctx: Ctx, uid: string, namespace: string): Promise<EventsView> {
  try {
    const found = await eventsOf(ctx, uid, namespace)
    if (found.state === 'not-served') return found
    if (found.state === 'forbidden') return { state: 'unread', problem: 'The identity of this portal may not list events.' }
    const lines = newestFirst(found.events.map(eventLine))
    return boundedView({ state: 'read' as const, events: lines.slice(0, SHOWN_MAX), more: found.more || lines.length > SHOWN_MAX })
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { state: 'unread', problem: error.message }
  }
}
