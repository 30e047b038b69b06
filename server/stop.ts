import 'server-only'
import { subscribe } from 'node:diagnostics_channel'
import type { ServerResponse } from 'node:http'
import { log } from '#server/log.ts'

/** A process that was asked to end and has not after this long (milliseconds) is ended: every step can be repeated. */
const GRACE_MS = 25_000

const SLOT = Symbol.for('vortex.stopping')
const slot = globalThis as typeof globalThis & { [SLOT]?: boolean }

/** True once this process was told to end: its readiness says so, and it takes no new streams. */
export const isStopping = (): boolean => slot[SLOT] === true

/** An ingress that keeps a connection and asks again on it would hold a closed server open until it is cut off with work in hand. */
function endConnections(): void {
  subscribe('http.server.request.start', (message) => {
    const { response } = message as { readonly response: ServerResponse } // safe: what Node says on this channel
    response.setHeader('connection', 'close')
  })
}

/** Runs `stop` once at SIGTERM or SIGINT, and ends the process should it not end in time. */
export function onStop(stop: () => Promise<void>): void {
  const begin = (signal: NodeJS.Signals): void => {
    if (isStopping()) return
    slot[SLOT] = true
    log.info('process.stopping', { signal })
    endConnections()
    setTimeout(() => {
      log.warn('process.stop-forced', { after: GRACE_MS })
      process.exit(1)
    }, GRACE_MS).unref()
    stop().catch((error: unknown) => log.error('process.stop-failed', { error: String(error) }))
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, begin)
}
