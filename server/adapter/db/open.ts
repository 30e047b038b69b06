import 'server-only'
import { AppError } from '#lib/error.ts'
import type { Database } from '#server/adapter/db/client.ts'
import { openPglite } from '#server/adapter/db/pglite.ts'
import { openPostgres } from '#server/adapter/db/postgres.ts'

/**
 * Opens the database named by an address and brings it to the newest schema: `postgres://…` a server (15 or newer),
 * `file:/dir` an embedded one with its directory locked to this process, `memory:` one that is gone with the process.
 */
export async function openDatabase(address: string): Promise<Database> {
  if (/^postgres(ql)?:/.test(address)) return openPostgres(address)
  if (address.startsWith('file:')) return openPglite(address.slice('file:'.length))
  if (address === 'memory:') return openPglite(undefined)
  throw new AppError('invalid', 'The database address must be postgres://…, file:/dir or memory:.')
}
