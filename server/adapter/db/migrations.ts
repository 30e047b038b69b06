import 'server-only'
import { join } from 'node:path'

/** Where the SQL migrations lie: beside the code when started from the project, as all three processes are. */
export const migrationsFolder = (): string => join(process.cwd(), 'server/adapter/db/migrations')
