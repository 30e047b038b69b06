import 'server-only'
import { PGlite } from '@electric-sql/pglite'
import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/pglite'
import { migrate } from 'drizzle-orm/pglite/migrator'
import type { Channel, Database, Db } from '#server/adapter/db/client.ts'
import { lockDirectory } from '#server/adapter/db/directory-lock.ts'
import { sharedTransactions } from '#server/adapter/db/shared-transactions.ts'
import { migrationsFolder } from '#server/adapter/db/migrations.ts'

/** The embedded database. One process owns the directory, so it is always the leader. */
export async function openPglite(directory: string | undefined): Promise<Database> {
  const unlock = directory === undefined ? undefined : await lockDirectory(directory)
  const client = await PGlite.create(directory === undefined ? {} : { dataDir: `${directory}/pgdata` })
  const db = drizzle(client, { casing: 'snake_case' })
  await migrate(db, { migrationsFolder: migrationsFolder() })
  return {
    db,
    write: sharedTransactions((work) => db.transaction(work)),
    notify: async (on: Db, channel: Channel, payload: string) => {
      await on.execute(sql`select pg_notify(${channel}, ${payload})`)
    },
    listen: async (channel, listener) => client.listen(channel, listener),
    withLeadership: async (_name, work) => {
      await work({ lost: new AbortController().signal, hold: async () => {} })
      return true
    },
    // It runs in this process, on its clock.
    now: () => new Date(),
    ping: async () => {
      await db.execute(sql`select 1`)
    },
    close: async () => {
      await client.close()
      await unlock?.()
    },
  }
}
