import 'server-only'
import { AppError } from '#lib/error.ts'
import { requestCtx } from '#server/edge/request-ctx.ts'
import { problem } from '#server/edge/problem.ts'
import { hub } from '#server/live/hub.ts'
import { isStopping } from '#server/stop.ts'

const HEARTBEAT_MS = 15_000

/**
 * One event stream per tab: `?topics=a,b` gives `data: {"topic":"a:1"}` whenever a, or a part of it, may have changed; without topics, all.
 * Signed-in people only.
 */
export async function stream(request: Request): Promise<Response> {
  let ctx
  try {
    ctx = await requestCtx()
  } catch (error) {
    const said = problem(error)
    return Response.json(said, { status: error instanceof AppError && error.code === 'unauthenticated' ? 401 : 503 })
  }
  if (isStopping()) return new Response(undefined, { status: 503, headers: { connection: 'close' } })
  const topics = (new URL(request.url).searchParams.get('topics') ?? '').split(',').filter(Boolean)
  const source = await hub(ctx)
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      const send = (text: string): void => controller.enqueue(encoder.encode(text))
      send('retry: 1000\n: open\n\n')
      let open = true
      const close = (): void => {
        if (!open) return
        open = false
        clearInterval(heartbeat)
        unsubscribe()
        controller.close()
      }
      const heartbeat = setInterval(() => send(': alive\n\n'), HEARTBEAT_MS)
      const unsubscribe = source.subscribe((topic) => {
        if (topics.length === 0 || topics.some((each) => topic === each || topic.startsWith(`${each}:`)))
          send(`data: ${JSON.stringify({ topic })}\n\n`)
      }, close)
      request.signal.addEventListener('abort', close)
    },
  })
  return new Response(body, {
    headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-cache, no-transform', 'x-accel-buffering': 'no' },
  })
}
