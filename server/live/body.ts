import 'server-only'
import type { Hub } from '#server/live/hub.ts'
import { placeOf } from '#server/live/frames.ts'

/** What waits for one reader at most (bytes); a slower one misses what comes meanwhile and hears of it once it reads again. */
const WAITING_MAX = 16_384
/** A reader that took nothing for longer is gone (milliseconds). */
const STALLED_MS = 45_000

type Wanted = {
  readonly keys: ReadonlySet<string>
  /** The id that the reader heard last; undefined where it heard none. */
  readonly after: string | undefined
}
type Body = { readonly body: ReadableStream<Uint8Array>; readonly close: () => void }
type Controller = ReadableStreamDefaultController<Uint8Array>

/**
 * What one reader hears: what it missed, or a reset where nobody knows that; then a beat; then events and beats as they come. Its place
 * in the log is all that is kept for it, so a slow reader costs no memory: when it takes again, it hears what it missed, each key once.
 */
export function streamBody(hub: Hub, { keys, after }: Wanted): Body {
  let out: Controller | undefined
  let leave = (): void => undefined
  /** The place from which on the reader has missed something, and since when; undefined while it follows. */
  let behind: { readonly from: number; readonly at: number } | undefined

  const isFull = (): boolean => (out?.desiredSize ?? 0) <= 0
  const close = (): void => {
    const open = out
    out = undefined
    leave()
    open?.close()
  }
  const tellSince = (from: number | undefined): void => {
    const missed = from === undefined ? ({ is: 'unknown' } as const) : hub.since(from, keys)
    if (missed.is === 'unknown') out?.enqueue(hub.frames.reset(hub.position()))
    else for (const event of missed.events) out?.enqueue(hub.frames.event(event))
  }
  const begin = (controller: Controller): void => {
    out = controller
    leave = hub.subscribe({
      keys,
      deliver: (event) => {
        if (isFull()) behind ??= { from: event.seq - 1, at: performance.now() }
        else out?.enqueue(hub.frames.event(event))
      },
      beat: (bytes) => {
        if (behind !== undefined && performance.now() - behind.at > STALLED_MS) close()
        else if (isFull()) behind ??= { from: hub.position(), at: performance.now() }
        else out?.enqueue(bytes)
      },
      end: close,
    })
    if (after !== undefined) tellSince(placeOf(hub.epoch, after))
    controller.enqueue(hub.beatNow())
  }
  const body = new ReadableStream<Uint8Array>(
    {
      start: begin,
      pull: () => {
        if (behind === undefined || isFull()) return
        const { from } = behind
        behind = undefined
        tellSince(from)
        out?.enqueue(hub.beatNow())
      },
      cancel: () => {
        out = undefined
        leave()
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: WAITING_MAX }),
  )
  return { body, close }
}
