import 'server-only'
import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'
import { migrate } from 'drizzle-orm/node-postgres/migrator'
import { Client, Pool, type PoolClient } from 'pg'
import { AppError } from '#lib/error.ts'
import type { Channel, Database, Db } from '#server/adapter/db/client.ts'
import { groupFlush } from '#server/adapter/db/group-flush.ts'
import { lead } from '#server/adapter/db/leadership.ts'
import { sharedTransactions } from '#server/adapter/db/shared-transactions.ts'
import { migrationsFolder } from '#server/adapter/db/migrations.ts'
import { followClock } from '#server/adapter/db/server-clock.ts'
import { causeText, log } from '#server/log.ts'

const POOL_MAX = 10
const CONNECT_TIMEOUT_MS = 5_000
const STATEMENT_TIMEOUT_MS = 15_000
const RECONNECT_MS = 1_000
/** A listening connection that does not answer for so long is replaced (milliseconds): the network may drop it without a word. */
const LISTEN_LOOK_MS = 10_000

const MIGRATION_LOCK = 0x766f6d67
const LEADERSHIP = { worker: 0x766f776b } as const

/** A PostgreSQL server, 15 or newer; several web replicas and one leading worker share it. */
export async function openPostgres(address: string): Promise<Database> {
  const pool = new Pool({
    connectionString: address,
    max: POOL_MAX,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
  })
  pool.on('error', () => {}) // said by the connection itself
  // A connection that is lost while a transaction holds it tells only itself; without a listener that would end the process.
  pool.on('connect', (client) => client.on('error', (error) => log.warn('database.connection-lost', { error: causeText(error) })))
  const db = Object.assign(drizzle(pool, { casing: 'snake_case' }), { transaction: transactionsOn(pool) })
  await migrateOnce(address)
  const onDisk = groupFlush(async () => {
    // Any record will do: a commit flushes everything that was written before it, ours of a moment ago included.
    await db.execute(sql`select pg_logical_emit_message(true, 'vortex', 'flush')`)
  })
  const clock = await followClock(async () => {
    const { rows } = await pool.query<{ ms: number }>('select extract(epoch from clock_timestamp())::float8 * 1000 as ms')
    return rows[0]?.ms ?? Number.NaN
  })
  const listening = new Set<() => Promise<void>>()
  return {
    db,
    write: sharedTransactions((work) => db.transaction(work), onDisk),
    notify: async (on: Db, channel: Channel, payload: string) => {
      await on.execute(sql`select pg_notify(${channel}, ${payload})`)
    },
    listen: async (channel, listener) => {
      const stop = await listenForEver(address, channel, listener)
      listening.add(stop)
      return async () => {
        listening.delete(stop)
        await stop()
      }
    },
    withLeadership: (name, work) => lead(address, LEADERSHIP[name], work),
    now: clock.now,
    ping: async () => {
      await db.execute(sql`select 1`)
    },
    close: async () => {
      clock.stop()
      await Promise.all([...listening].map((stop) => stop()))
      await pool.end()
    },
  }
}

/**
 * Transactions that always give their connection back. drizzle's own keeps one for ever whose `begin` fails, so a database that was
 * restarted often enough would leave a pool without connections.
 */
function transactionsOn(pool: Pool): Db['transaction'] {
  const known = new WeakMap<PoolClient, Db>()
  return async (work, config) => {
    const client = await pool.connect()
    const on: Db = known.get(client) ?? drizzle(client, { casing: 'snake_case' })
    known.set(client, on)
    let isDoubtful = true
    try {
      const value = await on.transaction(work, config)
      isDoubtful = false
      return value
    } catch (error) {
      // A refusal of ours was rolled back in order; after anything else nobody knows what the connection still holds.
      isDoubtful = !(error instanceof AppError)
      throw error
    } finally {
      client.release(isDoubtful)
    }
  }
}

/** Replicas start together: one migrates, the others wait for it. */
async function migrateOnce(address: string): Promise<void> {
  const client = new Client({ connectionString: address, connectionTimeoutMillis: CONNECT_TIMEOUT_MS })
  await client.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK])
    await migrate(drizzle(client), { migrationsFolder: migrationsFolder() })
  } finally {
    await client.end()
  }
}

/** Listens on a connection of its own and comes back after every loss; the listener hears an empty payload then. */
async function listenForEver(address: string, channel: Channel, listener: (payload: string) => void): Promise<() => Promise<void>> {
  let stopped = false
  let client: Client | undefined
  let timer: NodeJS.Timeout | undefined
  const retry = (): void => {
    if (stopped || timer) return
    timer = setTimeout(() => {
      timer = undefined
      connect().then(
        () => listener(''),
        (error: unknown) => {
          log.warn('database.listen-failed', { channel, error: causeText(error) })
          retry()
        },
      )
    }, RECONNECT_MS)
  }
  const connect = async (): Promise<void> => {
    const fresh = new Client({
      connectionString: address,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
      query_timeout: CONNECT_TIMEOUT_MS,
    })
    let dead = false
    const lost = (): void => {
      dead = true
      clearInterval(looking)
      if (client === fresh) retry()
    }
    const give = (): void => void fresh.end().catch(() => {})
    const looking = setInterval(() => void fresh.query('select 1').catch(() => (lost(), give())), LISTEN_LOOK_MS)
    looking.unref()
    fresh.on('error', lost)
    fresh.on('end', lost)
    fresh.on('notification', (message) => listener(message.payload ?? ''))
    try {
      await fresh.connect()
      await fresh.query(`listen ${channel}`)
    } catch (error) {
      clearInterval(looking)
      give()
      throw error
    }
    if (dead) throw new Error('the connection was lost at once')
    if (stopped) return give()
    client = fresh
  }
  await connect()
  return async () => {
    stopped = true
    clearTimeout(timer)
    await client?.end()
  }
}
