import { type Frame, frameReader } from '#components/ui/live-frames.ts'
import { createPlace } from '#components/ui/live-place.ts'
import { type Beat, SILENCE_MAX_MS } from '#lib/live/beat.ts'

export type LiveState = 'connecting' | 'live' | 'lost' | 'signed-out'

type Heard = {
  /** What to follow; asked at each connection. */
  readonly topics: () => readonly string[]
  readonly onTopic: (topic: string) => void
  /** Something was missed and nobody knows what. */
  readonly onEverything: () => void
  readonly onBeat: (beat: Beat) => void
  readonly onState: (state: LiveState) => void
}

export type Follower = {
  /** Milliseconds since the portal was heard last. */
  readonly silence: () => number
  /** Connects at once, because there is reason to think that it works now. */
  readonly again: () => void
  /** Connects at once for other topics, of which nothing was heard yet. */
  readonly turn: () => void
  /** Lets go of the connection until `again`. */
  readonly rest: () => void
  readonly stop: () => void
}

const BACKOFF_MIN_MS = 500
const BACKOFF_MAX_MS = 15_000
/** How often the watchdog looks (milliseconds). */
const LOOK_MS = 1_000
const TURN = 'turn'

/** A span by whichever clock says more: one of them stands still while a computer sleeps, the other can be set back. */
function stopwatch(): { readonly start: () => void; readonly span: () => number } {
  let begun = { wall: Date.now(), steady: performance.now() }
  return {
    start: () => {
      begun = { wall: Date.now(), steady: performance.now() }
    },
    span: () => Math.max(Date.now() - begun.wall, performance.now() - begun.steady),
  }
}

/** Each tab waits for a time of its own, so that a portal that comes back is not asked by everybody at once (milliseconds). */
const backoff = (failures: number): number => Math.min(BACKOFF_MIN_MS * 2 ** failures, BACKOFF_MAX_MS) * (0.5 + Math.random() / 2)

const topicOf = (data: string): string => {
  const parsed: unknown = JSON.parse(data)
  return typeof parsed === 'object' && parsed !== null && 'topic' in parsed && typeof parsed.topic === 'string' ? parsed.topic : ''
}

/**
 * Follows a stream for ever. It goes on from the last id it heard, so that nothing is missed and nothing comes twice; one that is silent
 * for longer than beats allow is cut, whatever the network says of it; after each failure it waits longer.
 */
export function followStream(address: string, from: string | undefined, heard: Heard): Follower {
  const place = createPlace(from, Date.now())
  const sinceHeard = stopwatch()
  const sinceAsked = stopwatch()
  let failures = 0
  let isResting = false
  let isStopped = false
  let isTurn = false
  let connection: AbortController | undefined
  let wake = (): void => undefined

  const hear = ({ name, data, id }: Frame): void => {
    if (name === 'reset') heard.onEverything()
    else if (name === 'beat') {
      failures = 0
      heard.onBeat(JSON.parse(data) as Beat) // safe: written by server/live/frames.ts
      heard.onState('live')
    } else {
      const topic = topicOf(data)
      if (place.isNews(topic, id)) heard.onTopic(topic)
    }
    if (id !== undefined) place.reached(id, Date.now())
  }
  const follow = async (signal: AbortSignal): Promise<'lost' | 'signed-out'> => {
    const after = isTurn ? place.earlier(Date.now()) : place.last()
    isTurn = false
    sinceAsked.start()
    const query = heard.topics().map((topic) => `topic=${encodeURIComponent(topic)}`)
    const reply = await fetch(`${address}?${query.join('&')}`, {
      signal,
      cache: 'no-store',
      headers: { accept: 'text/event-stream', ...(after !== undefined && { 'last-event-id': after }) },
    })
    if (!reply.ok || reply.body === null) return reply.status === 401 ? 'signed-out' : 'lost'
    // Without a place to go on from, whatever happened before this moment was not heard.
    if (after === undefined) heard.onEverything()
    await readAll(reply.body, (frames) => {
      sinceHeard.start()
      sinceAsked.start()
      for (const frame of frames) hear(frame)
    })
    return 'lost'
  }
  const run = async (): Promise<void> => {
    while (!isStopped) {
      const mine = new AbortController()
      connection = mine
      const ended = isResting ? 'connecting' : await follow(mine.signal).catch(() => 'lost' as const)
      connection = undefined
      if (isStopped) return
      // A connection that was given up for another one is no failure.
      if (mine.signal.reason === TURN && !isResting) continue
      heard.onState(isResting ? 'connecting' : ended)
      await new Promise<void>((resolve) => {
        const timer = isResting ? undefined : setTimeout(resolve, backoff(failures))
        wake = () => (clearTimeout(timer), resolve())
      })
      failures += 1
    }
  }
  const watchdog = setInterval(() => {
    if (sinceAsked.span() > SILENCE_MAX_MS) connection?.abort()
  }, LOOK_MS)
  void run()
  const again = (): void => {
    isResting = false
    failures = 0
    wake()
  }
  return {
    silence: sinceHeard.span,
    again,
    turn: () => {
      isTurn = true
      connection?.abort(TURN)
      if (!isResting) again()
    },
    rest: () => {
      isResting = true
      connection?.abort()
    },
    stop: () => {
      isStopped = true
      clearInterval(watchdog)
      connection?.abort()
      wake()
    },
  }
}

async function readAll(body: ReadableStream<Uint8Array>, take: (frames: readonly Frame[]) => void): Promise<void> {
  const reader = body.getReader()
  const read = frameReader()
  const decoder = new TextDecoder()
  for (let next = await reader.read(); !next.done; next = await reader.read()) take(read(decoder.decode(next.value, { stream: true })))
}
