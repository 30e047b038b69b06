import 'server-only'
import { AppError } from '#lib/error.ts'
import { keysOf, parseTopics } from '#lib/live/topic.ts'
import { problem } from '#server/edge/problem.ts'
import { requestCtx } from '#server/edge/request-ctx.ts'
import { streamBody } from '#server/live/body.ts'
import { type Hub, hub } from '#server/live/hub.ts'
import { isStopping } from '#server/stop.ts'

/** Streams of one process: several for each of a thousand people. Past that an ingress should ask another replica. */
const STREAMS_MAX = 5_000
const AGAIN_SECONDS = 5

/**
 * One event stream per tab. `?topic=approvals&topic=object:…` names what the tab shows; `data: {"topic":"approvals"}` says that it, or a
 * part of it, may have changed. `Last-Event-ID` gives what was missed since, or `event: reset` where that is not known. `event: beat`
 * comes every four seconds with the age of each source. For signed-in people; what concerns one person is heard by that person only.
 */
export async function stream(request: Request): Promise<Response> {
  let found
  try {
    found = await asked(request)
  } catch (error) {
    const { code, ...said } = problem(error)
    const status = code === 'unauthenticated' ? 401 : code === 'invalid' ? 422 : 503
    return Response.json({ title: said.message, status, code, ...said }, { status, headers: PROBLEM })
  }
  const { source, login, topics } = found
  if (isStopping()) return new Response(undefined, { status: 503, headers: { connection: 'close' } })
  if (source.open() >= STREAMS_MAX) return new Response(undefined, { status: 503, headers: { 'retry-after': String(AGAIN_SECONDS) } })
  const after = request.headers.get('last-event-id') ?? undefined
  const { body, close } = streamBody(source, { keys: keysOf(topics, login), after })
  request.signal.addEventListener('abort', close)
  return new Response(body, {
    headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-cache, no-transform', 'x-accel-buffering': 'no' },
  })
}

const PROBLEM = { 'content-type': 'application/problem+json' }

async function asked(request: Request): Promise<{ readonly source: Hub; readonly login: string; readonly topics: readonly string[] }> {
  const ctx = await requestCtx()
  const topics = parseTopics(new URL(request.url).searchParams.getAll('topic'))
  if (!topics.ok) throw new AppError('invalid', topics.error, { fields: [{ field: 'topic', message: topics.error }] })
  return { source: await hub(ctx), login: ctx.viewer.login, topics: topics.value }
}
