import 'server-only'
import { setTimeout as pause } from 'node:timers/promises'
import { Client } from 'pg'
import { AppError } from '#lib/error.ts'
import type { Term } from '#server/adapter/db/client.ts'
import { causeText, log } from '#server/log.ts'

/** A lock connection that is silent for this long (milliseconds) is taken for lost; the leader gives up before the server does. */
const SILENT_MS = 3_000
const LOOK_MS = 1_000

/**
 * Runs `work` while an advisory lock is held on a connection of its own: whoever dies, however, gives it back without saying
 * so. The term is over the moment that connection is lost, since another process may hold the lock from then on.
 */
export async function lead(address: string, key: number, work: (term: Term) => Promise<void>): Promise<boolean> {
  const client = new Client({ connectionString: address, connectionTimeoutMillis: SILENT_MS, keepAlive: true, query_timeout: SILENT_MS })
  const over = new AbortController()
  const lose = (error?: unknown): void => {
    if (over.signal.aborted) return
    if (error !== undefined) log.warn('database.leadership-lost', { error: causeText(error) })
    over.abort()
  }
  client.on('error', lose)
  client.on('end', () => lose())
  try {
    await client.connect()
    const { rows } = await client.query<{ held: boolean }>('select pg_try_advisory_lock($1) as held', [key])
    if (rows[0]?.held !== true) return false
    const term: Term = { lost: over.signal, hold: () => hold(client, key, over.signal, lose) }
    const watching = watch(term)
    try {
      await work(term)
      return true
    } finally {
      lose()
      await watching
    }
  } finally {
    // The server gives the lock back with the session; a connection that hangs must not hold up the next try.
    await Promise.race([client.end().catch(() => {}), pause(SILENT_MS, undefined, { ref: false })])
  }
}

/** Asks on the lock's own connection whether it still is held. */
async function hold(client: Client, key: number, lost: AbortSignal, lose: (error: unknown) => void): Promise<void> {
  const gone = (cause?: unknown): AppError =>
    new AppError('unavailable', 'This process no longer leads the background work; another one goes on with it.', { cause })
  if (lost.aborted) throw gone()
  try {
    const { rows } = await client.query<{ held: boolean }>(
      `select exists (select from pg_locks where locktype = 'advisory' and pid = pg_backend_pid() and granted and objid::bigint = $1) as held`,
      [key],
    )
    if (rows[0]?.held !== true) throw new Error('the lock is gone')
  } catch (cause) {
    lose(cause)
    throw gone(cause)
  }
}

/** Looks regularly, so that a connection that says nothing any more ends the term as well. */
async function watch(term: Term): Promise<void> {
  while (!term.lost.aborted) {
    await pause(LOOK_MS, undefined, { signal: term.lost }).catch(() => {})
    if (!term.lost.aborted) await term.hold().catch(() => {})
  }
}
