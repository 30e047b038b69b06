import { setTimeout as sleep } from 'node:timers/promises'
import { connect, createServer, type Socket } from 'node:net'
import { listen, LOOPBACK, stopListening } from './listen.ts'

/** How a service fails: not there, mute, late, or hanging up on everybody. */
export type DoorMode = 'none' | 'down' | 'silent' | 'slow' | 'refuse'

export type FrontDoor = {
  readonly port: number
  readonly mode: () => DoorMode
  /** Says where the door leads; until then it hangs up. */
  readonly lead: (targetPort: number) => void
  /** `delayMs` counts for `slow` only: it is added to every chunk in both directions. */
  readonly set: (mode: DoorMode, delayMs?: number) => Promise<void>
  /** Cuts every open connection once, as a restarting server or a lost network would. */
  readonly cut: () => void
  readonly close: () => Promise<void>
}

type Pair = { readonly outside: Socket; readonly inside: Socket }

const SLOW_MS = 3_000

/** A TCP door before a service: faults come from outside, the service itself knows nothing of them (`decisions.md` 18). */
export async function openFrontDoor(options: { readonly port?: number; readonly targetPort?: number }): Promise<FrontDoor> {
  let mode: DoorMode = 'none'
  let delayMs = SLOW_MS
  let targetPort = options.targetPort
  const pairs = new Set<Pair>()

  /** Keeps the order of one direction, also when the delay changes while something is under way. */
  function createLane(): (act: () => void) => void {
    let waiting = 0
    let last: Promise<void> = Promise.resolve()
    return (act) => {
      if (mode !== 'slow' && waiting === 0) return act()
      const due = Date.now() + (mode === 'slow' ? delayMs : 0)
      waiting += 1
      last = last.then(async () => {
        await sleep(Math.max(0, due - Date.now()))
        waiting -= 1
        act()
      })
    }
  }

  function forward(from: Socket, to: Socket): void {
    const later = createLane()
    from.on('data', (chunk) => later(() => void (to.writable && to.write(chunk))))
    from.on('end', () => later(() => to.end()))
    from.on('error', () => to.destroy())
    from.on('close', () => later(() => to.destroy()))
  }

  const server = createServer({ allowHalfOpen: true }, (outside) => {
    if (mode === 'refuse' || targetPort === undefined) {
      outside.resetAndDestroy()
      return
    }
    const inside = connect({ port: targetPort, host: LOOPBACK, allowHalfOpen: true })
    outside.setNoDelay(true)
    inside.setNoDelay(true)
    const pair = { outside, inside }
    pairs.add(pair)
    outside.on('close', () => pairs.delete(pair))
    forward(outside, inside)
    forward(inside, outside)
    if (mode === 'silent') hold(pair)
  })

  const hold = ({ outside, inside }: Pair): void => {
    outside.pause()
    inside.pause()
  }
  const release = ({ outside, inside }: Pair): void => {
    outside.resume()
    inside.resume()
  }
  function cut(): void {
    for (const { outside, inside } of pairs) {
      outside.resetAndDestroy()
      inside.destroy()
    }
    pairs.clear()
  }

  const port = await listen(server, options.port)
  return {
    port,
    mode: () => mode,
    lead: (next) => void (targetPort = next),
    cut,
    async set(next, nextDelayMs = SLOW_MS) {
      mode = next
      delayMs = nextDelayMs
      if (next === 'down') {
        cut()
        await stopListening(server)
        return
      }
      if (!server.listening) await listen(server, port)
      if (next === 'refuse') cut()
      for (const pair of pairs) (next === 'silent' ? hold : release)(pair)
    },
    async close() {
      cut()
      await stopListening(server)
    },
  }
}
